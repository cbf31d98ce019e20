import { pruningLimits, runningMeans } from '../../../../graph/models/search/pruning';

test('the running mean after each fold', () => {
  expect(runningMeans([1, 3, 2])).toEqual([1, 2, 2]);
});

test('the limit after a fold is the median of the trials that came as far, once there are four', () => {
  const others = [[1, 1], [2, 2], [3, 5], [4, 4], [9]];
  expect(pruningLimits(others, 3)).toEqual([3, (2 + 4) / 2, Infinity]);
  expect(pruningLimits(others.slice(0, 3), 2)).toEqual([Infinity, Infinity]);
});
