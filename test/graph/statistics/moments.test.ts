import { momentsOf } from '../../../graph/statistics/moments';

it('the deviation of a population is over n, that of a sample over n - 1', () => {
  expect(momentsOf([2, 4, 4, 4, 5, 5, 7, 9], 'n')).toEqual({ n: 8, mean: 5, deviation: 2 });
  expect(momentsOf([1, 2, 3], 'n - 1')).toEqual({ n: 3, mean: 2, deviation: 1 });
});

it('of one value a population does not deviate, and a sample says nothing', () => {
  expect(momentsOf([7], 'n')).toEqual({ n: 1, mean: 7, deviation: 0 });
  expect(momentsOf([7], 'n - 1')).toEqual({ n: 1, mean: 7, deviation: NaN });
});

it('of no values there is neither', () => {
  expect(momentsOf([], 'n')).toEqual({ n: 0, mean: NaN, deviation: NaN });
});
