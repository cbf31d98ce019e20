import fc from 'fast-check';
import { black76, emptyGreeks, Right } from '../../../graph/options/black76';
import { GammaBook, gexFactor, hedgeLotsPerPoint, zeroGammaFlip } from '../../../graph/options/gammaExposure';
import { GEX_SCALES } from '../../../graph/options/settings';

const gammaOf = (F: number, K: number, T: number, sigma: number) =>
  black76(Right.Call, F, K, T, sigma, 0, emptyGreeks()).gamma;

interface Position {
  strike: number;
  years: number;
  vol: number;
  calls: number;
  puts: number;
  basis?: number;
}
function bookOf(positions: Position[]): GammaBook {
  const book = new GammaBook();
  positions.forEach(({ strike, years, vol, calls, puts, basis = 0 }, i) =>
    book.add(i, strike, basis, vol * Math.sqrt(years), 1, calls, puts),
  );
  return book;
}

describe('gamma exposure', () => {
  it('of -5 bn USD per percent at 4,800 means 20,833 ES lots per percent, 434 per point', () => {
    const perPoint = hedgeLotsPerPoint(-5e9, 'usd-per-1pct', 4800, 50);
    expect(perPoint).toBeCloseTo(434.03, 2);
    expect(perPoint * 48).toBeCloseTo(20_833.33, 2);
    // Positive: bought into rises, sold into falls. Dealers long gamma do the opposite.
    expect(hedgeLotsPerPoint(5e9, 'usd-per-1pct', 4800, 50)).toBe(-perPoint);
  });

  it('means the same hedging in every scale', () => {
    for (const scale of GEX_SCALES)
      expect(hedgeLotsPerPoint(123 * gexFactor(scale, 4800, 50), scale, 4800, 50)).toBeCloseTo(-123, 10);
    expect(gexFactor('usd-per-1pct', 4800, 50)).toBe(0.01 * 50 * 4800 * 4800);
    expect(gexFactor('usd-per-point', 4800, 50)).toBe(50 * 4800);
    expect(gexFactor('half-gamma-s2', 4800, 50)).toBe(25 * 4800 * 4800);
    expect(gexFactor('lots-per-point', 4800, 50)).toBe(1);
  });

  const position = fc.record({
    strike: fc.integer({ min: 900, max: 1000 }).map((i) => 5 * i),
    years: fc.double({ min: 60 / 31_536_000, max: 0.5, noNaN: true }),
    vol: fc.double({ min: 0.05, max: 0.8, noNaN: true }),
    calls: fc.integer({ min: -5000, max: 5000 }),
    puts: fc.integer({ min: -5000, max: 5000 }),
  });

  it('of a book is the sum of gamma x lots of its options, in total and by strike', () => {
    fc.assert(
      fc.property(
        fc.array(position, { minLength: 1, maxLength: 300 }),
        fc.double({ min: 4400, max: 5100, noNaN: true }),
        (positions, price) => {
          const book = bookOf(positions);
          const calls = new Float64Array(positions.length);
          const puts = new Float64Array(positions.length);
          book.byStrike(price, calls, puts);
          let net = 0;
          let size = 0;
          positions.forEach((p, i) => {
            const gamma = gammaOf(price, p.strike, p.years, p.vol);
            expect(Math.abs(calls[i] - gamma * p.calls)).toBeLessThan(1e-12 + 1e-10 * Math.abs(calls[i]));
            expect(Math.abs(puts[i] - gamma * p.puts)).toBeLessThan(1e-12 + 1e-10 * Math.abs(puts[i]));
            net += gamma * (p.calls + p.puts);
            size += gamma * Math.abs(p.calls + p.puts);
          });
          expect(Math.abs(book.net(price) - net)).toBeLessThan(1e-12 + 1e-10 * size);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('flips between a put strike below and a call strike above, at sqrt(K1 K2) exp(-s^2 / 2) when they are alike', () => {
    const book = bookOf([
      { strike: 4700, years: 0.02, vol: 0.15, calls: 0, puts: -1000 },
      { strike: 4900, years: 0.02, vol: 0.15, calls: 1000, puts: 0 },
    ]);
    const flip = zeroGammaFlip(book, 4850, 0.08);
    expect(flip).toBeCloseTo(Math.sqrt(4700 * 4900) * Math.exp((-0.02 * 0.15 ** 2) / 2), 1);
    expect(book.net(flip - 0.01)).toBeLessThan(0);
    expect(book.net(flip + 0.01)).toBeGreaterThan(0);
  });

  it('has no flip where every position has the same sign, or the range is too narrow', () => {
    const long = bookOf([{ strike: 4800, years: 0.02, vol: 0.15, calls: 10, puts: 5 }]);
    expect(zeroGammaFlip(long, 4800, 0.08)).toBeNaN();
    expect(zeroGammaFlip(new GammaBook(), 4800, 0.08)).toBeNaN();
    const apart = bookOf([
      { strike: 4200, years: 0.02, vol: 0.15, calls: 0, puts: -1000 },
      { strike: 4900, years: 0.02, vol: 0.15, calls: 1000, puts: 0 },
    ]);
    expect(zeroGammaFlip(apart, 4890, 0.01)).toBeNaN();
  });

  it('takes the nearest of several flips, as a scan in hundredths of a point finds it', () => {
    fc.assert(
      fc.property(fc.array(position, { minLength: 2, maxLength: 8 }), (positions) => {
        const wide = positions.map((p) => ({
          ...p,
          years: Math.max(p.years, 0.05),
          vol: Math.max(p.vol, 0.15),
        }));
        const book = bookOf(wide);
        const price = 4750;
        const flip = zeroGammaFlip(book, price, 0.05);
        if (Number.isNaN(flip)) return;
        expect(book.net(flip - 0.01) * book.net(flip + 0.01)).toBeLessThanOrEqual(0);
        // Nothing nearer: no change of sign between the price and the flip on the grid that was searched.
        const step = (0.05 * price) / 32;
        const steps = Math.floor(Math.abs(flip - price) / step);
        for (let i = 1; i <= steps; i++)
          expect(Math.sign(book.net(price + Math.sign(flip - price) * i * step))).toBe(
            Math.sign(book.net(price)),
          );
      }),
    );
  });
});
