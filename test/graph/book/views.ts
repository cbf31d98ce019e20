/** A book and its twin, both written out in full for comparison. */
import { isDeepStrictEqual } from 'node:util';
import { Change, Fault } from '../../../graph/book/change';
import type { OrderBook } from '../../../graph/book/orderBook';
import { ASK, BID, type BookSide } from '../../../graph/book/side';
import type { TwinBook, TwinChange, TwinOrder } from './twin';

const LETTERS = ['B', 'A'] as const;
const KINDS = Object.keys(Change).map((name) => name.toLowerCase()) as TwinChange['kind'][];
const FAULTS = Object.keys(Fault);

interface LevelView {
  price: bigint;
  size: number;
  orders: number;
  queue: TwinOrder[];
}

function levelsOf(book: OrderBook, side: BookSide): LevelView[] {
  const levels: LevelView[] = [];
  book.forEachLevel(side, -Infinity, Infinity, (ticks, size, orders) => {
    const price = book.scale.nanos(ticks);
    const queue: TwinOrder[] = [];
    book.forEachOrder(side, ticks, (slot) =>
      queue.push({
        id: book.orderId(slot),
        side: LETTERS[book.orderSide(slot)],
        price: book.scale.nanos(book.orderPrice(slot)),
        size: book.orderSize(slot),
        enteredAt: timeOf(book, book.orderEnteredAt(slot)),
        pricedAt: timeOf(book, book.orderPricedAt(slot)),
      }),
    );
    levels.push({ price, size, orders, queue });
  });
  return levels;
}

const timeOf = ({ origin }: OrderBook, offset: number) =>
  Number.isNaN(offset) ? null : origin.absolute(offset);

export function viewOf(book: OrderBook) {
  const { firstCrossedAt, lastCrossedAt, ...counters } = book.quality;
  return {
    state: book.state,
    bids: levelsOf(book, BID),
    asks: levelsOf(book, ASK),
    orderCount: book.orderCount,
    quality: {
      ...counters,
      firstCrossedAt: timeOf(book, firstCrossedAt),
      lastCrossedAt: timeOf(book, lastCrossedAt),
    },
  };
}

export function viewOfTwin(twin: TwinBook): ReturnType<typeof viewOf> {
  const levels = (side: 'B' | 'A') =>
    twin.orders.prices(side).map((price) => {
      const { queue } = twin.orders.sides[side].get(price)!;
      return { price, size: twin.orders.lots(side, price), orders: queue.length, queue };
    });
  return {
    state: twin.state as OrderBook['state'],
    bids: levels('B'),
    asks: levels('A'),
    orderCount: twin.orders.byId.size,
    quality: twin.quality,
  };
}

export function changeOf({ change, scale, origin }: OrderBook): TwinChange {
  const { lostPriority } = change;
  const outcome = {
    kind: KINDS[change.kind],
    fault: FAULTS[change.fault],
    known: change.known,
    lostPriority,
  };
  if (change.kind === Change.None || change.kind === Change.Clear) return outcome;
  const known = (name: 'enteredAt' | 'pricedAt') =>
    !Number.isNaN(change[name]) && { [name]: origin.absolute(change[name]) };
  return {
    ...outcome,
    side: LETTERS[change.side],
    oldSide: LETTERS[change.oldSide],
    oldPrice: scale.nanos(change.oldPrice),
    oldSize: change.oldSize,
    newPrice: scale.nanos(change.newPrice),
    newSize: change.newSize,
    ...known('enteredAt'),
    ...known('pricedAt'),
  };
}

/** Equality at the speed of a property test; jest is asked only to show a difference. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}
