/** Which rows were known before an instant, in event time, as their datasets declare it. */
import type { KnownAt } from '../catalog/dataset';
import type { TableBatch } from '../datasets/schema';

/**
 * Places of the rows that were known before an instant, in their order; in that of the key where rows have intervals, for
 * such rows are written when their interval ends.
 *
 * Strictly before: what happens at the instant of the last event may happen in records that came after it.
 * @param until ns UTC
 * @param barNanos length of a bar
 */
export function knownBefore(
  { column, atBarEnd, open = [], except }: KnownAt,
  { contract, rowCount, columns }: TableBatch,
  until: bigint,
  barNanos: number,
): Int32Array {
  const key = contract.key.filter((name) => !contract.partitionBy.includes(name));
  const keyOf = (i: number) => key.map((name) => String(columns[name][i] as string | bigint)).join(' ');
  const times = columns[column] as BigInt64Array;
  const latest = atBarEnd ? until - BigInt(barNanos) : until;
  const places: number[] = [];
  for (let i = 0; i < rowCount; i++) if (times[i] < latest && !except?.(columns, i)) places.push(i);
  if (open.length > 0) places.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return Int32Array.from(places);
}
