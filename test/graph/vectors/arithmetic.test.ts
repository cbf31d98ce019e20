import fc from 'fast-check';
import { curvature, dct, ln1, lnRatio, share, slog, slope, within } from '../../../graph/vectors/arithmetic';

const values = fc
  .array(fc.double({ min: -500, max: 500, noNaN: true }), { minLength: 3, maxLength: 240 })
  .map((list) => Float64Array.from(list));

describe('arithmetic of the vector', () => {
  it('finds the slope and curvature of polynomials exactly', () => {
    const path = Float64Array.from({ length: 37 }, (_, i) => 4 - 3 * i + 0.25 * i * i);
    expect(curvature(path)).toBeCloseTo(0.5, 10);
    expect(slope(path)).toBeCloseTo(-3 + 0.25 * 36, 10);
    expect(slope(Float64Array.of(1, 3))).toBe(2);
  });

  it('has no slope of one value, and no curvature of two', () => {
    expect(slope(Float64Array.of(5))).toBeNaN();
    expect(curvature(Float64Array.of(5, 6))).toBeNaN();
    expect(slope(Float64Array.of(1, NaN, 2))).toBeNaN();
  });

  it('has an orthonormal DCT: with its mean it keeps all of a path', () => {
    fc.assert(
      fc.property(values, (path) => {
        const n = path.length;
        const mean = path.reduce((a, b) => a + b, 0) / Math.sqrt(n);
        let energy = mean * mean;
        for (let k = 1; k < n; k++) energy += dct(path, k) ** 2;
        expect(energy).toBeCloseTo(
          path.reduce((sum, value) => sum + value * value, 0),
          3,
        );
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('has logarithms that are odd, and ratios that turn round with their terms', () => {
    expect([ln1(0), slog(0), lnRatio(0, 0), share(0, 0)]).toEqual([0, 0, 0, 0.5]);
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), (a, b) => {
        expect(slog(-a)).toBe(0 - slog(a));
        expect(lnRatio(a, b)).toBeCloseTo(-lnRatio(b, a), 12);
        expect(share(a, b) + share(b, a)).toBeCloseTo(1, 12);
      }),
      { numRuns: 100, seed: 2 },
    );
    expect([within(4, 5), within(4, -5), within(4, 3), within(4, NaN)]).toEqual([4, -4, 3, NaN]);
  });
});
