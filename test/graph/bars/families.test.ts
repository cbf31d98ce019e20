/** Figures of the families against values worked out by hand; the twin checks them on everything else. */
import type { Row } from '../../../graph/datasets/schema';
import { batchOf, LAST, record, type MboRecord } from '../book/records';
import { Driver, options } from './drive';
import { START, TICK } from './market';

type Fields = [action: string, side: string, id: number, ticks: number, size: number];

/** One event of these records at `ms`. */
const event = (ms: number, ...records: Fields[]): MboRecord[] =>
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
const bars = (events: MboRecord[][], seconds = 5): Row[] =>
  new Driver(options).feed(batchOf(events.flat())).finish(seconds * 1e9);

describe('order-flow imbalance', () => {
  const quote = [event(0, ['A', 'B', 1, 400, 5], ['A', 'A', 2, 402, 8])];
  const flow = (...then: Fields[]) => {
    const rows = bars([...quote, event(6000, ...then)], 10);
    return [rows[1].ofi_l1, rows[1].ofi_l2];
  };

  it('is the change of lots while the price stands', () => {
    expect(flow(['A', 'B', 3, 400, 4])).toEqual([4, 0]);
    expect(flow(['A', 'A', 3, 402, 4])).toEqual([-4, 0]);
    expect(flow(['C', 'B', 1, 400, 2])).toEqual([-2, 0]);
  });

  it('is all the new lots of a better price, and level by level what moved behind it', () => {
    expect(flow(['A', 'B', 3, 401, 4])).toEqual([4, 5]);
    expect(flow(['A', 'A', 3, 401, 4])).toEqual([-4, -8]);
  });

  it('is all the old lots of a price that is gone', () => {
    expect(flow(['C', 'B', 1, 400, 5])).toEqual([-5, 0]);
    expect(flow(['C', 'A', 2, 402, 8])).toEqual([8, 0]);
  });

  it('compares finished events only', () => {
    expect(flow(['A', 'B', 3, 401, 4], ['C', 'B', 3, 401, 4], ['A', 'B', 4, 400, 1])).toEqual([1, 0]);
  });
});

describe('flow', () => {
  const book = event(
    0,
    ['A', 'B', 1, 400, 5],
    ['A', 'B', 2, 398, 5],
    ['A', 'A', 3, 402, 8],
    ['A', 'B', 4, 380, 7],
  );
  const flow = (...then: Fields[]) => bars([book, event(6000, ...then)], 10)[1];

  it('is banded by distance from the touch of the last finished event', () => {
    const row = flow(
      ['A', 'B', 11, 401, 1],
      ['A', 'B', 12, 400, 2],
      ['A', 'B', 13, 397, 3],
      ['A', 'B', 14, 396, 4],
      ['A', 'B', 15, 390, 5],
      ['A', 'B', 16, 389, 6],
    );
    expect(row).toMatchObject({
      add_bid: 21,
      add_bid_inside: 1,
      add_bid_touch: 2,
      add_bid_t1_3: 3,
      add_bid_t4_10: 9,
      add_bid_t4_10_n: 2,
      add_bid_beyond: 6,
    });
  });

  it('tells lots pulled from lots filled', () => {
    const row = flow(
      ['T', 'A', 20, 400, 5],
      ['F', 'B', 1, 400, 5],
      ['C', 'B', 1, 400, 5],
      ['C', 'B', 4, 380, 7],
    );
    expect(row).toMatchObject({
      cxl_bid: 12,
      fill_vol: 5,
      fill_bid_touch: 5,
      pull_bid_touch: 0,
      pull_bid_beyond: 7,
    });
  });

  it('does not take the rest of a partly filled order for a modify of its owner', () => {
    const row = flow(['T', 'B', 20, 402, 3], ['F', 'A', 3, 402, 3], ['M', 'A', 3, 402, 5]);
    expect(row).toMatchObject({ mod_ask_n: 1, mod_ask_touch_n: 0, mod_ask_touch: 0, fill_ask_touch: 3 });
  });

  it('moves lots from band to band with a modified price', () => {
    const row = flow(['M', 'B', 4, 399, 6]);
    expect(row).toMatchObject({
      mod_bid_beyond: -7,
      mod_bid_t1_3: 6,
      mod_bid_t1_3_n: 1,
      mod_bid_beyond_n: 0,
    });
  });

  it('counts an order modified through the market as modified, not pulled', () => {
    const row = flow(
      ['T', 'B', 1, 402, 5],
      ['F', 'B', 1, 402, 5],
      ['F', 'A', 3, 402, 5],
      ['C', 'B', 1, 400, 5],
      ['M', 'A', 3, 402, 3],
    );
    expect(row).toMatchObject({ modified_buy_vol: 5, volume: 5, fill_vol: 10, fill_ask_touch: 5 });
    expect(row).toMatchObject({ mod_bid_touch: -5, pull_bid_touch: 0, fill_bid_touch: 0 });
  });

  it('sees an iceberg where an order filled for all it displayed stands again', () => {
    const row = flow(['T', 'B', 20, 402, 10], ['F', 'A', 3, 402, 10], ['M', 'A', 3, 402, 6]);
    expect(row).toMatchObject({ iceberg_ask_n: 1, iceberg_ask_lots: 6, fill_ask_touch: 8, mod_ask_touch: 6 });
    const partly = flow(['T', 'B', 20, 402, 7], ['F', 'A', 3, 402, 7], ['M', 'A', 3, 402, 1]);
    expect(partly).toMatchObject({ iceberg_ask_n: 0, iceberg_ask_lots: 0 });
  });
});

describe('shape', () => {
  const [row] = bars([
    event(0, ['A', 'B', 1, 400, 6], ['A', 'B', 2, 399, 3], ['A', 'B', 3, 396, 1], ['A', 'A', 4, 402, 10]),
  ]);

  it('is where the lots lie, counted from the touch', () => {
    expect(row.cog_bid).toBeCloseTo(0.7, 12);
    expect(row.best_share_bid).toBe(0.6);
    expect(row.hhi_bid).toBeCloseTo(0.46, 12);
    // Distances 0 (six times), 1 (three times), 4: third central moment 3.396, variance 1.41.
    expect(row.skew_bid).toBeCloseTo(3.396 / 1.41 ** 1.5, 3);
    // Cumulative 6, 9, 10 at 0, 1, 4 ticks.
    expect(row.slope_bid).toBeCloseTo(22 / 26, 12);
    expect(row.weighted_mid).toBeCloseTo((399.3 * 10 + 402 * 10) / 20 / 4, 12);
    expect(row).toMatchObject({ gap_max_bid: 3, gap_mean_bid: 2 });
  });

  it('is undefined where one level, or none, has none', () => {
    expect(row).toMatchObject({ cog_ask: 0, skew_ask: NaN, slope_ask: NaN, hhi_ask: 1, gap_max_ask: NaN });
    const [empty] = bars([event(0, ['A', 'B', 1, 400, 6])]);
    expect(empty).toMatchObject({
      cog_ask: NaN,
      hhi_ask: NaN,
      best_share_ask: NaN,
      weighted_mid: NaN,
      mid: NaN,
    });
  });
});

describe('walls', () => {
  const book = [
    event(0, ['A', 'A', 1, 400, 10], ['A', 'A', 2, 402, 4], ['A', 'A', 3, 405, 30], ['A', 'A', 4, 421, 99]),
    event(1000, ['A', 'A', 5, 410, 20], ['A', 'A', 6, 410, 25]),
  ];

  it('are the largest level and the largest order within reach, with their age', () => {
    expect(bars(book)[0]).toMatchObject({
      wall_ask: 102.5,
      wall_ask_ticks: 10,
      wall_ask_sz: 45,
      wall_ask_n: 2,
      wall_ask_ratio: 4.5,
      wall_ask_age: 4,
      big_ask: 101.25,
      big_ask_ticks: 5,
      big_ask_sz: 30,
      big_ask_age: 5,
    });
    expect(bars(book)[0]).toMatchObject({ wall_bid: NaN, wall_bid_sz: 0, big_bid: NaN, wall_bid_age: NaN });
  });

  it('tell what became of the one that stood when the bar began', () => {
    const rows = bars(
      [
        ...book,
        event(6000, ['C', 'A', 5, 410, 20]),
        event(7000, ['M', 'A', 6, 410, 15]),
        event(8000, ['T', 'B', 20, 410, 6], ['F', 'A', 6, 410, 6], ['M', 'A', 6, 410, 9]),
      ],
      10,
    );
    expect(rows.map((row) => [row.wall_ask_pulled, row.wall_ask_filled])).toEqual([
      [0, 0],
      [30, 6],
    ]);
    expect(rows[1]).toMatchObject({ wall_ask: 101.25, wall_ask_sz: 30 });
  });

  it('become younger when their foremost order loses its place', () => {
    const rows = bars([...book, event(6000, ['M', 'A', 5, 410, 21])], 10);
    expect(rows[1]).toMatchObject({ wall_ask_age: 9, wall_ask_sz: 46 });
    const gone = bars(
      [...book, event(6000, ['M', 'A', 5, 410, 21]), event(7000, ['M', 'A', 6, 410, 26])],
      10,
    );
    expect(gone[1]).toMatchObject({ wall_ask_age: 4, wall_ask_sz: 47 });
  });
});
