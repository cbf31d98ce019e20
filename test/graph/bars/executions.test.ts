import { Aggressor, Executions, type OrderIndex } from '../../../graph/bars/executions';
import { batchOf, record } from '../book/records';

const BIG = 2n ** 63n;
const nothingRests = { find: () => -1 };
const trade = (id: bigint, side = 'B', size = 1) => record({ action: 'T', side, id, size });

/** Kinds of trades that come one after the other, each its own event, after orders of these ids. */
function kinds(orders: bigint[], trades: bigint[], book: OrderIndex = nothingRests, side = 'B'): number[] {
  const executions = new Executions();
  const batch = batchOf([
    ...orders.map((id) => record({ action: 'A', id })),
    ...trades.map((id) => trade(id, side)),
  ]);
  orders.forEach((_, i) => executions.order(batch, i));
  return trades.map((_, k) => {
    let kind: number = Aggressor.Auction;
    executions.trade(batch, orders.length + k, 100, book);
    executions.endEvent((found) => (kind = found));
    return kind;
  });
}

/** Kinds of the aggressors of one event of trades and fills, after an order of id 1000; with their lots and trades. */
function kindsOf(...prints: [action: 'T' | 'F', id: bigint, side: string, size: number][]): number[][] {
  const executions = new Executions();
  const batch = batchOf([
    record({ action: 'A', id: 1000n }),
    ...prints.map(([action, id, side, size]) => record({ action, id, side, size })),
  ]);
  executions.order(batch, 0);
  prints.forEach(([action], i) => {
    if (action === 'T') executions.trade(batch, i + 1, 100, nothingRests);
    else executions.fill(batch, i + 1);
  });
  const found: number[][] = [];
  executions.endEvent((kind, _, lots, trades) => found.push([kind, lots, trades]));
  return found;
}

describe('aggressors', () => {
  it('are fresh with a new highest id', () => {
    expect(kinds([1000n], [1001n, 1002n])).toEqual([Aggressor.Fresh, Aggressor.Fresh]);
  });

  it('are stops when their unseen id lies more than 200 below the highest, ambiguous when closer', () => {
    expect(kinds([1000n], [799n, 800n, 999n])).toEqual([
      Aggressor.Stop,
      Aggressor.Ambiguous,
      Aggressor.Ambiguous,
    ]);
  });

  it('are modified orders when they rest in the book', () => {
    expect(kinds([1000n], [500n], { find: (low) => (low === 500 ? 7 : -1) })).toEqual([Aggressor.Modified]);
  });

  it('are none in auctions: no id, or no side', () => {
    expect(kinds([1000n], [0n])).toEqual([Aggressor.Auction]);
    expect(kinds([1000n], [2000n], nothingRests, 'N')).toEqual([Aggressor.Auction]);
  });

  it('are told apart by ids of all 64 bits', () => {
    expect(kinds([BIG + 1000n], [BIG + 1001n, BIG + 800n, BIG + 500n])).toEqual([
      Aggressor.Fresh,
      Aggressor.Stop,
      Aggressor.Stop,
    ]);
    expect(kinds([2n ** 32n + 5n], [2n ** 32n - 100n])).toEqual([Aggressor.Ambiguous]);
  });

  it('are of one kind through all prints of an event', () => {
    expect(kindsOf(['T', 2000n, 'B', 3], ['F', 5n, 'A', 3], ['T', 2000n, 'B', 4], ['F', 6n, 'A', 4])).toEqual(
      [[Aggressor.Fresh, 7, 2]],
    );
  });

  it('had rested, known or not, where a fill of their own is printed', () => {
    const met: ['F', bigint, string, number] = ['F', 5n, 'A', 3];
    expect(kindsOf(['T', 400n, 'B', 3], met)).toEqual([[Aggressor.Stop, 3, 1]]);
    for (const id of [400n, 900n, 2000n])
      expect(kindsOf(['T', id, 'B', 3], ['F', id, 'B', 3], met)).toEqual([[Aggressor.Modified, 3, 1]]);
    // The fill comes with any of its trades, before or after that of the order it met.
    expect(
      kindsOf(['T', 400n, 'B', 3], met, ['T', 400n, 'B', 1], ['F', 6n, 'A', 1], ['F', 400n, 'B', 4]),
    ).toEqual([[Aggressor.Modified, 4, 2]]);
    // That of another order in the same event says nothing of it.
    expect(kindsOf(['T', 400n, 'B', 3], met, ['T', 401n, 'B', 2], ['F', 401n, 'B', 2])).toEqual([
      [Aggressor.Stop, 3, 1],
      [Aggressor.Modified, 2, 1],
    ]);
    expect(kindsOf(['T', 400n, 'N', 3], ['F', 400n, 'N', 3])).toEqual([]);
  });
});

describe('fills', () => {
  const batch = batchOf([
    trade(9n),
    record({ action: 'F', side: 'B', id: 9n, size: 4 }),
    record({ action: 'F', side: 'A', id: 5n, size: 3 }),
    record({ action: 'F', side: 'A', id: 5n, size: 1 }),
  ]);
  const executions = new Executions();
  executions.trade(batch, 0, 100, nothingRests);
  [1, 2, 3].forEach((i) => executions.fill(batch, i));

  it('of an aggressor itself are none of a resting order', () => {
    expect(executions.takeFilled(9, 0)).toBe(0);
    expect(executions.isAggressor(9, 0)).toBe(true);
  });

  it('of an order add up, and are given out once', () => {
    expect([executions.takeFilled(5, 0), executions.takeFilled(5, 0)]).toEqual([4, 0]);
  });
});

describe('sweeps', () => {
  const sweepsOf = (prints: [bigint, string, number, number][]) => {
    const executions = new Executions();
    const batch = batchOf(prints.map(([id, side, , size]) => trade(id, side, size)));
    prints.forEach(([, , ticks], i) => executions.trade(batch, i, ticks, nothingRests));
    const sweeps: [string, number, number][] = [];
    executions.endEvent((_, side, lots, __, ticks) => sweeps.push([String.fromCharCode(side), lots, ticks]));
    executions.endEvent(() => sweeps.push(['again', 0, 0]));
    return sweeps.filter(([, , ticks]) => ticks > 0);
  };

  it('are aggressors that trade at two prices or more in one event', () => {
    expect(
      sweepsOf([
        [7n, 'B', 100, 2],
        [7n, 'B', 101, 3],
        [7n, 'B', 103, 1],
      ]),
    ).toEqual([['B', 6, 3]]);
    expect(
      sweepsOf([
        [7n, 'A', 100, 2],
        [8n, 'B', 90, 3],
        [7n, 'A', 99, 1],
      ]),
    ).toEqual([['A', 3, 1]]);
    expect(
      sweepsOf([
        [7n, 'B', 100, 2],
        [8n, 'B', 101, 3],
      ]),
    ).toEqual([]);
    expect(
      sweepsOf([
        [0n, 'N', 100, 2],
        [0n, 'N', 101, 3],
      ]),
    ).toEqual([]);
  });
});
