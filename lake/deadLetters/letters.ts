/** Dead letters: records that were set aside, each with its reason, place and bytes. */
import type { Row } from '../../graph/datasets/schema';
import { bronzeDeadLetters } from '../../graph/records/bronzeTables';
import { viewRecord } from '../../graph/dbn/record';
import { SpymasterError } from '../../graph/errors';
import { MboBatch } from '../../graph/records/mbo';
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

/** The record of a letter; `undefined` if its bytes are no MBO record. */
export function decodeLetter(bytes: Uint8Array): MboBatch | undefined {
  let record;
  try {
    record = viewRecord(bytes, 3).decode();
  } catch (error) {
    if (error instanceof SpymasterError) return undefined;
    throw error;
  }
  if (record.type !== 'mbo') return undefined;
  const batch = new MboBatch(1);
  batch.tsEvent[0] = record.tsEvent;
  batch.tsRecv[0] = record.tsRecv;
  batch.orderId[0] = record.orderId;
  batch.price[0] = record.price;
  batch.instrumentId[0] = record.instrumentId;
  batch.size[0] = record.size;
  batch.sequence[0] = record.sequence;
  batch.tsInDelta[0] = record.tsInDelta;
  batch.publisherId[0] = record.publisherId;
  batch.flags[0] = record.flags;
  batch.channelId[0] = record.channelId;
  batch.action[0] = record.action.charCodeAt(0);
  batch.side[0] = record.side.charCodeAt(0);
  batch.length = 1;
  return batch;
}
