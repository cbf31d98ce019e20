import fc from 'fast-check';
import { black76, black76Price, emptyGreeks, Right } from '../../../graph/options/black76';
import { impliedVol } from '../../../graph/options/impliedVol';

const EPS = Number.EPSILON;
const YEAR = 31_536_000;
/** From the last minute of 0DTE to five years. */
const TENORS = [60, 600, 3600, 6.5 * 3600, 86_400, 7 * 86_400, 30 * 86_400, 0.25 * YEAR, YEAR, 5 * YEAR].map(
  (seconds) => seconds / YEAR,
);
const greeks = emptyGreeks();

/**
 * What can be attained: a price is only known to half a unit in its last place, and an error of that size in the price is
 * one of price / (vega sigma) times that size in the volatility.
 */
const attainable = (price: number, vega: number, sigma: number) => EPS * (1 + price / (vega * sigma));

describe('implied volatility', () => {
  it('comes back to machine precision over the whole chain, wings and last minute included', () => {
    let checked = 0;
    let worst = 0;
    for (const T of TENORS)
      // Up to a deviation of 2, beyond which prices near their bound tell less and less of it.
      for (let sigma = 0.01; sigma * Math.sqrt(T) < 2 && sigma < 4; sigma *= 1.17)
        for (let deviations = -12; deviations <= 12; deviations += 0.5) {
          const F = 5000;
          const K = F * Math.exp(deviations * sigma * Math.sqrt(T));
          const right = K >= F ? Right.Call : Right.Put;
          const price = black76Price(right, F, K, T, sigma, 0);
          expect(price).toBeGreaterThan(0);
          worst = Math.max(worst, Math.abs(impliedVol(right, price, F, K, T, 0) / sigma - 1));
          checked++;
        }
    expect(checked).toBeGreaterThan(15_000);
    expect(worst).toBeLessThan(5e-15);
  });

  it('comes back as exactly as the price allows, in and out of the money, with discounting', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(Right.Call, Right.Put),
        fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.double({ min: Math.log(60 / YEAR), max: Math.log(10), noNaN: true }).map(Math.exp),
        fc.double({ min: Math.log(1e-3), max: Math.log(5), noNaN: true }).map(Math.exp),
        fc.double({ min: -0.02, max: 0.1, noNaN: true }),
        (right, F, deviations, T, sigma, r) => {
          const K = F * Math.exp(deviations * sigma * Math.sqrt(T));
          const { price, vega } = black76(right, F, K, T, sigma, r, greeks);
          const bound = Math.exp(-r * T) * (right > 0 ? F : K);
          const size = Math.max(price, Math.exp(-r * T) * Math.abs(F - K));
          const tolerance = 16 * attainable(size, vega, sigma);
          // Deep in the money or at the bound the price itself has forgotten its volatility.
          fc.pre(tolerance < 1e-3 && price < bound * (1 - 1e-9));
          expect(Math.abs(impliedVol(right, price, F, K, T, r) / sigma - 1)).toBeLessThan(tolerance);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('holds over twenty orders of magnitude of moneyness and seven of deviation', () => {
    let checked = 0;
    for (let lx = -12; lx <= 1.6; lx += 0.17)
      for (let ls = -6; ls <= 1.3; ls += 0.05)
        for (const right of [Right.Call, Right.Put]) {
          const sigma = 10 ** ls;
          const K = 100 * Math.exp(right * 10 ** lx);
          const { price, vega } = black76(right, 100, K, 1, sigma, 0, greeks);
          if (price < 1e-290 || price >= (right > 0 ? 100 : K)) continue;
          const error = Math.abs(impliedVol(right, price, 100, K, 1, 0) / sigma - 1);
          expect(error).toBeLessThan(12 * attainable(price, vega, sigma));
          checked++;
        }
    expect(checked).toBeGreaterThan(15_000);
  });

  it('finds the volatility of known prices', () => {
    expect(impliedVol(Right.Call, 7.965567455405797, 100, 100, 1, 0)).toBeCloseTo(0.2, 15);
    // A 0DTE call 5 points away, half an hour before the close, for one tick of 0.05.
    const vol = impliedVol(Right.Call, 0.05, 4800, 4805, 1800 / YEAR, 0.04);
    expect(black76Price(Right.Call, 4800, 4805, 1800 / YEAR, vol, 0.04)).toBeCloseTo(0.05, 15);
  });

  it('is NaN where no volatility gives the price', () => {
    const volOf = (right: Right, price: number, years = 0.1) =>
      impliedVol(right, price, 4800, 4750, years, 0.04);
    expect(volOf(Right.Call, 60)).toBeGreaterThan(0);
    // Below intrinsic value, without time value, and at the upper bound.
    expect(volOf(Right.Call, 49)).toBeNaN();
    expect(volOf(Right.Put, 0)).toBeNaN();
    expect(volOf(Right.Call, 4800)).toBeNaN();
    expect(volOf(Right.Put, 4750)).toBeNaN();
    // No prices at all, and an option that has expired.
    expect(volOf(Right.Put, -0.05)).toBeNaN();
    expect(volOf(Right.Put, NaN)).toBeNaN();
    expect(volOf(Right.Call, 60, 0)).toBeNaN();
  });

  it('is a volatility exactly where a price lies between intrinsic value and upper bound', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(Right.Call, Right.Put),
        fc.oneof(fc.double({ min: -1, max: 300, noNaN: true }), fc.double()),
        fc.integer({ min: 19, max: 21 }),
        fc.constantFrom(-1, 0, 1e-6, 1),
        (right, price, fifth, years) => {
          const strike = fifth * 5;
          const value = price * Math.exp(0.03 * years);
          const possible =
            years > 0 &&
            value - Math.max(right * (100 - strike), 0) > 1e-290 &&
            (right > 0 ? 100 : strike) - value > 1e-290;
          const vol = impliedVol(right, price, 100, strike, years, 0.03);
          expect(Number.isNaN(vol)).toBe(!possible);
          if (possible) expect(vol).toBeGreaterThan(0);
        },
      ),
    );
  });
});
