import fc from 'fast-check';
import { reliabilityOf } from '../../../graph/models/reliability';
import { CLASSES } from '../../../graph/models/scores';

const forecast = fc
  .tuple(fc.integer({ min: 1, max: 97 }), fc.integer({ min: 0, max: 97 }), fc.nat(2), fc.nat(6))
  .map(([a, b, label, day]) => {
    const first = a / 100;
    const second = (1 - first) * (b / 100);
    return { shares: [first, second, 1 - first - second], label, day: `2024-03-0${day + 1}` };
  });

test('every forecast is in one bin of each outcome, in order, and a bin says how often it came true', () => {
  fc.assert(
    fc.property(fc.array(forecast, { maxLength: 80 }), fc.integer({ min: 1, max: 10 }), (all, bins) => {
      const found = reliabilityOf(
        {
          days: all.map(({ day }) => day),
          labels: Uint8Array.from(all, ({ label }) => label),
          shares: Float64Array.from(all.flatMap(({ shares }) => shares)),
        },
        bins,
      );
      for (const [c, outcome] of CLASSES.entries()) {
        const of = found.filter((bin) => bin.outcome === outcome);
        expect(of.length).toBe(Math.min(bins, all.length));
        expect(of.reduce((sum, { n }) => sum + n, 0)).toBe(all.length);
        const forecasts = of.map(({ forecast }) => forecast);
        for (const [k, value] of forecasts.slice(1).entries())
          expect(value).toBeGreaterThanOrEqual(forecasts[k] - 1e-12);
        const total = (value: (bin: (typeof of)[number]) => number) =>
          of.reduce((sum, bin) => sum + bin.n * value(bin), 0);
        expect(total(({ observed }) => observed)).toBeCloseTo(all.filter(({ label }) => label === c).length);
        expect(total(({ forecast }) => forecast)).toBeCloseTo(
          all.reduce((sum, { shares }) => sum + shares[c], 0),
        );
        for (const { low, observed, high } of of) {
          expect(low).toBeLessThanOrEqual(observed + 1e-9);
          expect(high).toBeGreaterThanOrEqual(observed - 1e-9);
        }
      }
    }),
    { numRuns: 60 },
  );
});
