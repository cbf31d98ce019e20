/** Bars of a few events given order by order. */
import type { Row } from '../../../../graph/datasets/schema';
import { batchOf, LAST, record, type MboRecord } from '../../book/records';
import { Driver, options } from '../drive';
import { START, TICK } from '../market';

export type Fields = [action: string, side: string, id: number, ticks: number, size: number];

/** One event of these records, `ms` after the start of the first bar. */
export const event = (ms: number, ...records: Fields[]): MboRecord[] =>
  records.map(([action, side, id, ticks, size], k) =>
    record({
      action,
      side,
      id: BigInt(id),
      price: BigInt(ticks) * TICK,
      size,
      flags: k === records.length - 1 ? LAST : 0,
      tsEvent: START + BigInt(ms) * 1_000_000n,
    }),
  );

/** The rows of that many seconds. */
export const bars = (events: MboRecord[][], seconds = 5, barOptions = options): Row[] =>
  new Driver(barOptions).feed(batchOf(events.flat())).finish(seconds * 1e9);
