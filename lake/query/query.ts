/** SQL over the lake: every table of the catalog as a view of its current snapshot, `layer.table`. */
import {
  JsonDuckDBValueConverter,
  ResultReturnType,
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  type Json,
} from '@duckdb/node-api';
import { SpymasterError } from '../../graph/errors';
import type { TableContract } from '../../graph/datasets/schema';
import type { AddFile } from '../delta/actions';
import { snapshotColumns, type ScanColumns } from '../delta/scan';
import type { Snapshot } from '../delta/snapshot';
import { chunksOf, engine, quote, quoteName, separateEngine, type Engine } from '../parquet/engine';
import { isRefusal, wordsOf } from '../parquet/failure';
import type { Catalog } from '../catalog';
import { timed } from '../told';
import { neededFiles, type SeenTable } from './neededFiles';
import { withReadableTimes } from './readableTimes';
import { requireReading } from './reading';
import { extractPast, type PastTable } from './timeTravel';

export interface ResultColumn {
  name: string;
  /** DuckDB's name of the type, e.g. `BIGINT`. */
  type: string;
}

/** Gets a result piece by piece, in order. */
export interface QuerySink {
  /** @param absent tables the query names that were never written; they have no rows */
  columns(columns: ResultColumn[], absent: string[]): void;
  /**
   * Values in the order of the columns; 64-bit and larger integers as texts, bytes as DuckDB writes them.
   * @returns false for enough: the rest of the result is not computed
   */
  rows(rows: (Json | null)[][]): Promise<boolean | void> | boolean | void;
}

/** Gets a result piece by piece as DuckDB holds it, for programs that read it as such. */
export interface ChunkSink {
  /** @param absent tables the query names that were never written; they have no rows */
  begin(names: readonly string[], types: readonly DuckDBType[], absent: string[]): void;
  /** @returns false for enough: the rest of the result is not computed */
  chunk(chunk: DuckDBDataChunk): Promise<boolean | void>;
}

/** What a query is asked with besides its text. */
export interface QueryOptions {
  /** By the names that the text has them by: `WHERE contract = $contract`. Whatever they hold, they are values and no SQL. */
  readonly values?: Readonly<Record<string, DuckDBValue>>;
  readonly signal?: AbortSignal;
}

let databases = 0;

/**
 * Runs a query. Every table is read as of the moment the query starts, or as of the version or time it names:
 * `FROM silver.bars AT VERSION 3`, `AT TIMESTAMP '2023-12-26 18:00:00'`.
 *
 * @throws SpymasterError with DuckDB's own words: BadArgument for a query it does not understand or that fails on some
 * row, and for a statement that does anything but read; CorruptTable for a file of the lake it cannot read; `Cancelled`.
 * What the sink got until then is not the whole result
 */
export async function runQuery(
  catalog: Catalog,
  sql: string,
  sink: QuerySink | ChunkSink,
  options: QueryOptions = {},
): Promise<void> {
  const { sql: text, past } = extractPast(sql);
  await withViews(
    catalog,
    text,
    past,
    (connection, absent) => stream(connection, text, sink, absent, options),
    options,
  );
}

/** SQL of a user's, on one connection: what a statement sets, the next one finds. */
export class QuerySession {
  constructor(
    private readonly catalog: Catalog,
    private readonly duckdb: Engine,
    private readonly connection: DuckDBConnection,
    private readonly files: boolean,
  ) {}

  /** Runs one statement, as `runQuery` does; one without a result gives none to the sink. */
  async run(sql: string, sink: QuerySink | ChunkSink, signal?: AbortSignal): Promise<void> {
    const { catalog, duckdb, connection, files } = this;
    const { sql: text, past } = extractPast(/^SHOW\s+TABLES$/i.test(sql.trim()) ? listOf(catalog) : sql);
    const work = async () => {
      await requireReading(connection, text, files);
      const absent = await createViews(catalog, connection, text, past);
      await stream(connection, text, sink, absent, { signal });
    };
    await duckdb.on(connection, work, signal).catch((error: unknown) => {
      throw error instanceof SpymasterError ? error : failed(error, catalog);
    });
  }
}

/**
 * Runs work with a session.
 * @param options files: whether statements may read and write files of this machine beside the lake's
 */
export async function withSession<T>(
  catalog: Catalog,
  { files = false }: { files?: boolean },
  work: (session: QuerySession) => Promise<T>,
): Promise<T> {
  const duckdb = await separateEngine(files ? undefined : [catalog.space.folder]);
  try {
    return await duckdb.use((connection) => work(new QuerySession(catalog, duckdb, connection, files)));
  } finally {
    duckdb.close();
  }
}

/** The tables as a query: those DuckDB's own SHOW TABLES would list are of another schema. */
const listOf = ({ contracts }: Catalog): string =>
  `SELECT * FROM (VALUES ${contracts
    .map(({ name, description }) => `(${quote(name)}, ${quote(description)})`)
    .join(', ')}) AS tables(name, description)`;

async function stream(
  connection: DuckDBConnection,
  sql: string,
  sink: QuerySink | ChunkSink,
  absent: string[],
  { values, signal }: QueryOptions,
): Promise<void> {
  const bound = values && { ...values };
  const result = await connection.stream(sql, bound);
  if (result.returnType === ResultReturnType.NOTHING) return;
  const names = result.deduplicatedColumnNames();
  const types = result.columnTypes();
  const asHeld = 'chunk' in sink;
  if (asHeld) sink.begin(names, types, absent);
  else
    sink.columns(
      names.map((name, k) => ({ name, type: types[k].toString() })),
      absent,
    );
  for await (const chunk of chunksOf(connection, sql, result, signal, bound)) {
    const more = await (asHeld ? sink.chunk(chunk) : sink.rows(chunk.convertRows(JsonDuckDBValueConverter)));
    if (more === false) break;
  }
}

/** Runs work on a connection that sees the tables a query names, as views. */
export async function withViews<T>(
  catalog: Catalog,
  sql: string,
  past: readonly PastTable[],
  work: (connection: DuckDBConnection, absent: string[]) => Promise<T>,
  { values, signal }: QueryOptions = {},
): Promise<T> {
  const duckdb = await engine();
  // A database of its own: another query at the same time has its own snapshots.
  const database = `lake_${++databases}`;
  await duckdb.run(`ATTACH ':memory:' AS ${database}`);
  try {
    return await duckdb.use(async (connection) => {
      await connection.run(`USE ${database}`);
      await requireReading(connection, sql);
      return await timed(async () =>
        work(connection, await createViews(catalog, connection, sql, past, values)),
      );
    }, signal);
  } catch (error) {
    throw error instanceof SpymasterError ? error : failed(error, catalog);
  } finally {
    await duckdb.run(`DETACH ${database}`);
  }
}

/**
 * Makes the tables that a query names views of their current snapshots.
 * @returns those that were never written
 */
async function createViews(
  catalog: Catalog,
  connection: DuckDBConnection,
  sql: string,
  past: readonly PastTable[],
  values?: QueryOptions['values'],
): Promise<string[]> {
  const { tables, named } = tablesOf(catalog, connection, sql, past);
  const absent: string[] = [];
  const seen: (SeenTable & { contract: TableContract })[] = [];
  for (const contract of tables) {
    const snapshot = await catalog.table(contract).snapshot();
    if (!snapshot.exists && named.has(contract.name)) absent.push(contract.name);
    const { name } = contract;
    seen.push({
      name,
      contract,
      files: filesIn(snapshot),
      columns: columnsOf(snapshot, contract),
      view: (source) => createView(catalog, connection, name, name, columnsOf(snapshot, contract), source),
    });
  }
  for (const reference of past) seen.push(await pastTable(catalog, connection, reference));
  const { space } = catalog;
  const needed = space.fetches
    ? await neededFiles(connection, space.folder, sql, seen, values)
    : new Map<string, readonly AddFile[]>();
  for (const table of seen) {
    const files = needed.get(table.name) ?? table.files;
    await table.view(await catalog.table(table.contract).files.scan(files, table.columns));
  }
  return absent;
}

/** The tables to show to a query: those it names, or all where that does not tell enough (`SHOW ALL TABLES`). */
function tablesOf(
  catalog: Catalog,
  connection: DuckDBConnection,
  sql: string,
  past: readonly PastTable[],
): { tables: readonly TableContract[]; named: ReadonlySet<string> } {
  let names: readonly string[] = [];
  try {
    const views = new Set(
      past.map(({ table, view }) => `${table.slice(0, table.indexOf('.'))}.${quoteName(view)}`),
    );
    names = connection.getTableNames(sql, true).filter((name) => !views.has(name));
    if (names.length === 0 && past.length > 0) return { tables: [], named: new Set() };
  } catch {
    // Not a query, or none DuckDB understands; running it will tell.
  }
  const known = catalog.contracts.filter(({ name }) => names.includes(name));
  const enough = known.length > 0 && known.length === names.length;
  return { tables: enough ? known : catalog.contracts, named: new Set(names) };
}

async function pastTable(
  catalog: Catalog,
  connection: DuckDBConnection,
  reference: PastTable,
): Promise<SeenTable & { contract: TableContract }> {
  const { table: name, timestamp, view } = reference;
  const contract = catalog.contract(name);
  const table = catalog.table(contract);
  const version = timestamp === undefined ? reference.version : await table.log.versionAt(timestamp);
  const snapshot = await table.snapshot(version);
  await table.files.requireFiles(snapshot);
  const columns = columnsOf(snapshot);
  const viewed = `${name.slice(0, name.indexOf('.'))}.${view}`;
  return {
    name: viewed,
    contract,
    files: filesIn(snapshot),
    columns,
    view: (source) => createView(catalog, connection, name, viewed, columns, source),
  };
}

async function createView(
  catalog: Catalog,
  connection: DuckDBConnection,
  name: string,
  view: string,
  scanned: ScanColumns,
  source: string,
): Promise<void> {
  const contract = catalog.contract(name);
  const columns = scanned.columns.map(({ name }) => name);
  const dot = view.indexOf('.');
  const schema = quoteName(view.slice(0, dot));
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await connection.run(
    `CREATE OR REPLACE VIEW ${schema}.${quoteName(view.slice(dot + 1))} AS SELECT ${withReadableTimes(columns, contract.columns)} FROM ${source}`,
  );
}

/** In the order of the partitions. */
const filesIn = (snapshot: Snapshot): AddFile[] => snapshot.filesByPartition().flat();

/** A table's columns and, for the current version, those its contract has and no row yet. */
function columnsOf(snapshot: Snapshot, contract?: TableContract): ScanColumns {
  const present = snapshotColumns(snapshot, contract);
  if (!contract || present.version !== undefined) return present;
  const names = new Set(present.columns.map(({ name }) => name));
  const columns = [...present.columns, ...contract.columns.filter(({ name }) => !names.has(name))];
  return { columns, partitionBy: contract.partitionBy };
}

/** DuckDB's own words; they name a file of the lake where that is what failed, and not the query. */
function failed(cause: unknown, { space: { folder } }: Catalog): SpymasterError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const [, file] = /^Permission Error: Cannot \w+ \w+ "(.*?)"/.exec(wordsOf(cause)) ?? [];
  if (file !== undefined)
    return new SpymasterError(
      'BadArgument',
      'local files are off',
      { file, expected: 'tables of the lake, or --allow-files' },
      { cause },
    );
  const ofLake = !isRefusal(cause) && message.includes(folder);
  return new SpymasterError(ofLake ? 'CorruptTable' : 'BadArgument', message, {}, { cause });
}
