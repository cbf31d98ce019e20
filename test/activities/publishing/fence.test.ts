import { attemptOf, fenceAfter, fenceOf, localFence } from '../../../activities/publishing/fence';

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

test('an attempt begins after the last one that was seen, whatever the clocks say, and those of a run keep their order', () => {
  expect(fenceAfter(localFence(MAY), localFence(MAY - 1))).toBe(localFence(MAY));
  const ahead = localFence(MAY + 3_600_000) + 5;
  const [first, second] = [1, 2].map((attempt) => fenceOf({ scheduledTimestampMs: MAY, attempt }));
  const fences = [ahead, fenceAfter(first, ahead), fenceAfter(second, ahead)];
  expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
  expect(fences.map(attemptOf)).toEqual([5, 1, 2]);
  expect(fenceAfter(first, first)).toBeGreaterThan(first);
});
