/**
 * Which files of its tables a query needs, asked of DuckDB before any is there: it explains the query over files that hold nothing but lie
 * in the same partitions, and its plan says by which conditions each scan leaves files out. A lake in a folder has no need of that, since
 * DuckDB leaves them out by itself; of a lake elsewhere every file that is not needed is a download saved.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { ScanColumns } from '../delta/scan';
import type { AddFile } from '../delta/actions';
import { quote, quoteName } from '../parquet/engine';
import { sqlType } from '../parquet/projection';
import { makeFolders } from '../store/makeFolders';

/** A table as a query sees it. */
export interface SeenTable {
  readonly name: string;
  readonly files: readonly AddFile[];
  readonly columns: ScanColumns;
  /** Makes a view of the table's name over a source of its columns. */
  view(source: string): Promise<void>;
}

/** A scan in a plan, as far as it says what it leaves out. */
interface Scan {
  readonly conditions: readonly string[];
  /** `read/all` files, where it leaves any out. */
  readonly counted?: string;
}

/**
 * @param folder in which the connection may write
 * @param values of the query's parameters
 * @returns the needed files by the table's name; all are of tables it does not name
 */
export async function neededFiles(
  connection: DuckDBConnection,
  folder: string,
  sql: string,
  tables: readonly SeenTable[],
  values?: Readonly<Record<string, DuckDBValue>>,
): Promise<ReadonlyMap<string, readonly AddFile[]>> {
  const needed = new Map<string, readonly AddFile[]>();
  const place = join(folder, 'explained', randomUUID());
  try {
    makeFolders(place);
    for (const [k, table] of tables.entries())
      await table.view(await emptySource(connection, place, k, table));
    const rows = (
      await connection.runAndReadAll(`EXPLAIN (FORMAT json) ${sql}`, values && { ...values })
    ).getRows();
    const scans = scansIn(JSON.parse(String(rows.at(-1)?.at(-1))));
    // One that does not say whose it is may be of any table.
    if (scans.has(undefined)) return needed;
    for (const [k, table] of tables.entries()) {
      const kept = await filesOf(connection, k, table, scans.get(k) ?? []);
      if (kept) needed.set(table.name, kept);
    }
    return needed;
  } catch {
    // What is no query, or none that DuckDB understands: running it will tell.
    return needed;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Names of columns by which a plan says whose scan it shows. */
const mark = (table: number) => `scan${table}__`;
const MARK = /\bscan(\d+)__/;

const isPartitioned = ({ files, columns: { columns, partitionBy } }: SeenTable): boolean =>
  partitionBy.length > 0 &&
  partitionBy.every((name) => columns.some((column) => column.name === name)) &&
  files.every(({ partitionValues }) => partitionBy.every((name) => partitionValues[name])) &&
  new Set(files.map((file) => keyOf(file, partitionBy))).size > 1;

const keyOf = ({ partitionValues }: AddFile, names: readonly string[]): string =>
  names.map((name) => partitionValues[name]).join('/');

/** A scan of a table's columns in files without rows, a folder for each partition. */
async function emptySource(
  connection: DuckDBConnection,
  place: string,
  k: number,
  table: SeenTable,
): Promise<string> {
  const { columns, partitionBy } = table.columns;
  const byFolder = isPartitioned(table) ? partitionBy : [];
  const stored = columns.filter(({ name }) => !byFolder.includes(name));
  const empty = join(place, `${k}.parquet`);
  const nulls = stored.map(({ name, type }) => `NULL::${sqlType(type)} AS ${quoteName(mark(k) + name)}`);
  await connection.run(`COPY (SELECT ${nulls.join(', ')} WHERE false) TO ${quote(empty)} (FORMAT parquet)`);
  const folders = new Set(
    table.files.map(({ partitionValues }) =>
      byFolder.map((name) => `${mark(k)}${name}=${encodeURIComponent(partitionValues[name]!)}`).join('/'),
    ),
  );
  // Of several files DuckDB has no statistics to conclude from that there are no rows.
  const paths = [...(byFolder.length > 0 ? folders : ['a', 'b'])].map((path) => {
    makeFolders(join(place, path));
    linkSync(empty, join(place, path, 'empty.parquet'));
    return join(place, path, 'empty.parquet');
  });
  const types = columns
    .filter(({ name }) => byFolder.includes(name))
    .map(({ name, type }) => `${quoteName(mark(k) + name)}: ${sqlType(type)}`);
  const hive = types.length > 0 ? `true, hive_types = {${types.join(', ')}}` : 'false';
  const select = columns.map(({ name }) => `${quoteName(mark(k) + name)} AS ${quoteName(name)}`);
  return `(SELECT ${select.join(', ')} FROM read_parquet([${paths.map(quote).join(', ')}], hive_partitioning = ${hive}))`;
}

/** The scans of a plan, by the number of their table; those that do not tell it under `undefined`. */
function scansIn(plan: unknown): Map<number | undefined, Scan[]> {
  const scans = new Map<number | undefined, Scan[]>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== 'object' || node === null) return;
    const info = (node as { extra_info?: Record<string, unknown> }).extra_info;
    if (info?.Function === 'READ_PARQUET') {
      const table = MARK.exec(JSON.stringify(info))?.[1];
      const number = table === undefined ? undefined : Number(table);
      const [conditions, counted] = [info['File Filters'], info['Scanning Files']];
      const scan: Scan = {
        conditions: typeof conditions === 'string' ? apart(conditions) : [],
        ...(typeof counted === 'string' && { counted }),
      };
      scans.set(number, [...(scans.get(number) ?? []), scan]);
    }
    Object.values(node).forEach(visit);
  };
  visit(plan);
  return scans;
}

/** The conditions of `(a = 1)prefix(b, 'x)y')`, which a plan writes one after the other. */
function apart(text: string): string[] {
  const found: string[] = [];
  let [depth, start, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted;
    if (quoted) continue;
    if (text[at] === '(') depth++;
    if (text[at] !== ')' || --depth > 0) continue;
    found.push(text.slice(start, at + 1));
    start = at + 1;
  }
  return found;
}

/**
 * The files of a table that any of its scans reads; of one that is only looked at, none. Undefined for all: where a scan leaves none out,
 * and where its conditions do not leave as many partitions as it says itself.
 */
async function filesOf(
  connection: DuckDBConnection,
  k: number,
  table: SeenTable,
  scans: readonly Scan[],
): Promise<AddFile[] | undefined> {
  if (scans.length === 0) return [];
  if (!isPartitioned(table)) return undefined;
  const { columns, partitionBy } = table.columns;
  const partitions = [...new Map(table.files.map((file) => [keyOf(file, partitionBy), file])).values()];
  const rows = partitions.map(
    ({ partitionValues }, row) =>
      `(${[row, ...partitionBy.map((name) => `${quote(partitionValues[name]!)}::${sqlType(columns.find((column) => column.name === name)!.type)}`)].join(', ')})`,
  );
  const names = ['row', ...partitionBy.map((name) => quoteName(mark(k) + name))];
  const kept = new Set<string>();
  for (const { conditions, counted } of scans) {
    if (conditions.length === 0) return undefined;
    const found = await connection.runAndReadAll(
      `SELECT row FROM (VALUES ${rows.join(', ')}) AS partitions(${names.join(', ')}) WHERE ${conditions.join(' AND ')}`,
    );
    if (counted !== `${found.currentRowCount}/${partitions.length}`) return undefined;
    for (const [row] of found.getRows()) kept.add(keyOf(partitions[Number(row)], partitionBy));
  }
  return table.files.filter((file) => kept.has(keyOf(file, partitionBy)));
}
