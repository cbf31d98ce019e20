/**
 * The saved state of a book: everything its further course depends on, so that a restored book goes on exactly as the saved
 * one would have - same changes, same counters, same queues.
 *
 * Tick, phase, spread, last sequence, snapshot time, clocks and quality counters come first, then the resting orders, then (in
 * the middle of a snapshot) those the snapshot will be compared with. Each side lists its levels from worst to best, each
 * level its orders from head to tail, with ids and times as differences. Times are absolute (ns since the Unix epoch), so a
 * book may be restored under another origin.
 */
import type { TimeOrigin } from '../market/time';
import type { StateReader, StateWriter } from '../state/codec';
import { Phase, Spread, type SpreadKind } from './bookState';
import type { PriceScale } from './priceScale';
import { type BookQuality, QUALITY_COUNTERS } from './quality';
import { RestingOrders } from './restingOrders';
import { ASK, BID, type BookSide } from './side';
import type { StreamedBook } from './streamedBook';

const VERSION = 2;
/** Stored in place of a time that is NaN; the times of records are not negative. */
const NO_TIME = -(2n ** 62n);
const MAX_SIZE = 2 ** 32 - 1;

/** Counters that are times since the origin, not counts. */
const isTime = (counter: keyof BookQuality) => counter === 'firstCrossedAt' || counter === 'lastCrossedAt';

type SavedBook = StreamedBook & { readonly scale: PriceScale };

export function saveBook(out: StateWriter, book: SavedBook): void {
  const { origin, quality } = book;
  out.section('book', VERSION);
  out.unsigned(book.scale.tickNanos);
  out.unsigned(book.phase);
  out.unsigned(book.spread);
  out.unsigned(book.lastSequence);
  out.signed(book.snapshotRecv);
  out.signed(book.tsEvent);
  writeTime(out, book.eventAt, origin);
  out.boolean(book.inEvent);
  for (const counter of QUALITY_COUNTERS)
    if (isTime(counter)) writeTime(out, quality[counter], origin);
    else if (counter === 'crossedNs') out.double(quality[counter]);
    else out.unsigned(quality[counter]);
  writeOrders(out, book.resting, origin);
  out.boolean(book.beforeSnapshot !== null);
  if (book.beforeSnapshot) writeOrders(out, book.beforeSnapshot, origin);
}

/** Puts a saved book in place of what a book holds. */
export function restoreBook(from: StateReader, book: SavedBook): void {
  const { origin, quality } = book;
  from.section('book', VERSION);
  const tickNanos = from.unsigned();
  if (tickNanos !== book.scale.tickNanos) from.fail(`a tick of ${book.scale.tickNanos}, not ${tickNanos}`);
  book.phase = from.unsigned();
  book.spread = from.unsigned() as SpreadKind;
  if (book.phase > Phase.Live || book.spread > Spread.Crossed) from.fail('a phase and a spread');
  book.lastSequence = from.unsigned();
  book.snapshotRecv = from.signed();
  const tsEvent = from.signed();
  book.eventWords[0] = Number(tsEvent & 0xffff_ffffn);
  book.eventWords[1] = Number((tsEvent >> 32n) & 0xffff_ffffn);
  book.eventAt = readTime(from, origin);
  book.inEvent = from.boolean();
  for (const counter of QUALITY_COUNTERS)
    if (isTime(counter)) quality[counter] = readTime(from, origin);
    else if (counter === 'crossedNs') quality[counter] = from.double();
    else quality[counter] = from.unsigned();
  book.resting.clear();
  readOrders(from, book.resting, origin);
  book.beforeSnapshot = null;
  if (from.boolean()) readOrders(from, (book.beforeSnapshot = new RestingOrders()), origin);
}

const absolute = (t: number, origin: TimeOrigin) => (Number.isNaN(t) ? NO_TIME : origin.absolute(t));
const relative = (ns: bigint, origin: TimeOrigin) => (ns === NO_TIME ? NaN : Number(ns - origin.ns));

function writeTime(out: StateWriter, t: number, origin: TimeOrigin): void {
  out.signed(absolute(t, origin));
}

function readTime(from: StateReader, origin: TimeOrigin): number {
  return relative(from.signed(), origin);
}

/** The order written before, from which the next differs by little. */
class Previous {
  id = 0n;
  enteredAt = 0n;
}

function writeOrders(out: StateWriter, resting: RestingOrders, origin: TimeOrigin): void {
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
        const enteredAt = absolute(orders.enteredAt[slot], origin);
        out.signed(id - previous.id);
        out.unsigned(orders.size[slot]);
        out.signed(enteredAt - previous.enteredAt);
        out.signed(absolute(orders.pricedAt[slot], origin) - enteredAt);
        previous.id = id;
        previous.enteredAt = enteredAt;
      }
    }
  }
}

function readOrders(from: StateReader, resting: RestingOrders, origin: TimeOrigin): void {
  const previous = new Previous();
  for (const side of [BID, ASK] as const) {
    let price = NaN;
    for (let levelsLeft = from.unsigned(); levelsLeft > 0; levelsLeft--) {
      const before = price;
      price = readPrice(from, side, price);
      if (!Number.isFinite(price) || price === before) from.fail('levels in order of price');
      resting.setAggregate(side, price, from.unsigned());
      for (let ordersLeft = from.unsigned(); ordersLeft > 0; ordersLeft--)
        readOrder(from, resting, side, price, previous, origin);
    }
  }
}

function readOrder(
  from: StateReader,
  resting: RestingOrders,
  side: BookSide,
  price: number,
  previous: Previous,
  origin: TimeOrigin,
): void {
  const id = previous.id + from.signed();
  const size = from.unsigned();
  const enteredAt = previous.enteredAt + from.signed();
  const pricedAt = enteredAt + from.signed();
  if (id < 0n || id >> 64n !== 0n || size === 0 || size > MAX_SIZE) from.fail('an order');
  const low = Number(id & 0xffff_ffffn);
  const high = Number(id >> 32n);
  if (resting.orders.find(low, high) >= 0) from.fail('every order once');
  resting.add(low, high, side, price, size, relative(enteredAt, origin), relative(pricedAt, origin));
  previous.id = id;
  previous.enteredAt = enteredAt;
}

/** On-tick prices as twice their distance from the level before; others as 1 and the double itself. */
function writePrice(out: StateWriter, price: number, last: number): void {
  const distance = Math.abs(price - last);
  if (Number.isInteger(price) && Number.isInteger(last) && 2 * distance <= Number.MAX_SAFE_INTEGER)
    return out.unsigned(2 * distance);
  out.unsigned(1);
  out.double(price);
}

/** From worst to best: bids rise, asks fall. */
function readPrice(from: StateReader, side: BookSide, last: number): number {
  const code = from.unsigned();
  if (code % 2 === 1) return from.double();
  return side === BID ? last + code / 2 : last - code / 2;
}
