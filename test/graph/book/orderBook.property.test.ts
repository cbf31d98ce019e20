import fc from 'fast-check';
import { OrderBook } from '../../../graph/book/orderBook';
import { restoreState, saveState } from '../../../graph/state/blob';
import { MboBatch } from '../../../graph/records/mbo';
import { TimeOrigin } from '../../../graph/market/time';
import { LAST, record, writeRow } from './records';
import { Clock, START, streams, TICK } from './streams';
import { TwinBook } from './twin';
import { changeOf, expectSame, viewOf, viewOfTwin } from './views';

const options = { tickNanos: Number(TICK), origin: new TimeOrigin(START) };

describe('order book against its twin', () => {
  const row = new MboBatch(1);

  it('agrees after every record of any stream', () => {
    fc.assert(
      fc.property(streams(120), (steps) => {
        const book = new OrderBook(options);
        const twin = new TwinBook(TICK);
        for (const next of new Clock().records(steps, twin)) {
          writeRow(row, 0, next);
          book.apply(row, 0);
          twin.apply(next);
          expectSame(changeOf(book), twin.change);
          expectSame(viewOf(book), viewOfTwin(twin));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is put to the test by everything the quality counters know of', () => {
    const seen = new Set<string>();
    const outcomes = new Set<string>();
    for (const steps of fc.sample(streams(120), { numRuns: 1000, seed: 20231225 })) {
      const twin = new TwinBook(TICK);
      for (const next of new Clock().records(steps, twin)) {
        twin.apply(next);
        outcomes.add(`${twin.change.kind} ${twin.change.fault}`);
      }
      for (const [counter, value] of Object.entries(twin.quality)) if (value) seen.add(counter);
    }
    expect([...seen].sort()).toEqual(Object.keys(new TwinBook(TICK).quality).sort());
    expect(outcomes.size).toBe(13);
  });

  it('agrees with thousands of orders at hundreds of prices', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
        const book = new OrderBook(options);
        const twin = new TwinBook(TICK);
        const below = randomBelow(seed);
        for (let k = 0; k < 9000; k++) {
          const side = below(2) === 0 ? 'B' : 'A';
          const distance = BigInt(Math.floor(below(600) ** 2 / 600));
          const next = record({
            action: k < 5000 ? 'A' : 'AACCCM'[below(6)],
            side,
            id: BigInt(below(6000)) * 0x1_0000_0001n,
            price: (side === 'B' ? 19_200n - distance : 19_201n + distance) * TICK,
            size: 1 + below(9),
            flags: LAST,
            tsEvent: START + BigInt(k),
            sequence: k,
          });
          writeRow(row, 0, next);
          book.apply(row, 0);
          twin.apply(next);
          if (k % 3000 === 2999) expectSame(viewOf(book), viewOfTwin(twin));
        }
      }),
      { numRuns: 2 },
    );
  });
});

describe('a saved book', () => {
  it('restored anywhere, under any origin, goes on exactly as it would have', () => {
    const row = new MboBatch(1);
    const otherOrigin = { ...options, origin: new TimeOrigin(START - 86_400_000_000_000n) };
    fc.assert(
      fc.property(streams(150), fc.nat(150), fc.boolean(), (steps, at, sameOrigin) => {
        const twin = new TwinBook(TICK);
        const book = new OrderBook(options);
        let restored: OrderBook | null = null;
        let k = 0;
        for (const next of new Clock().records(steps, twin)) {
          if (k++ === at)
            restored = restoreState(new OrderBook(sameOrigin ? options : otherOrigin), saveState(book));
          twin.apply(next);
          writeRow(row, 0, next);
          book.apply(row, 0);
          if (!restored) continue;
          restored.apply(row, 0);
          expectSame(changeOf(restored), changeOf(book));
          expect([restored.spread, restored.tsEvent]).toEqual([book.spread, book.tsEvent]);
          expectSame(saveState(restored), saveState(book));
        }
        if (restored) expectSame(viewOf(restored), viewOf(book));
      }),
      { numRuns: 400 },
    );
  });
});

/** A small generator of its own, for streams too long to be shrunk. */
function randomBelow(seed: number): (limit: number) => number {
  let state = seed | 1;
  return (limit) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    state ^= state >>> 13;
    return (state >>> 0) % limit;
  };
}
