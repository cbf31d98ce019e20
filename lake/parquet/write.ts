/** Writing one Parquet file and its Delta statistics. */
import type { ColumnContract } from '../../graph/datasets/schema';
import { SpymasterError } from '../../graph/errors';
import type { FileSpace } from '../store/fileSpace';
import { engine, quote } from './engine';
import { statsJson, type ColumnStatistics } from './statistics';

/** A staged file, complete, but not yet under a key. */
export interface WrittenFile {
  name: string;
  /** Its path in the file space. */
  staged: string;
  rows: number;
  /** Bytes. */
  size: number;
  /** Delta statistics as JSON text. */
  stats: string;
}

/**
 * How columns are encoded: so that Spark, polars, Arrow and Delta's Rust kernel read them as well as DuckDB does.
 *
 * The second generation of encodings (deltas for times, ids and sequences) makes Bronze smaller than the DBN it came from,
 * and everybody reads it; but for floating-point numbers DuckDB then uses BYTE_STREAM_SPLIT, which Spark's vectorized
 * reader (3.5, 4.0) refuses. Tables that have any are written in the first generation, which takes no more room there:
 * their whole numbers are counts and ticks, and dictionaries hold those.
 */
export const encodings = (columns: readonly Pick<ColumnContract, 'type'>[]): string =>
  `COMPRESSION zstd, PARQUET_VERSION ${columns.some(({ type }) => type === 'double' || type === 'floats') ? 'V1' : 'V2'}`;

/**
 * Dictionaries of many values cost more time than they save bytes; Bloom filters cost both, and no reader here looks one
 * key up.
 */
const OPTIONS = 'DICTIONARY_SIZE_LIMIT 5000, WRITE_BLOOM_FILTER false, RETURN_STATS';

/**
 * Writes the rows of a query, in their order, to a staged Parquet file. A failure leaves none.
 * @param select the query; it yields `columns`
 */
export async function writeParquet(
  space: FileSpace,
  name: string,
  select: string,
  columns: readonly Pick<ColumnContract, 'name' | 'type'>[],
  signal?: AbortSignal,
): Promise<WrittenFile> {
  const staged = await space.stage(name);
  try {
    const sql = `COPY (${select}) TO ${quote(staged)} (FORMAT parquet, ${encodings(columns)}, ${OPTIONS})`;
    const [file] = await (
      await engine()
    ).use(async (connection) => (await connection.runAndReadAll(sql)).getRowObjectsJS(), signal);
    if (!file) throw new SpymasterError('StoreUnavailable', 'nothing was written', { file: staged });
    const rows = Number(file.count);
    const found = file.column_statistics as { key: string; value: { key: string; value: string }[] }[];
    const statistics = found.map(({ key, value }): ColumnStatistics => ({
      name: key,
      ...Object.fromEntries(value.map((entry) => [entry.key, entry.value])),
    }));
    const types = new Map(columns.map((column) => [column.name, column.type]));
    const stats = statsJson(rows, statistics, types);
    return { name, staged, rows, size: Number(file.file_size_bytes), stats };
  } catch (error) {
    await space.discard(staged);
    throw error;
  }
}
