import { BANDS, StrikeBands } from '../../../graph/options/bands';

const bands = new StrikeBands([10, 30, 50, 100], 0.25);
const around = (price: number, strike: number) => BANDS[bands.bandOf(strike, price)] ?? null;

describe('strike bands', () => {
  it('hold one strike each near a price, and what lies beyond up to the reach', () => {
    const strikes = [4770, 4775, 4785, 4790, 4795, 4800, 4805, 4810, 4815, 4825, 4830];
    expect(strikes.map((strike) => around(4800, strike))).toEqual([
      null,
      'below_3',
      'below_3',
      'below_2',
      'below_1',
      'at',
      'above_1',
      'above_2',
      'above_3',
      'above_3',
      null,
    ]);
    expect(bands.reach).toBe(25);
  });

  it('mirror: what is below a price is above it when prices are reflected', () => {
    const mirrored = (name: string | null) =>
      name?.replace(/below|above/, (side) => (side === 'below' ? 'above' : 'below')) ?? null;
    for (let offset = -30; offset <= 30; offset += 0.25)
      expect(around(4801.75, 4801.75 + offset)).toBe(mirrored(around(4801.75, 4801.75 - offset)));
  });

  it('have no place for anything around an unknown price', () => {
    expect(bands.bandOf(4800, NaN)).toBe(-1);
  });
});
