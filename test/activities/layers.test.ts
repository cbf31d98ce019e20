import { fenceOf, localFence } from '../../activities/layers';

const MAY = Date.parse('2024-05-01T00:00:00Z');

test('fences rise with every attempt, with every later scheduling, and with a later local build', () => {
  const fences = [
    fenceOf({ scheduledTimestampMs: MAY, attempt: 1 }),
    fenceOf({ scheduledTimestampMs: MAY, attempt: 2 }),
    fenceOf({ scheduledTimestampMs: MAY, attempt: 900 }),
    fenceOf({ scheduledTimestampMs: MAY + 1, attempt: 1 }),
    localFence(MAY + 2),
    fenceOf({ scheduledTimestampMs: MAY + 2, attempt: 1 }),
  ];
  expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
});

test('a fence is exact as a double and fits a 64-bit integer for two centuries', () => {
  const fence = fenceOf({ scheduledTimestampMs: Date.parse('2248-01-01T00:00:00Z'), attempt: 5000 });
  expect(Number.isSafeInteger(fence)).toBe(true);
  expect(BigInt(fence)).toBeLessThan(1n << 63n);
});
