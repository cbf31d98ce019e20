import { fitScaling, scaled } from '../../../graph/models/scaling';

describe('scaling', () => {
  it('is in standard deviations from the mean of defined values, clipped; undefined values are the mean', () => {
    const x = Float32Array.of(1, 5, NaN, 3, 5, 7, 5, 5, 7, NaN, 5, NaN);
    const scaling = fitScaling(x, 3);
    expect(Array.from(scaling.centers)).toEqual([3, 5, 7]);
    const deviation = Math.sqrt(8 / 3);
    expect(scaling.factors[0]).toBeCloseTo(1 / deviation, 6);
    const z = scaled(scaling, Float32Array.of(5, 9, 1, NaN, NaN, NaN, 1e9, 0, 0, -1e9, 0, 0));
    expect(z[0]).toBeCloseTo(2 / deviation, 6);
    // What was always the same says nothing, whatever it is now.
    expect(Array.from(z.slice(1), (value) => value + 0)).toEqual([0, 0, 0, 0, 0, 4, 0, 0, -4, 0, 0]);
  });

  it('takes a feature for constant that differs by rounding only, and of no values for one that says nothing', () => {
    const x = Float32Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 123456.7 : NaN));
    expect(Array.from(fitScaling(x, 2).factors)).toEqual([0, 0]);
  });
});
