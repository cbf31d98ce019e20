/** MBO records for book tests: written one by one, or loaded from the real files. */
import { MboBatch } from '../../../graph/records/mbo';
import { readDbn } from '../../../lake/raw/dbnFile';
import { dataPath } from '../../support/data';

export const LAST = 128;
export const TOP_OF_BOOK = 64;
export const SNAPSHOT = 32;
export const MBP = 16;
export const MAYBE_BAD_BOOK = 4;

export interface MboRecord {
  action: string;
  side: string;
  id: bigint;
  /** 1e-9 units. */
  price: bigint;
  size: number;
  flags: number;
  tsEvent: bigint;
  tsRecv: bigint;
  sequence: number;
  instrumentId: number;
  publisherId: number;
}

const BLANK: MboRecord = {
  action: 'A',
  side: 'B',
  id: 0n,
  price: 0n,
  size: 1,
  flags: LAST,
  tsEvent: 0n,
  tsRecv: 0n,
  sequence: 0,
  instrumentId: 1,
  publisherId: 1,
};

export const record = (fields: Partial<MboRecord>): MboRecord => ({ ...BLANK, ...fields });

export function writeRow(batch: MboBatch, i: number, row: MboRecord): void {
  batch.action[i] = row.action.charCodeAt(0);
  batch.side[i] = row.side.charCodeAt(0);
  batch.orderId[i] = row.id;
  batch.price[i] = row.price;
  batch.size[i] = row.size;
  batch.flags[i] = row.flags;
  batch.tsEvent[i] = row.tsEvent;
  batch.tsRecv[i] = row.tsRecv;
  batch.sequence[i] = row.sequence;
  batch.instrumentId[i] = row.instrumentId;
  batch.publisherId[i] = row.publisherId;
}

export function readRow(batch: MboBatch, i: number): MboRecord {
  return {
    action: String.fromCharCode(batch.action[i]),
    side: String.fromCharCode(batch.side[i]),
    id: batch.orderId[i],
    price: batch.price[i],
    size: batch.size[i],
    flags: batch.flags[i],
    tsEvent: batch.tsEvent[i],
    tsRecv: batch.tsRecv[i],
    sequence: batch.sequence[i],
    instrumentId: batch.instrumentId[i],
    publisherId: batch.publisherId[i],
  };
}

export function batchOf(rows: readonly MboRecord[]): MboBatch {
  const batch = new MboBatch(rows.length);
  for (const row of rows) writeRow(batch, batch.length++, row);
  return batch;
}

export const ES_1224 = 'esh4-glbx-mdp3-20231224.mbo.dbn.zst';
export const ES_1225 = 'esh4-glbx-mdp3-20231225.mbo.dbn.zst';
export const ES_0508 = 'esm4-glbx-mdp3-20240508.mbo.dbn.zst';

/** All MBO records of a real file in one batch. */
export async function loadMbo(name: string): Promise<MboBatch> {
  const rows: MboRecord[] = [];
  await readDbn(dataPath(name), {
    mbo(batch) {
      for (let i = 0; i < batch.length; i++) rows.push(readRow(batch, i));
    },
  });
  return batchOf(rows);
}
