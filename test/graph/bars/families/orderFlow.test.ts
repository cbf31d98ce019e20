/** Order flow against values worked out by hand; the twin checks them on everything else. */
import { bars, event, type Fields } from './events';

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
