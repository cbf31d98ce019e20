import fc from 'fast-check';
import { LatencyHistogram } from '../../../graph/quality/latency';

it('gives quantiles within 9 % of the exact ones', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 1e9 }), { minLength: 1, maxLength: 300 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, share) => {
        const histogram = new LatencyHistogram();
        for (const value of values) histogram.add(value);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.ceil(share * sorted.length) - 1];
        expect(histogram.quantile(share)).toBeGreaterThanOrEqual(exact * 0.999);
        expect(histogram.quantile(share)).toBeLessThanOrEqual((exact + 1) * 1.0906);
        expect(histogram.longest).toBe(sorted[sorted.length - 1]);
      },
    ),
  );
});

it('counts records captured before the engine’s time apart', () => {
  const histogram = new LatencyHistogram();
  expect(histogram.quantile(0.5)).toBeNaN();
  histogram.add(-5);
  histogram.add(100);
  expect([histogram.negative, histogram.longest, histogram.quantile(0.01)]).toEqual([1, 100, 100]);
});
