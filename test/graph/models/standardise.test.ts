import { standardiser } from '../../../graph/models/standardise';

test('features come in standard deviations of the rows given, cut off at four', () => {
  const scaled = standardiser([
    [1, 5],
    [3, 5],
  ]);
  expect([...scaled([1, 5])]).toEqual([-1, 0]);
  expect([...scaled([4, 9])]).toEqual([2, 0]);
  expect([...scaled([1e6, 5])]).toEqual([4, 0]);
});

test('what is undefined is as the mean, and of no weight in it', () => {
  const scaled = standardiser([
    [1, NaN],
    [3, NaN],
    [NaN, NaN],
  ]);
  expect([...scaled([NaN, 2])]).toEqual([0, 0]);
  expect([...scaled([3, NaN])]).toEqual([1, 0]);
});
