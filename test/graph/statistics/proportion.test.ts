import fc from 'fast-check';
import { Z90, wilson } from '../../../graph/statistics/proportion';

/** The defining equation: the shares p for which |successes/n - p| is exactly z standard errors of p. */
const distance = (p: number, successes: number, n: number) =>
  Math.abs(successes / n - p) / Math.sqrt((p * (1 - p)) / n);

test('the ends are the shares from which the count is exactly z standard errors away', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5000 }),
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      (n, part) => {
        const successes = Math.min(n - 1, Math.max(1, Math.round(n * part)));
        const { low, high } = wilson(successes, n);
        expect(distance(low, successes, n)).toBeCloseTo(Z90, 6);
        expect(distance(high, successes, n)).toBeCloseTo(Z90, 6);
      },
    ),
  );
});

test('a published example: 8 of 10 at 95 %', () => {
  // Wilson's interval of 0.8 at n = 10 is 0.490 to 0.943 in the textbooks.
  const { low, high } = wilson(8, 10, 1.959963984540054);
  expect(low).toBeCloseTo(0.4902, 4);
  expect(high).toBeCloseTo(0.9433, 4);
});

test('nothing seen leaves everything possible, and never leaves 0 to 1', () => {
  expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  expect(wilson(0, 5).low).toBe(0);
  expect(wilson(5, 5).high).toBe(1);
  expect(wilson(0, 5).high).toBeGreaterThan(0.3);
});
