/** The order book alone, on one thread: a real file's records in memory, over and over, as new orders at a later time. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OrderBook } from '../../graph/book/orderBook';
import { ASK, BID } from '../../graph/book/side';
import { Action, MboBatch, Side, UNDEF_PRICE } from '../../graph/records/mbo';
import { TimeOrigin } from '../../graph/market/time';
import { readDbn } from '../../lake/raw/dbnFile';
import { PROJECT_ROOT } from '../root';
import { beside, runPeer } from './peers';
import { sized } from './size';
import type { BenchResult } from './types';

const DATA = process.env.SPYMASTER_TEST_DATA ?? join(PROJECT_ROOT, '..', 'shared', 'data');
const FILE = join(DATA, 'esh4-glbx-mdp3-20231225.mbo.dbn.zst');
const ORIGIN_NS = 1_703_462_400_000_000_000n;
const TICK_NANOS = 250_000_000;
const RECORDS = sized(6_000_000, 1);
/** Above the span of ids in the file: no id comes twice. */
const ID_STEP = 700_000n;
const DAY_NS = 86_400_000_000_000n;
const PEER = 'NautilusTrader, L3 book in one call';

export async function bench(): Promise<BenchResult[]> {
  if (!existsSync(FILE)) {
    process.stderr.write(`bench: no book: ${FILE} is not there (set SPYMASTER_TEST_DATA)\n`);
    return [];
  }
  const batches = await load();
  const records = batches.reduce((sum, { length }) => sum + length, 0);
  const clear = clearRecord(batches[0]);
  const book = new OrderBook({ tickNanos: TICK_NANOS, origin: new TimeOrigin(ORIGIN_NS) });
  let fastest = Infinity;
  for (let pass = 0; pass * records < RECORDS; pass++) {
    const started = performance.now();
    book.apply(clear, 0);
    for (const batch of batches) for (let i = 0; i < batch.length; i++) book.apply(batch, i);
    fastest = Math.min(fastest, (performance.now() - started) / 1000);
    shiftToNextDay(batches);
  }
  const touch = [book.bestPrice(BID), book.bestPrice(ASK)].map((ticks) => (ticks * TICK_NANOS) / 1e9);
  const value = records / fastest;
  const note = `fastest of the passes over an ES evening of ${records} records, ${RECORDS} in all, under ever new order ids`;
  return [{ name: 'L3 book', value, unit: 'records/s', ...peer(value, records, touch), note }];
}

/** The peer reads the same file; records it leaves out (trades) count for it as if it had taken them in no time. */
function peer(value: number, records: number, touch: number[]): Pick<BenchResult, 'peer'> {
  const figures = runPeer('nautilus_book.py', FILE, 'ESH4.GLBX');
  if (!figures) return {};
  if (figures.best_bid !== touch[0] || figures.best_ask !== touch[1])
    throw new Error(`books differ: ${touch.join(' / ')}, peer ${figures.best_bid} / ${figures.best_ask}`);
  return beside(value, PEER, (figures.deltas_per_second * records) / figures.deltas);
}

/** The file's records, in batches of their own. */
async function load(): Promise<MboBatch[]> {
  const batches: MboBatch[] = [];
  await readDbn(FILE, {
    mbo({ buffer, capacity, length }) {
      const copy = new MboBatch(capacity, buffer.slice(0));
      copy.length = length;
      batches.push(copy);
    },
  });
  return batches;
}

/** Makes the records those of the next day, of orders never seen. */
function shiftToNextDay(batches: readonly MboBatch[]): void {
  for (const batch of batches)
    for (let i = 0; i < batch.length; i++) {
      batch.orderId[i] += ID_STEP;
      batch.tsEvent[i] += DAY_NS;
      batch.tsRecv[i] += DAY_NS;
    }
}

/** R, without which the next pass would begin over a live book. */
function clearRecord({ instrumentId, publisherId, tsEvent }: MboBatch): MboBatch {
  const batch = new MboBatch(1);
  batch.length = 1;
  batch.action[0] = Action.Clear;
  batch.side[0] = Side.None;
  batch.price[0] = UNDEF_PRICE;
  batch.instrumentId[0] = instrumentId[0];
  batch.publisherId[0] = publisherId[0];
  batch.tsEvent[0] = tsEvent[0];
  return batch;
}
