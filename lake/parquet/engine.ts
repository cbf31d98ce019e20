/**
 * DuckDB: reads and writes Parquet, runs SQL. One in-memory instance a thread, with bounded memory; what does not fit
 * goes to a temporary folder. Every piece of work has its own connection, so that one can be cancelled alone.
 */
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import {
  DuckDBInstance,
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBValue,
} from '@duckdb/node-api';
import { SpymasterError } from '../../graph/errors';
import { registerRowSources } from './rowSource';

/** Of DuckDB's own buffers; rows waiting to be written are the writer's. */
const MEMORY_LIMIT = '1GB';
/** Every thread has buffers of its own, which have to fit into that. */
const MOST_THREADS = 8;

/** A text as an SQL literal. */
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A name as an SQL identifier, whatever words SQL keeps to itself. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

class Engine {
  private constructor(private readonly instance: DuckDBInstance) {}

  static async create(): Promise<Engine> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: MEMORY_LIMIT,
      threads: String(Math.min(availableParallelism(), MOST_THREADS)),
      temp_directory: join(tmpdir(), `spymaster-duckdb-${process.pid}-${threadId}`),
      // Nothing is fetched from the network.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const engine = new Engine(instance);
    await engine.use((connection) => Promise.resolve(registerRowSources(connection)));
    return engine;
  }

  /**
   * Runs work on a connection of its own; an abort interrupts it.
   * @throws SpymasterError Cancelled after an abort
   */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw cancelled();
    const connection = await this.instance.connect();
    const interrupt = () => connection.interrupt();
    signal?.addEventListener('abort', interrupt);
    try {
      return await work(connection);
    } catch (error) {
      throw signal?.aborted ? cancelled(error) : error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
      connection.closeSync();
    }
  }

  /** Runs one statement for its effect. */
  async run(sql: string, signal?: AbortSignal): Promise<void> {
    await this.use((connection) => connection.run(sql), signal);
  }

  /** Rows of a small result. */
  async rows(sql: string, signal?: AbortSignal): Promise<DuckDBValue[][]> {
    return this.use(async (connection) => (await connection.runAndReadAll(sql)).getRows(), signal);
  }

  /**
   * Streams a result of any size in the order of its rows, a few chunks of it in memory. The next chunk is fetched
   * while this one is consumed.
   */
  async *chunks(sql: string, signal?: AbortSignal): AsyncGenerator<DuckDBDataChunk> {
    if (signal?.aborted) throw cancelled();
    const connection = await this.instance.connect();
    const interrupt = () => connection.interrupt();
    signal?.addEventListener('abort', interrupt);
    let next: Promise<DuckDBDataChunk | null> | undefined;
    try {
      const result = await connection.stream(sql);
      next = result.fetchChunk();
      for (let chunk; (chunk = await next) && chunk.rowCount > 0;) {
        next = result.fetchChunk();
        yield chunk;
        if (signal?.aborted) throw cancelled();
      }
    } catch (error) {
      throw signal?.aborted ? cancelled(error) : error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
      await next?.catch(() => undefined); // The connection may not close under a fetch.
      connection.closeSync();
    }
  }
}

function cancelled(cause?: unknown): SpymasterError {
  return new SpymasterError('Cancelled', 'cancelled', {}, { cause });
}

let shared: Promise<Engine> | undefined;

/** The engine of this thread, made on first use. */
export const engine = (): Promise<Engine> => (shared ??= Engine.create());
