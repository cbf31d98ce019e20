/** Statistics of a Parquet file in the form Delta keeps them. */
import type { ColumnType } from '../../graph/datasets/schema';

/** What the Parquet writer says of one column; all numbers as text, for 64-bit ones fit no JSON library. */
export interface ColumnStatistics {
  /** Quoted path of the column in the file, e.g. `"price"`, and `"vector"."element"` inside a list. */
  name: string;
  min?: string;
  max?: string;
  null_count?: string;
}

/** Longer texts are of no use for skipping files, and would make the log large. */
const LONGEST_TEXT = 64;

/**
 * @param rows rows in the file
 * @param columns its columns' statistics
 * @param types type of each column by name
 */
export function statsJson(
  rows: number,
  columns: readonly ColumnStatistics[],
  types: ReadonlyMap<string, ColumnType>,
): string {
  const least: string[] = [];
  const most: string[] = [];
  const nulls: string[] = [];
  for (const { name: path, min, max, null_count: nullCount } of columns) {
    const name = path.slice(1, -1).replaceAll('""', '"');
    const type = types.get(name);
    if (!type) continue; // An element of a list: Delta counts whole values.
    const key = JSON.stringify(name);
    if (nullCount !== undefined) nulls.push(`${key}:${nullCount}`);
    const low = literal(type, min);
    const high = literal(type, max);
    if (low === undefined || high === undefined) continue;
    least.push(`${key}:${low}`);
    most.push(`${key}:${high}`);
  }
  const object = (members: string[]) => `{${members.join(',')}}`;
  return `{"numRecords":${rows},"minValues":${object(least)},"maxValues":${object(most)},"nullCount":${object(nulls)}}`;
}

/** A bound as JSON text, its digits untouched. */
function literal(type: ColumnType, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  switch (type) {
    case 'int64':
    case 'int32':
    case 'int16':
      return value;
    case 'double':
      return Number.isFinite(Number(value)) ? value : undefined;
    case 'string':
    case 'date':
      return value.length <= LONGEST_TEXT ? JSON.stringify(value) : undefined;
    default:
      return undefined;
  }
}
