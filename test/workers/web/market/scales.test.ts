import fc from 'fast-check';
import { DEPTH_ROWS, type DepthColumn } from '../../../../graph/screen/depthHistory';
import { fullLotsOf, largestLotsOf, roundedUp } from '../../../../workers/web/market/scales';

test('a scale is the next of 1, 2 and 5 times a power of ten', () => {
  expect([0.3, 1, 1.01, 3, 5, 7, 10, 120, 999].map(roundedUp)).toEqual([0.5, 1, 2, 5, 5, 10, 10, 200, 1000]);
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (value) => {
      const scale = roundedUp(value);
      expect(scale).toBeGreaterThanOrEqual(value * (1 - 1e-6));
      expect(scale).toBeLessThanOrEqual(2.5 * value * (1 + 1e-6));
    }),
  );
});

const column = (...lots: number[]): DepthColumn => ({
  lowest: 0,
  bestBid: 0,
  lots: Uint16Array.from({ length: DEPTH_ROWS }, (_, row) => lots[row] ?? 0),
  orders: new Uint16Array(DEPTH_ROWS),
});

test('the last colour is that of the largest price of most seconds: a moment with a wall does not darken all others', () => {
  const calm = Array.from({ length: 99 }, () => column(3, 44, 7));
  expect(fullLotsOf(calm)).toBe(50);
  expect(fullLotsOf([...calm, column(9000)])).toBe(50);
  expect(fullLotsOf([...calm.slice(50), ...Array.from({ length: 50 }, () => column(600))])).toBe(1000);
  expect(fullLotsOf([])).toBe(10);
});

test('the largest circle is that of all but the rarest prints', () => {
  const prints = Array.from({ length: 2000 }, (_, k) => ({ lots: 1 + (k % 80) }));
  expect(largestLotsOf(prints)).toBe(100);
  expect(largestLotsOf([...prints, { lots: 5000 }])).toBe(100);
  expect(largestLotsOf([])).toBe(10);
});
