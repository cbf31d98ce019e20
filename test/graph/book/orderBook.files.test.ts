/** Real files against published and independently measured states of their books. */
import { Ladder } from '../../../graph/book/bookView';
import { OrderBook } from '../../../graph/book/orderBook';
import { restoreState, saveState } from '../../../graph/state/blob';
import { QUALITY_COUNTERS } from '../../../graph/book/quality';
import { ASK, BID } from '../../../graph/book/side';
import { Action, Flag, type MboBatch } from '../../../graph/records/mbo';
import { TimeOrigin } from '../../../graph/market/time';
import { describeWithData } from '../../support/data';
import { ES_0508, ES_1224, ES_1225, loadMbo, readRow } from './records';
import { TwinBook } from './twin';
import { expectSame, viewOf, viewOfTwin } from './views';

const MIDNIGHT = 1_703_462_400_000_000_000n;
const options = { tickNanos: 250_000_000, origin: new TimeOrigin(MIDNIGHT) };
const at = (hours: number, minutes: number, seconds: number) =>
  MIDNIGHT + BigInt((hours * 60 + minutes) * 60 + seconds) * 1_000_000_000n;

/** Orders, levels a side, and price, lots and orders of both bests. */
function summary(book: OrderBook) {
  const touch = (side: 0 | 1) => [book.bestPrice(side) / 4, book.bestSize(side), book.bestOrders(side)];
  return [book.orderCount, book.levelCount(BID), book.levelCount(ASK), ...touch(BID), ...touch(ASK)];
}

function lots(book: OrderBook, side: 0 | 1): number {
  let sum = 0;
  book.forEachLevel(side, -Infinity, Infinity, (_, size) => (sum += size));
  return sum;
}

function applyAll(book: OrderBook, batch: MboBatch, each?: (i: number) => void): OrderBook {
  for (let i = 0; i < batch.length; i++) {
    each?.(i);
    book.apply(batch, i);
  }
  return book;
}

/** Counters that are not zero. */
const noticed = ({ quality }: OrderBook) =>
  QUALITY_COUNTERS.filter((counter) => quality[counter] > 0 && !counter.endsWith('CrossedAt'));

describeWithData('the order book over ES 2023-12-24 and 25', () => {
  let sunday: MboBatch;
  let monday: MboBatch;
  beforeAll(async () => {
    sunday = await loadMbo(ES_1224);
    monday = await loadMbo(ES_1225);
  });

  it('stands after the weekly snapshot as measured', () => {
    const book = applyAll(new OrderBook(options), sunday);
    expect(summary(book)).toEqual([8725, 892, 559, 4799, 16, 4, 4799.5, 23, 4]);
    expect([lots(book, BID), lots(book, ASK)]).toEqual([19_424, 18_880]);
    expect(book.state).toBe('live');
    expect(noticed(book)).toEqual(['snapshots']);
  });

  it('ends over both files in the published state', () => {
    const book = applyAll(applyAll(new OrderBook(options), sunday), monday);
    const deltas = sunday.length + monday.action.filter((action) => action !== Action.Trade).length;
    const last = monday.length - 1;
    expect([deltas, monday.tsRecv[last], monday.sequence[last]]).toEqual([
      74_544,
      1_703_548_799_446_821_072n,
      59_585,
    ]);
    expect(summary(book)).toEqual([11_217, 922, 565, 4810, 22, 22, 4810.25, 28, 18]);
    expect([lots(book, BID), lots(book, ASK)]).toEqual([22_050, 20_110]);
  });

  it('passes the measured states on the way', () => {
    const checkpoints = [at(23, 0, 1), at(23, 10, 0), at(23, 30, 0)];
    const states: unknown[] = [];
    const book = new OrderBook(options);
    applyAll(book, monday, (i) => {
      while (checkpoints.length > 0 && monday.tsEvent[i] > checkpoints[0]) {
        checkpoints.shift();
        const [orders, , , ...touch] = summary(book);
        states.push([orders, ...touch]);
      }
    });
    expect(states).toEqual([
      [8862, 4800.75, 4, 4, 4801.5, 9, 6],
      [10_161, 4807, 26, 20, 4807.5, 35, 24],
      [10_877, 4810.25, 49, 18, 4810.5, 20, 9],
    ]);
  });

  it('compares the second snapshot with the live book and finds them equal, and nothing amiss later', () => {
    const book = applyAll(applyAll(new OrderBook(options), sunday), monday);
    expect(noticed(book)).toEqual(['crossed', 'crossedNs', 'snapshots', 'auditedSnapshots', 'auditedOrders']);
    expect(book.quality.auditedOrders).toBe(8725);
  });

  it('is crossed 891 times before the open and never after', () => {
    const book = new OrderBook(options);
    let wasCrossed = 0;
    const crossedRecv: bigint[] = [];
    applyAll(book, monday, (i) => {
      if (book.quality.crossed > wasCrossed) crossedRecv.push(monday.tsRecv[i - 1]);
      wasCrossed = book.quality.crossed;
    });
    const { crossed, locked, firstCrossedAt, lastCrossedAt } = book.quality;
    expect([crossed, locked, crossedRecv.length]).toEqual([891, 0, 891]);
    // Captured 22:39:55.222 to 23:00:00.000069.
    expect(crossedRecv[0] / 1_000_000n).toBe(at(22, 39, 55) / 1_000_000n + 222n);
    expect((crossedRecv[890] + 500n) / 1000n).toBe(at(23, 0, 0) / 1000n + 69n);
    expect(firstCrossedAt).toBe(Number(1_703_543_995_216_798_489n - MIDNIGHT));
    expect(lastCrossedAt).toBe(Number(1_703_545_199_999_703_903n - MIDNIGHT));
  });

  it('has a spread of one tick on 41,460 event states', () => {
    const book = new OrderBook(options);
    let oneTick = 0;
    for (let i = 0; i < monday.length; i++) {
      book.apply(monday, i);
      if ((monday.flags[i] & Flag.Last) !== 0 && book.bestPrice(ASK) - book.bestPrice(BID) === 1) oneTick++;
    }
    expect(oneTick).toBe(41_460);
  });

  it('equals its twin in full every 4000 records', () => {
    const book = new OrderBook(options);
    const twin = new TwinBook(250_000_000n);
    applyAll(book, monday, (i) => {
      if (i > 0) twin.apply(readRow(monday, i - 1));
      if (i % 4000 === 0) expectSame(viewOf(book), viewOfTwin(twin));
    });
  });

  it('counts what a join midway cannot know as warming, not as fault', () => {
    const book = new OrderBook(options);
    for (let i = 30_000; i < monday.length; i++) book.apply(monday, i);
    expect(book.state).toBe('warming');
    const { unknownWhileWarming, unknownCancels, unknownModifies, unknownFills } = book.quality;
    expect(unknownWhileWarming).toBeGreaterThan(0);
    expect([unknownCancels, unknownModifies, unknownFills]).toEqual([0, 0, 0]);
  });

  it('restored at any of forty points ends bit by bit the same', () => {
    let book = applyAll(new OrderBook(options), sunday);
    let saves = 0;
    const straight = saveState(applyAll(applyAll(new OrderBook(options), sunday), monday));
    applyAll(new OrderBook(options), monday, (i) => {
      if (i % 1723 === 0) {
        book = restoreState(new OrderBook(options), saveState(book));
        saves++;
      }
      book.apply(monday, i);
    });
    expect(saves).toBe(40);
    expectSame(saveState(book), straight);
    // Eleven thousand orders in less than ten bytes each.
    expect(straight.length / book.orderCount).toBeLessThan(10);
  });

  it('names the fills of the opening auction that never rested without blame', () => {
    const book = new OrderBook(options);
    let auctionFillsOfStops = 0;
    applyAll(book, monday, (i) => {
      const { orderIdWords: id } = monday;
      const unseen = book.find(id[2 * i], id[2 * i + 1]) < 0;
      if (monday.action[i] === Action.Fill && unseen) auctionFillsOfStops++;
    });
    expect(auctionFillsOfStops).toBe(7);
    expect(book.quality.unknownFills).toBe(0);
  });
});

describeWithData('the order book over ES 2024-05-08', () => {
  it('reads a snapshot that opens with R and two live seconds after it', async () => {
    const batch = await loadMbo(ES_0508);
    const book = new OrderBook(options);
    applyAll(book, batch, (i) => {
      if (i === 13_600) expect(book.state).toBe('snapshot');
      if (i === 13_601) expect([book.state, book.orderCount]).toEqual(['live', 13_600]);
    });
    expect(summary(book)).toEqual([13_598, 976, 571, 5214, 28, 22, 5214.25, 17, 11]);
    expect(noticed(book)).toEqual(['clears', 'snapshots']);

    const ladder = new Ladder(10);
    expect(book.ladder(BID, 10, ladder)).toBe(10);
    expect(ladder.price[0] / 4).toBe(5214);
    for (let k = 0; k < 10; k++) {
      expect(ladder.size[k]).toBe(book.levelSize(BID, ladder.price[k]));
      expect(ladder.orders[k]).toBe(book.levelOrders(BID, ladder.price[k]));
      if (k > 0) expect(ladder.price[k]).toBeLessThan(ladder.price[k - 1]);
    }
  });
});
