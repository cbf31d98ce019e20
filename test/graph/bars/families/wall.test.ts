/** Walls against values worked out by hand; the twin checks them on everything else. */
import { DEFAULT_BAR_DISTANCES } from '../../../../graph/bars/distances';
import { options } from '../drive';
import { bars, event } from './events';

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

  it('tell what became of the one found when the bar began', () => {
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

  it('are looked for as far as the distances say', () => {
    const distances = { ...DEFAULT_BAR_DISTANCES, wallReachTicks: 21 };
    expect(bars(book, 5, { ...options, distances })[0]).toMatchObject({
      wall_ask_ticks: 21,
      wall_ask_sz: 99,
    });
  });
});
