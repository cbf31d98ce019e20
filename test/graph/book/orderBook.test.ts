import { Ladder } from '../../../graph/book/bookView';
import { Change, Fault } from '../../../graph/book/change';
import { OrderBook } from '../../../graph/book/orderBook';
import { restoreState, saveState } from '../../../graph/state/blob';
import { Spread } from '../../../graph/book/bookState';
import { ASK, BID } from '../../../graph/book/side';
import { TimeOrigin } from '../../../graph/market/time';
import { batchOf, LAST, MAYBE_BAD_BOOK, MBP, type MboRecord, record, SNAPSHOT, TOP_OF_BOOK } from './records';

const TICK = 250_000_000n;
const UNDEF_PRICE = 2n ** 63n - 1n;
const options = { tickNanos: Number(TICK), origin: new TimeOrigin(0n) };

type Fields = Partial<MboRecord> & { ticks?: number };

function feed(book: OrderBook, ...rows: Fields[]): OrderBook {
  const batch = batchOf(
    rows.map(({ ticks = 100, ...row }) => record({ price: BigInt(ticks) * TICK, ...row })),
  );
  for (let i = 0; i < batch.length; i++) book.apply(batch, i);
  return book;
}

/** A live book: R, then the given records. */
const live = (...rows: Fields[]) => feed(new OrderBook(options), { action: 'R', side: 'N' }, ...rows);

const add = (id: number, ticks: number, size = 1, more: Fields = {}): Fields => ({
  action: 'A',
  id: BigInt(id),
  ticks,
  size,
  ...more,
});
const cancel = (id: number, size: number): Fields => ({ action: 'C', id: BigInt(id), size });
const modify = (id: number, ticks: number, size: number): Fields => ({
  ...add(id, ticks, size),
  action: 'M',
});
const ask = { side: 'A' };

function queue(book: OrderBook, side: 0 | 1, price: number): bigint[] {
  const ids: bigint[] = [];
  book.forEachOrder(side, price, (slot) => ids.push(book.orderId(slot)));
  return ids;
}
const slotOf = (book: OrderBook, id: number) => book.find(id, 0);

describe('queue priority', () => {
  const three = () => live(add(1, 100, 5), add(2, 100, 3), add(3, 100, 4));

  it('is the order of arrival', () => {
    expect(queue(three(), BID, 100)).toEqual([1n, 2n, 3n]);
    expect(three().queueAhead(slotOf(three(), 3))).toEqual({ orders: 2, lots: 8 });
    expect(three().queueAhead(slotOf(three(), 1))).toEqual({ orders: 0, lots: 0 });
  });

  it('survives a partial cancel and a modify to a smaller or equal size', () => {
    const book = feed(three(), cancel(1, 2), modify(2, 100, 1), modify(3, 100, 4));
    expect(queue(book, BID, 100)).toEqual([1n, 2n, 3n]);
    expect(book.queueAhead(slotOf(book, 3))).toEqual({ orders: 2, lots: 4 });
    expect(book.levelSize(BID, 100)).toBe(8);
    expect(book.change.lostPriority).toBe(false);
  });

  it('is lost by a larger size and by another price', () => {
    const book = feed(three(), modify(1, 100, 6));
    expect(book.change.lostPriority).toBe(true);
    expect(queue(book, BID, 100)).toEqual([2n, 3n, 1n]);
    feed(book, modify(2, 101, 3), modify(2, 100, 3));
    expect(queue(book, BID, 100)).toEqual([3n, 1n, 2n]);
    expect(book.levelCount(BID)).toBe(1);
  });

  it('moves up as those ahead go', () => {
    const book = feed(three(), cancel(1, 5));
    expect(book.queueAhead(slotOf(book, 3))).toEqual({ orders: 1, lots: 3 });
    expect(slotOf(book, 1)).toBe(-1);
  });
});

describe('levels', () => {
  const book = live(
    add(1, 100, 5, { tsEvent: 50n }),
    add(2, 100, 9, { tsEvent: 60n }),
    add(3, 100, 9, { tsEvent: 70n }),
    add(4, 98, 2),
    add(5, -40, 1),
    add(6, 103, 4, ask),
    add(7, 110, 6, ask),
    add(8, 2_000_000, 1, ask),
  );

  it('give totals, the best of each side and how many there are', () => {
    expect([book.bestPrice(BID), book.bestSize(BID), book.bestOrders(BID)]).toEqual([100, 23, 3]);
    expect([book.bestPrice(ASK), book.bestSize(ASK), book.bestOrders(ASK)]).toEqual([103, 4, 1]);
    expect([book.levelCount(BID), book.levelCount(ASK), book.orderCount]).toEqual([3, 3, 8]);
    expect([book.levelSize(BID, 99), book.levelOrders(BID, 99)]).toEqual([0, 0]);
  });

  it('are walked best first within a band, existing ones only', () => {
    const seen: number[][] = [];
    book.forEachLevel(BID, -40, 99, (...level) => seen.push(level));
    book.forEachLevel(ASK, 104, 2_000_000, (...level) => seen.push(level));
    book.forEachLevel(ASK, 104, 109, (...level) => seen.push(level));
    expect(seen).toEqual([
      [98, 2, 1],
      [-40, 1, 1],
      [110, 6, 1],
      [2_000_000, 1, 1],
    ]);
  });

  it('fill a ladder no deeper than it, the side, or the wish', () => {
    const ladder = new Ladder(2);
    expect(book.ladder(ASK, 5, ladder)).toBe(2);
    expect([...ladder.price, ...ladder.size, ...ladder.orders]).toEqual([103, 110, 4, 6, 1, 1]);
    expect(book.ladder(BID, 1, ladder)).toBe(1);
    expect(book.ladder(BID, 9, new Ladder(9))).toBe(3);
  });

  it('know their largest and oldest order, the foremost of equals', () => {
    expect(book.orderId(book.largestOrder(BID, 100))).toBe(2n);
    expect(book.orderId(book.oldestOrder(BID, 100))).toBe(1n);
    // Requeued, an order is still the oldest.
    const moved = feed(
      live(add(1, 100, 1, { tsEvent: 1n }), add(2, 100, 1, { tsEvent: 2n })),
      modify(1, 100, 2),
    );
    expect(moved.orderId(moved.oldestOrder(BID, 100))).toBe(1n);
    expect(book.largestOrder(BID, 99)).toBe(-1);
  });

  it('are empty on an empty side', () => {
    const empty = live();
    expect([empty.bestPrice(BID), empty.bestSize(ASK), empty.bestOrders(ASK)]).toEqual([NaN, 0, 0]);
    expect(empty.ladder(BID, 10, new Ladder(10))).toBe(0);
  });

  it('hold prices between ticks exactly, in their place, and count them', () => {
    const odd = live(add(1, 100), { ...add(2, 0), price: 100n * TICK + 1n }, add(3, 101));
    const prices: bigint[] = [];
    odd.forEachLevel(BID, -Infinity, Infinity, (price) => prices.push(odd.scale.nanos(price)));
    expect(prices).toEqual([101n * TICK, 100n * TICK + 1n, 100n * TICK]);
    expect(odd.quality.offTickPrices).toBe(1);
  });
});

describe('the change record', () => {
  it('tells of an order entering, moving and leaving, with its age', () => {
    const book = live(add(1, 100, 5, { tsEvent: 1000n }));
    expect(book.change).toMatchObject({
      kind: Change.Add,
      known: true,
      side: BID,
      newPrice: 100,
      newSize: 5,
    });
    feed(book, { ...modify(1, 101, 4), tsEvent: 3000n });
    expect(book.change).toMatchObject({
      kind: Change.Modify,
      oldPrice: 100,
      oldSize: 5,
      newPrice: 101,
      newSize: 4,
      lostPriority: true,
      enteredAt: 1000,
      pricedAt: 1000,
    });
    feed(book, { ...cancel(1, 4), tsEvent: 9000n });
    expect(book.change).toMatchObject({
      kind: Change.Cancel,
      oldPrice: 101,
      oldSize: 4,
      newSize: 0,
      enteredAt: 1000,
      pricedAt: 3000,
    });
  });

  it('is none for T, F and N, which leave the book alone', () => {
    const book = live(add(1, 100, 5));
    const before = saveState(book);
    for (const action of ['T', 'F', 'N']) {
      feed(book, { action, id: 1n, size: 2, side: 'B' });
      expect(book.change.kind).toBe(Change.None);
    }
    expect(saveState(book)).toEqual(before);
  });
});

describe('odd input', () => {
  it('is refused by name and changes nothing', () => {
    const book = live(add(1, 100, 5));
    const before = book.orderCount;
    const refused: [Fields, number][] = [
      [{ ...add(2, 0), price: UNDEF_PRICE }, Fault.NoPrice],
      [{ ...add(2, 0), price: 2n ** 60n + 1n }, Fault.PriceOutOfRange],
      [add(2, 100, 1, { side: 'N' }), Fault.UnknownSide],
      [add(2, 100, 0), Fault.NoSize],
      [{ ...add(2, 100), action: 'Z' }, Fault.UnknownAction],
      [{ ...modify(1, 0, 1), price: UNDEF_PRICE }, Fault.NoPrice],
    ];
    for (const [row, fault] of refused) {
      feed(book, row);
      expect(book.change).toMatchObject({ kind: Change.None, fault });
    }
    expect(book.orderCount).toBe(before);
    expect(book.levelSize(BID, 100)).toBe(5);
    expect(book.quality).toMatchObject({
      refusedNoPrice: 2,
      refusedPriceOutOfRange: 1,
      refusedSide: 1,
      refusedSize: 1,
      refusedAction: 1,
    });
  });

  it('lets a second add of an id replace the first at the tail', () => {
    const book = live(add(1, 100, 5), add(2, 100, 1), add(1, 100, 3));
    expect(queue(book, BID, 100)).toEqual([2n, 1n]);
    expect(book.levelSize(BID, 100)).toBe(4);
    expect(book.quality.duplicateAdds).toBe(1);
    expect(book.change.fault).toBe(Fault.DuplicateOrder);
  });

  it('skips a cancel of an unknown order and adds on a modify of one', () => {
    const book = live(cancel(9, 1), { action: 'F', id: 9n }, modify(9, 100, 2));
    expect(book.change).toMatchObject({ kind: Change.Add, known: false });
    expect(book.levelSize(BID, 100)).toBe(2);
    expect(book.quality).toMatchObject({ unknownCancels: 1, unknownFills: 1, unknownModifies: 1 });
  });

  it('keeps ids apart that a double would confuse', () => {
    const ids = [2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n, 2n ** 64n - 2n, 2n ** 32n, 1n];
    const book = live(...ids.map((id) => ({ ...add(0, 100), id })));
    expect(queue(book, BID, 100)).toEqual(ids);
  });

  it('counts sequences that run backwards, but not across R', () => {
    const book = live({ ...add(1, 1), sequence: 9 }, { ...add(2, 1), sequence: 8 });
    expect(book.quality.sequenceBackwards).toBe(1);
    feed(book, { action: 'R', side: 'N', sequence: 0 }, { ...add(2, 1), sequence: 3 });
    expect(book.quality.sequenceBackwards).toBe(1);
  });
});

describe('crossed and locked states', () => {
  it('are judged at the end of an event only, with their time', () => {
    const book = live(add(1, 100, 1, ask), add(2, 101, 1, { flags: 0, tsEvent: 1000n }));
    expect([book.spread, book.quality.crossed]).toEqual([Spread.Open, 0]);
    feed(book, { action: 'N', tsEvent: 1000n });
    expect([book.spread, book.quality.crossed]).toEqual([Spread.Crossed, 1]);
    feed(book, { ...modify(2, 100, 1), tsEvent: 4500n });
    expect([book.spread, book.quality.locked]).toEqual([Spread.Locked, 1]);
    feed(book, { ...cancel(2, 1), tsEvent: 5000n });
    expect(book.spread).toBe(Spread.Open);
    expect(book.quality).toMatchObject({
      crossed: 1,
      crossedNs: 3500,
      firstCrossedAt: 1000,
      lastCrossedAt: 1000,
    });
  });
});

describe('the end of an event', () => {
  const row = (id: number, ticks: number, tsEvent: bigint, more: Fields = {}) =>
    add(id, ticks, 1, { flags: 0, tsEvent, ...more });

  it('is the next ts_event where no F_LAST tells, whatever the sequence', () => {
    const book = live(row(1, 100, 10n, { ...ask, sequence: 1 }), row(2, 101, 10n, { sequence: 2 }));
    expect([book.inEvent, book.spread, book.quality.unmarkedEnds]).toEqual([true, Spread.Open, 0]);
    const next = batchOf([record({ ...row(3, 90, 25n), price: 90n * TICK })]);
    expect(book.beginsAfterUnmarkedEnd(next, 0)).toBe(true);
    book.apply(next, 0);
    expect([book.spread, book.eventAt, book.quality.unmarkedEnds]).toEqual([Spread.Crossed, 10, 1]);
    expect(book.quality.firstCrossedAt).toBe(10);
  });

  it('is F_LAST where there is one: it is not ended twice', () => {
    const book = live(row(1, 100, 10n), row(2, 99, 10n, { flags: LAST }), row(3, 98, 11n, { flags: LAST }));
    expect([book.inEvent, book.eventAt, book.quality.unmarkedEnds]).toEqual([false, 11, 0]);
  });

  it('comes before a snapshot, and is none after a clear', () => {
    const book = live(row(1, 100, 10n));
    feed(book, row(1, 100, 10n, { flags: SNAPSHOT, tsRecv: 500n }));
    expect([book.inEvent, book.quality.unmarkedEnds]).toEqual([false, 1]);
    feed(book, row(2, 100, 20n), { action: 'R', side: 'N', flags: 0, tsEvent: 20n });
    expect([book.inEvent, book.quality.unmarkedEnds]).toEqual([false, 1]);
  });

  it('is still to come in a book that was saved within one', () => {
    const book = live(row(1, 100, 10n));
    const restored = restoreState(new OrderBook(options), saveState(book));
    feed(restored, row(2, 100, 20n));
    expect(restored.quality.unmarkedEnds).toBe(1);
  });
});

describe('the age of an order in a snapshot', () => {
  const DAY = 86_400_000_000_000n;
  const NOW = 30n * 365n * DAY;
  const order = (id: number, tsEvent: bigint) => add(id, 100, 2, { flags: SNAPSHOT, tsRecv: NOW, tsEvent });

  it('is not known where its time is undefined, zero or impossible', () => {
    for (const tsEvent of [0n, 2n ** 64n - 1n, NOW + 1000n, NOW - 20n * 365n * DAY - 1000n]) {
      const book = feed(new OrderBook(options), order(1, tsEvent));
      expect([book.orderEnteredAt(slotOf(book, 1)), book.orderPricedAt(slotOf(book, 1))]).toEqual([NaN, NaN]);
      expect(book.meanAge(BID, 0, 200, Number(NOW))).toBeNaN();
      const restored = restoreState(new OrderBook(options), saveState(book));
      expect(restored.orderPricedAt(slotOf(restored, 1))).toBeNaN();
    }
  });

  it('is that of its time, however long it has rested', () => {
    const book = feed(new OrderBook(options), order(1, NOW - 5n * 365n * DAY), order(2, 0n));
    expect(book.meanAge(BID, 0, 200, Number(NOW))).toBe(Number(5n * 365n * DAY));
    expect(book.orderId(book.oldestOrder(BID, 100))).toBe(2n);
  });

  it('is known as soon as the owner moves it, and stays known through a snapshot that does not tell', () => {
    const book = feed(new OrderBook(options), order(1, 0n), { ...modify(1, 101, 2), tsEvent: NOW + 10n });
    expect(book.orderEnteredAt(slotOf(book, 1))).toBeNaN();
    expect(book.orderPricedAt(slotOf(book, 1))).toBe(Number(NOW + 10n));
    feed(book, { ...order(1, 0n), ticks: 101, tsRecv: NOW + 20n }, { action: 'N', tsEvent: NOW + 30n });
    expect(book.orderPricedAt(slotOf(book, 1))).toBe(Number(NOW + 10n));
  });
});

describe('the state of a book', () => {
  const snapshot = (id: number, ticks: number, more: Fields = {}) =>
    add(id, ticks, 2, { flags: SNAPSHOT, tsRecv: 500n, tsEvent: 10n, ...more });

  it('is empty, then warming when joined midway, then live from a snapshot on', () => {
    const book = new OrderBook(options);
    expect(book.state).toBe('empty');
    feed(book, cancel(7, 1));
    expect([book.state, book.quality.unknownWhileWarming]).toEqual(['warming', 1]);
    feed(book, add(1, 100), snapshot(2, 99));
    expect([book.state, book.orderCount]).toEqual(['snapshot', 1]);
    feed(book, snapshot(3, 98, { flags: SNAPSHOT | LAST }));
    expect([book.state, book.orderCount]).toEqual(['live', 2]);
    // A book that was incomplete is no measure for the snapshot.
    expect(book.quality.auditedSnapshots).toBe(0);
  });

  it('is live from R on, and at the first record after a snapshot without F_LAST', () => {
    expect(live().state).toBe('live');
    const book = feed(new OrderBook(options), snapshot(1, 100));
    expect(book.state).toBe('snapshot');
    expect(feed(book, add(2, 100)).state).toBe('live');
    expect(queue(book, BID, 100)).toEqual([1n, 2n]);
  });

  it('takes the rest of a snapshot whose F_LAST came early, but starts over with one captured later', () => {
    const book = feed(new OrderBook(options), snapshot(1, 100, { flags: SNAPSHOT | LAST }), snapshot(2, 99));
    expect([book.orderCount, book.quality.snapshots]).toEqual([2, 1]);
    feed(book, snapshot(1, 100, { tsRecv: 900n, flags: SNAPSHOT | LAST }));
    expect([book.orderCount, book.quality.snapshots]).toEqual([1, 2]);
    // Opened by R, it is closed by R only, whenever its records were captured.
    feed(
      book,
      { action: 'R', side: 'N', flags: SNAPSHOT },
      snapshot(1, 100),
      snapshot(2, 99, { tsRecv: 901n }),
    );
    expect([book.orderCount, book.quality.snapshots]).toEqual([2, 3]);
  });

  it('falls back to warming over a gap, until R', () => {
    const book = live(add(1, 100), add(2, 100, 1, { flags: LAST | MAYBE_BAD_BOOK }));
    expect([book.state, book.quality.gaps, book.quality.maybeBadBook]).toEqual(['warming', 1, 1]);
    feed(book, cancel(77, 1));
    expect([book.quality.unknownCancels, book.quality.unknownWhileWarming]).toEqual([0, 1]);
    expect(feed(book, { action: 'R', side: 'N' }).state).toBe('live');
    expect(book.orderCount).toBe(0);
  });

  it('compares a live book with a snapshot over it, which then wins', () => {
    const book = live(
      add(1, 100, 5, { tsEvent: 1n }),
      add(2, 100, 5, { tsEvent: 2n }),
      add(3, 99, 5, { tsEvent: 3n }),
      add(4, 98, 5, { tsEvent: 4n }),
      add(5, 97, 2, { tsEvent: 5n }),
    );
    feed(
      book,
      { action: 'R', side: 'N', flags: SNAPSHOT, tsRecv: 500n },
      snapshot(2, 100, { size: 5 }),
      snapshot(1, 100, { size: 5 }),
      snapshot(3, 99, { size: 4 }),
      snapshot(6, 96),
      snapshot(5, 97, { flags: SNAPSHOT | LAST }),
    );
    expect(book.quality).toMatchObject({
      snapshots: 1,
      auditedSnapshots: 1,
      auditedOrders: 6,
      ordersMissing: 1,
      ordersExtra: 1,
      ordersChanged: 1,
      // 99 (size), 98 (gone), 96 (new).
      levelsDiffering: 3,
      // 100 (order).
      queuesDiffering: 1,
    });
    expect(queue(book, BID, 100)).toEqual([2n, 1n]);
    expect(book.levelSize(BID, 99)).toBe(4);
    expect(slotOf(book, 4)).toBe(-1);
    // Orders known before keep their times; new ones have the snapshot's.
    expect([5, 6].map((id) => book.orderEnteredAt(slotOf(book, id)))).toEqual([5, 10]);
  });
});

describe('aggregated records', () => {
  it('with F_TOB are the whole side', () => {
    const tob = (ticks: number, size: number, more: Fields = {}) =>
      add(0, ticks, size, { flags: LAST | TOP_OF_BOOK, ...more });
    const book = live(add(1, 90), tob(100, 7), tob(101, 8, ask));
    expect([book.levelCount(BID), book.bestPrice(BID), book.bestSize(BID)]).toEqual([1, 100, 7]);
    feed(book, tob(99, 3));
    expect([book.levelCount(BID), book.bestPrice(BID), book.bestOrders(BID)]).toEqual([1, 99, 0]);
    expect(book.orderCount).toBe(0);
    feed(book, tob(0, 0, { price: UNDEF_PRICE }));
    expect([book.levelCount(BID), book.levelCount(ASK)]).toEqual([0, 1]);
  });

  it('with F_MBP are a whole level', () => {
    const mbp = (action: string, ticks: number, size: number) =>
      add(0, ticks, size, { flags: LAST | MBP, action });
    const book = live(add(1, 100, 2), mbp('A', 100, 7), mbp('A', 99, 5), mbp('M', 99, 6));
    expect([book.levelSize(BID, 100), book.levelOrders(BID, 100), book.levelSize(BID, 99)]).toEqual([
      9, 1, 6,
    ]);
    feed(book, mbp('C', 99, 6), mbp('C', 100, 7));
    expect([book.levelSize(BID, 100), book.levelCount(BID)]).toEqual([2, 1]);
  });
});
