import { risingClock } from '../../../workers/feed/risingClock';

test('the time of a feed goes on behind that of the one before it, on a machine whose clock is behind and is put back', () => {
  const shown = [90, 100, 99, 102, 101, 103];
  const clock = risingClock(100_000_000n, () => shown.shift()!);
  expect(Array.from({ length: 6 }, clock)).toEqual([
    100_000_001n,
    100_000_001n,
    100_000_001n,
    102_000_000n,
    102_000_000n,
    103_000_000n,
  ]);
});
