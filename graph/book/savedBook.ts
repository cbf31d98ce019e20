/**
 * A book as bytes and back: everything its further course depends on, so that a restored book goes on exactly as the saved
 * one would have - same changes, same counters, same queues.
 *
 * Version 1: version, tick, phase, spread, last sequence, snapshot time, clocks, quality counters, then the resting
 * orders, then (in the middle of a snapshot) those the snapshot will be compared with. Each side lists its levels
 * from worst to best, each level its orders from head to tail, with ids and times as differences. Times are absolute
 * (ns since the Unix epoch), so a book may be restored under another origin.
 */
import type { TimeOrigin } from '../market/time';
import { SpymasterError } from '../errors';
import { ByteReader, ByteWriter } from '../state/bytes';
import { Phase, Spread, type SpreadKind } from './bookState';
import type { OrderBook } from './orderBook';
import { type BookQuality, QUALITY_COUNTERS } from './quality';
import { RestingOrders } from './restingOrders';
import { ASK, BID, type BookSide } from './side';

const VERSION = 1;
/** Stands for NaN where a time is stored; the times of records are not negative. */
const NO_TIME = -(2n ** 62n);
const MAX_SIZE = 2 ** 32 - 1;

/** Counters that are times since the origin, not counts. */
const isTime = (counter: keyof BookQuality) => counter === 'firstCrossedAt' || counter === 'lastCrossedAt';

export function saveBook(book: OrderBook): Uint8Array {
  const out = new ByteWriter();
  const time = (offset: number) => out.signed(Number.isNaN(offset) ? NO_TIME : book.origin.absolute(offset));
  out.unsigned(VERSION);
  out.unsigned(book.scale.tickNanos);
  out.unsigned(book.phase);
  out.unsigned(book.spread);
  out.unsigned(book.lastSequence);
  out.signed(book.snapshotRecv);
  out.signed(book.tsEvent);
  time(book.eventAt);
  for (const counter of QUALITY_COUNTERS)
    if (isTime(counter)) time(book.quality[counter]);
    else if (counter === 'crossedNs') out.double(book.quality[counter]);
    else out.unsigned(book.quality[counter]);
  writeOrders(out, book.resting, book.origin);
  out.unsigned(book.beforeSnapshot ? 1 : 0);
  if (book.beforeSnapshot) writeOrders(out, book.beforeSnapshot, book.origin);
  return out.finish();
}

/** Fills a new book with a saved one. See `OrderBook.restore`. */
export function restoreBook(bytes: Uint8Array, book: OrderBook): void {
  const input = new ByteReader(bytes);
  const version = input.unsigned();
  if (version !== VERSION) input.fail(`a book saved in version ${VERSION}, not ${version}`);
  const tickNanos = input.unsigned();
  if (tickNanos !== book.scale.tickNanos)
    throw new SpymasterError('BadArgument', 'A book is restored with the tick it was saved with', {
      field: 'tickNanos',
      expected: `${tickNanos}, not ${book.scale.tickNanos}`,
    });
  const time = () => {
    const ns = input.signed();
    return ns === NO_TIME ? NaN : Number(ns - book.origin.ns);
  };
  book.phase = input.unsigned();
  book.spread = input.unsigned() as SpreadKind;
  if (book.phase > Phase.Live || book.spread > Spread.Crossed) input.fail('a phase and a spread');
  book.lastSequence = input.unsigned();
  book.snapshotRecv = input.signed();
  const tsEvent = input.signed();
  book.eventWords[0] = Number(tsEvent & 0xffff_ffffn);
  book.eventWords[1] = Number((tsEvent >> 32n) & 0xffff_ffffn);
  book.eventAt = time();
  for (const counter of QUALITY_COUNTERS)
    if (isTime(counter)) book.quality[counter] = time();
    else if (counter === 'crossedNs') book.quality[counter] = input.double();
    else book.quality[counter] = input.unsigned();
  readOrders(input, book.resting, book.origin);
  if (input.unsigned() === 1) readOrders(input, (book.beforeSnapshot = new RestingOrders()), book.origin);
  input.end();
}

/** The previous order of the file, from which the next differs by little. */
class Previous {
  id = 0n;
  enteredAt = 0n;
}

function writeOrders(out: ByteWriter, resting: RestingOrders, origin: TimeOrigin): void {
  const { orders, levels } = resting;
  const previous = new Previous();
  for (const side of [BID, ASK] as const) {
    let lastPrice = NaN;
    out.unsigned(levels.count(side));
    for (let k = levels.count(side) - 1; k >= 0; k--) {
      const level = levels.at(side, k);
      writePrice(out, levels.price[level], lastPrice);
      lastPrice = levels.price[level];
      out.unsigned(levels.aggregate[level]);
      out.unsigned(levels.orders[level]);
      for (let slot = levels.head[level]; slot >= 0; slot = orders.next[slot]) {
        const id = (BigInt(orders.idHigh[slot]) << 32n) | BigInt(orders.idLow[slot]);
        const enteredAt = origin.absolute(orders.enteredAt[slot]);
        out.signed(id - previous.id);
        out.unsigned(orders.size[slot]);
        out.signed(enteredAt - previous.enteredAt);
        out.signed(origin.absolute(orders.pricedAt[slot]) - enteredAt);
        previous.id = id;
        previous.enteredAt = enteredAt;
      }
    }
  }
}

function readOrders(input: ByteReader, resting: RestingOrders, origin: TimeOrigin): void {
  const previous = new Previous();
  for (const side of [BID, ASK] as const) {
    let price = NaN;
    for (let levelsLeft = input.unsigned(); levelsLeft > 0; levelsLeft--) {
      const before = price;
      price = readPrice(input, side, price);
      if (!Number.isFinite(price) || price === before) input.fail('levels in order of price');
      resting.setAggregate(side, price, input.unsigned());
      for (let ordersLeft = input.unsigned(); ordersLeft > 0; ordersLeft--)
        readOrder(input, resting, side, price, previous, origin);
    }
  }
}

function readOrder(
  input: ByteReader,
  resting: RestingOrders,
  side: BookSide,
  price: number,
  previous: Previous,
  origin: TimeOrigin,
): void {
  const id = previous.id + input.signed();
  const size = input.unsigned();
  const enteredAt = previous.enteredAt + input.signed();
  const pricedAt = enteredAt + input.signed();
  if (id < 0n || id >> 64n !== 0n || size === 0 || size > MAX_SIZE) input.fail('an order');
  const low = Number(id & 0xffff_ffffn);
  const high = Number(id >> 32n);
  if (resting.orders.find(low, high) >= 0) input.fail('every order once');
  resting.add(low, high, side, price, size, Number(enteredAt - origin.ns), Number(pricedAt - origin.ns));
  previous.id = id;
  previous.enteredAt = enteredAt;
}

/** On-tick prices as twice their distance from the level before; others as 1 and the double itself. */
function writePrice(out: ByteWriter, price: number, last: number): void {
  const distance = Math.abs(price - last);
  if (Number.isInteger(price) && Number.isInteger(last) && 2 * distance <= Number.MAX_SAFE_INTEGER)
    return out.unsigned(2 * distance);
  out.unsigned(1);
  out.double(price);
}

/** From worst to best: bids rise, asks fall. */
function readPrice(input: ByteReader, side: BookSide, last: number): number {
  const code = input.unsigned();
  if (code % 2 === 1) return input.double();
  return side === BID ? last + code / 2 : last - code / 2;
}
