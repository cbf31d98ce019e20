/**
 * DuckDB: reads and writes Parquet, runs SQL. One in-memory instance a thread, with bounded memory; what does not fit
 * goes to a folder of the engine's own. Every piece of work has its own connection, so that one can be cancelled alone.
 */
import { availableParallelism, tmpdir } from 'node:os';
import { parse } from 'node:path';
import {
  DuckDBInstance,
  ResultReturnType,
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBResult,
  type DuckDBValue,
} from '@duckdb/node-api';
import { memoryOf, type EngineSettings } from './engineSettings';
import { cancelled, isRefusal, withLimits } from './failure';
import { registerRowSources } from './rowSource';
import { makeSpillFolder, removeSpillFolder } from './spillFolder';

/** Threads of an engine: each has buffers of its own, which have to fit into the engine's memory. */
const MOST_THREADS = 8;
const INTERRUPT_EVERY_MS = 50;

/** A text as an SQL literal. */
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A name as an SQL identifier, whatever words SQL keeps to itself. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export class Engine {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly settings: EngineSettings,
    private readonly spill: string,
  ) {}

  static async create(settings: EngineSettings): Promise<Engine> {
    const { spillFolder, spillLimit, folders } = settings;
    const spill = makeSpillFolder(spillFolder);
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${memoryOf(settings)}B`,
      threads: String(Math.min(availableParallelism(), MOST_THREADS)),
      temp_directory: spill,
      // Files that were read stay in the system's cache; a second one in every thread only grows.
      enable_external_file_cache: 'false',
      // Nothing is fetched from the network.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    });
    const engine = new Engine(instance, settings, spill);
    const roots = folders ?? [...new Set([tmpdir(), process.cwd()].map((path) => parse(path).root))];
    await engine.use(async (connection) => {
      registerRowSources(connection);
      // Given to a new instance, this limit is shown and not obeyed.
      if (spillLimit !== undefined)
        await connection.run(`SET max_temp_directory_size = ${quote(spillLimit)}`);
      // Without access to more than files of this machine, no extension can be loaded.
      await connection.run(`SET allowed_directories = [${roots.map(quote).join(', ')}]`);
      await connection.run('SET enable_external_access = false');
    });
    return engine;
  }

  /**
   * Runs work on a connection of its own; an abort interrupts it.
   * @throws SpymasterError Cancelled after an abort
   */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw cancelled();
    const connection = await this.instance.connect();
    try {
      return await this.on(connection, () => work(connection), signal);
    } finally {
      connection.closeSync();
    }
  }

  /**
   * Runs work on a connection that stays; an abort interrupts it.
   * @throws SpymasterError Cancelled after an abort
   */
  async on<T>(connection: DuckDBConnection, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw cancelled();
    const done = interruptible(connection, signal);
    try {
      return await work();
    } catch (error) {
      throw signal?.aborted ? cancelled(error) : withLimits(error, this.settings);
    } finally {
      done();
    }
  }

  /** Ends the engine; its connections have to be closed. */
  close(): void {
    this.instance.closeSync();
    removeSpillFolder(this.spill);
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
   * Streams a result of any size in the order of its rows, a few chunks of it in memory.
   * @throws DuckDB's error, also of rows far behind the first; SpymasterError Cancelled after an abort
   */
  async *chunks(sql: string, signal?: AbortSignal): AsyncGenerator<DuckDBDataChunk> {
    if (signal?.aborted) throw cancelled();
    const connection = await this.instance.connect();
    const done = interruptible(connection, signal);
    try {
      for await (const chunk of chunksOf(connection, sql, await connection.stream(sql), signal)) {
        yield chunk;
        if (signal?.aborted) throw cancelled();
      }
    } catch (error) {
      throw signal?.aborted ? cancelled(error) : withLimits(error, this.settings);
    } finally {
      done();
      connection.closeSync();
    }
  }
}

/**
 * Interrupts whatever runs on a connection once the signal is aborted, and goes on doing so: DuckDB forgets an interrupt
 * that comes before a statement has begun.
 * @returns what ends that; to be called before the connection is closed
 */
function interruptible(connection: DuckDBConnection, signal: AbortSignal | undefined): () => void {
  let again: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    again = setTimeout(interrupt, INTERRUPT_EVERY_MS);
  };
  if (signal?.aborted) interrupt();
  else signal?.addEventListener('abort', interrupt, { once: true });
  return () => {
    signal?.removeEventListener('abort', interrupt);
    clearTimeout(again);
  };
}

/**
 * The chunks of a streamed result, to its end or to its failure. The next chunk is fetched while this one is consumed; the
 * connection may be closed once the iteration has ended, whatever ended it.
 * @param sql what `result` is the result of, with these values
 * @throws DuckDB's error, wherever in the result it occurred; SpymasterError Cancelled after an abort
 */
export async function* chunksOf(
  connection: DuckDBConnection,
  sql: string,
  result: DuckDBResult,
  signal?: AbortSignal,
  values?: Record<string, DuckDBValue>,
): AsyncGenerator<DuckDBDataChunk> {
  let next = result.fetchChunk();
  try {
    for (let chunk; (chunk = await next) && chunk.rowCount > 0;) {
      next = result.fetchChunk();
      yield chunk;
    }
  } finally {
    await next.catch(() => undefined); // The connection may not close under a fetch.
  }
  if (signal?.aborted) throw cancelled();
  // A fetch that fails yields no chunk, as one at the end; only the result as a whole tells them apart.
  if (result.returnType === ResultReturnType.INVALID) throw await failureOf(connection, sql, values);
}

/** The bindings keep the error of a failed fetch to themselves: the same rows, reduced to one, fail by name. */
async function failureOf(
  connection: DuckDBConnection,
  sql: string,
  values?: Record<string, DuckDBValue>,
): Promise<unknown> {
  try {
    await connection.run(`SELECT bit_xor(hash(t)) FROM (${sql.replace(/;\s*$/, '')}\n) AS t`, values);
  } catch (error) {
    // Not every statement can be asked for in this way.
    if (!isRefusal(error)) return error;
  }
  return new Error('DuckDB stopped before the end of the result and does not say why');
}

let chosen: EngineSettings = {};
let shared: Promise<Engine> | undefined;

/** Chooses what the engine of this thread may use; of no effect once it is there. */
export function configureEngine(settings: EngineSettings): void {
  chosen = settings;
}

/** The engine of this thread, made on first use. */
export const engine = (): Promise<Engine> => (shared ??= Engine.create(chosen));

/** An engine apart from the thread's, which its user closes; it reads and writes files of these folders only, if any are given. */
export const separateEngine = (folders?: readonly string[]): Promise<Engine> =>
  Engine.create({ ...chosen, folders });
