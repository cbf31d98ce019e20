/** Writing one Parquet file and its Delta statistics. */
import type { ColumnContract } from '../../graph/datasets/schema';
import { SpymasterError } from '../../graph/errors';
import { engine, quote } from './engine';
import { statsJson, type ColumnStatistics } from './statistics';

export interface WrittenFile {
  /** Path on this machine, below the store's staging folder. */
  path: string;
  rows: number;
  /** Bytes. */
  size: number;
  /** Delta statistics as JSON text. */
  stats: string;
}

/**
 * zstd and the second generation of encodings (deltas for times, ids and sequences) make Bronze smaller than the DBN it
 * came from. Dictionaries of many values cost more time than they save bytes; Bloom filters cost both, and no reader here
 * looks one key up.
 */
const OPTIONS = [
  'FORMAT parquet',
  'COMPRESSION zstd',
  'PARQUET_VERSION V2',
  'DICTIONARY_SIZE_LIMIT 5000',
  'WRITE_BLOOM_FILTER false',
  'RETURN_STATS',
].join(', ');

/**
 * Writes the rows of a query, in their order, to a Parquet file.
 * @param select the query; it yields `columns`
 * @param path where on this machine
 */
export async function writeParquet(
  select: string,
  columns: readonly Pick<ColumnContract, 'name' | 'type'>[],
  path: string,
  signal?: AbortSignal,
): Promise<WrittenFile> {
  const sql = `COPY (${select}) TO ${quote(path)} (${OPTIONS})`;
  const [file] = await (
    await engine()
  ).use(async (connection) => (await connection.runAndReadAll(sql)).getRowObjectsJS(), signal);
  if (!file) throw new SpymasterError('StoreUnavailable', 'nothing was written', { file: path });
  const rows = Number(file.count);
  const found = file.column_statistics as { key: string; value: { key: string; value: string }[] }[];
  const statistics = found.map(({ key, value }): ColumnStatistics => ({
    name: key,
    ...Object.fromEntries(value.map((entry) => [entry.key, entry.value])),
  }));
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  return { path, rows, size: Number(file.file_size_bytes), stats: statsJson(rows, statistics, types) };
}
