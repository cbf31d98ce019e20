/** The shape of depth against values worked out by hand; the twin checks them on everything else. */
import { bars, event } from './events';

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
