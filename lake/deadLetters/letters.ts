/** Dead letters in the lake: records that were set aside, each with its reason, place and bytes. */
import type { Row } from '../../graph/datasets/schema';
import { bronzeDeadLetters } from '../../graph/records/deadLettersTable';
import type { DeadLetterReason } from '../../graph/records/validate';
import type { Snapshot } from '../delta/snapshot';
import type { Partition } from '../delta/table';
import type { Lake } from '../lake';

export interface LetterFilter {
  contract?: string;
  tradeDate?: string;
  reason?: DeadLetterReason;
}

/** Letters in the order they were set aside, contract-date by contract-date. */
export async function listLetters(lake: Lake, filter: LetterFilter = {}): Promise<Row[]> {
  const rows: Row[] = [];
  const snapshot = await lake.table(bronzeDeadLetters).snapshot();
  for (const { contract, trade_date: tradeDate } of letterPartitions(snapshot, filter))
    for (const row of await lake
      .table(bronzeDeadLetters)
      .readRows({ partition: { contract, trade_date: tradeDate }, version: snapshot.version }))
      if (!filter.reason || row.reason === filter.reason) rows.push(row);
  return rows;
}

/** Contract-dates that have letters. */
export function letterPartitions(letters: Snapshot, { contract, tradeDate }: LetterFilter): Partition[] {
  return letters
    .partitions()
    .filter(({ rows }) => rows > 0)
    .map(({ values }) => values as Partition)
    .filter(
      (values) =>
        (!contract || values.contract === contract) && (!tradeDate || values.trade_date === tradeDate),
    );
}
