import fc from 'fast-check';
import { columnMoments, momentsOf } from '../../../graph/statistics/moments';

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

it('has of each column what it has of its values, without those that are not there', () => {
  const value = fc.oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.constant(NaN));
  fc.assert(
    fc.property(fc.array(fc.array(value, { minLength: 3, maxLength: 3 })), (rows) => {
      const chosen = rows.flatMap((_, row) => (row % 3 === 1 ? [] : [row]));
      const columns = columnMoments(rows.flat(), 3, chosen);
      for (let k = 0; k < 3; k++) {
        const own = chosen.map((row) => rows[row][k]).filter((one) => !Number.isNaN(one));
        const { n, mean, deviation } = momentsOf(own, 'n - 1');
        expect([columns.n[k], columns.mean[k], columns.deviation[k]]).toEqual([n, mean, deviation]);
      }
    }),
  );
});
