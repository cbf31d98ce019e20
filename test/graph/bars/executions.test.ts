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
    const kind = executions.trade(batch, orders.length + k, 100, book);
    executions.endEvent(() => undefined);
    return kind;
  });
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

  it('keep their kind through all prints of an event', () => {
    const executions = new Executions();
    const batch = batchOf([trade(2000n), trade(2000n)]);
    expect([0, 1].map((i) => executions.trade(batch, i, 100 + i, nothingRests))).toEqual([
      Aggressor.Fresh,
      Aggressor.Fresh,
    ]);
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
    executions.endEvent((side, lots, ticks) => sweeps.push([String.fromCharCode(side), lots, ticks]));
    executions.endEvent(() => sweeps.push(['again', 0, 0]));
    return sweeps;
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
