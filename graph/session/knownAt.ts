/**
 * When the rows of Silver and Gold were known, by the time of events: what must not depend on anything that came later.
 */
import type { TableBatch } from '../datasets/schema';
import { silverBars } from '../bars/barsTable';
import { goldEpisodes, goldOutcomes } from '../episodes/episodeTables';
import { silverLevels } from '../levels/levelsTable';
import { silverOptionExposure, silverOptionFlow } from '../options/optionTables';
import { silverVacuum } from '../bars/vacuumTable';
import { goldVectors } from '../vectors/vectorsTable';
import { SpymasterError } from '../errors';

interface Knowledge {
  /** Column with the instant, ns UTC. */
  readonly column: string;
  /** Whether that is a bar's start, and the row known at its end. */
  readonly atBarEnd?: true;
  /** Columns with an instant up to which the row stands open: their value is known from that instant on. */
  readonly open?: readonly string[];
}

const KNOWLEDGE: Readonly<Record<string, Knowledge>> = {
  [silverBars.name]: { column: 'bar_start_utc', atBarEnd: true },
  [silverVacuum.name]: { column: 'bar_start_utc', atBarEnd: true },
  [silverOptionFlow.name]: { column: 'bar_start_utc', atBarEnd: true },
  [silverOptionExposure.name]: { column: 'ts' },
  [silverLevels.name]: { column: 'valid_from', open: ['valid_to'] },
  [goldEpisodes.name]: { column: 'touch_ts' },
  [goldOutcomes.name]: { column: 'end_ts' },
  [goldVectors.name]: { column: 'touch_ts' },
};

const knowledgeOf = (table: string): Knowledge => {
  const found = KNOWLEDGE[table];
  if (found) return found;
  throw new SpymasterError('UnknownTable', `Nothing says when rows of ${table} were known`, {
    expected: Object.keys(KNOWLEDGE).join(', '),
  });
};

/** Columns whose values may lie in the future of the row: they count only once that is past. */
export const openColumns = (table: string): readonly string[] => knowledgeOf(table).open ?? [];

/**
 * Places of the rows that were known before an instant, in their order; in that of the key where rows stand open, for these are
 * written down when they end.
 *
 * Strictly before: what happens at the instant of the last event may happen in records that came after it. Outcomes that the end
 * of the data cut short were never known, and do not count.
 * @param until ns UTC
 * @param barNanos length of a bar
 * @throws SpymasterError UnknownTable for a table nothing is known of
 */
export function knownBefore(
  { contract, rowCount, columns }: TableBatch,
  until: bigint,
  barNanos: number,
): Int32Array {
  const { column, atBarEnd } = knowledgeOf(contract.name);
  const key = contract.key.filter((name) => !contract.partitionBy.includes(name));
  const keyOf = (i: number) => key.map((name) => String(columns[name][i] as string | bigint)).join(' ');
  const times = columns[column] as BigInt64Array;
  const latest = atBarEnd ? until - BigInt(barNanos) : until;
  const endedBy = contract.name === goldOutcomes.name ? (columns.ended_by as string[]) : null;
  const places: number[] = [];
  for (let i = 0; i < rowCount; i++) if (times[i] < latest && endedBy?.[i] !== 'data_end') places.push(i);
  if (openColumns(contract.name).length > 0) places.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return Int32Array.from(places);
}
