import { bar } from '../../../../workers/cli/terminal/progress';

test.each([
  [0, 4, 0],
  [2, 4, 12],
  [4, 4, 24],
  // Totals are estimates at times.
  [5, 4, 24],
  [0, 0, 0],
])('%d of %d', (done, total, filled) => {
  const text = bar(done, total);
  expect(text).toBe(`[${'#'.repeat(filled)}${'.'.repeat(24 - filled)}] ${done}/${total}`);
});
