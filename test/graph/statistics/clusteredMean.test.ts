import { Random } from '../../../graph/random/random';
import { clusteredMean } from '../../../graph/statistics/clusteredMean';

it('has the usual standard error where each observation is a cluster of its own', () => {
  const values = [1, 4, 2, 8, 5, 7];
  const { mean, standardError } = clusteredMean(values.map((value, i) => ({ cluster: `${i}`, value })));
  expect(mean).toBeCloseTo(4.5);
  // sqrt(sum (x - 4.5)^2 / (6 * 5)) = sqrt(37.5 / 30)
  expect(standardError).toBeCloseTo(Math.sqrt(37.5 / 30));
});

it('knows nothing more from saying everything twice', () => {
  const once = [1, 4, 2, 8].map((value, i) => ({ cluster: `${i}`, value }));
  expect(clusteredMean([...once, ...once]).standardError).toBeCloseTo(clusteredMean(once).standardError);
});

it('covers the true mean in about nine of ten samples whose clusters differ', () => {
  const random = new Random(7);
  let covered = 0;
  for (let sample = 0; sample < 400; sample++) {
    const values = Array.from({ length: 40 }, (_, cluster) => ({ cluster, shift: random.normal() })).flatMap(
      ({ cluster, shift }) =>
        Array.from({ length: 1 + random.below(5) }, () => ({
          cluster: `${cluster}`,
          value: shift + random.normal(),
        })),
    );
    const { low, high } = clusteredMean(values).interval;
    if (low <= 0 && high >= 0) covered++;
  }
  expect(covered / 400).toBeGreaterThan(0.85);
  expect(covered / 400).toBeLessThan(0.94);
});

it('has no bounds from a single cluster', () => {
  const { interval } = clusteredMean([1, 2].map((value) => ({ cluster: 'a', value })));
  expect(interval).toEqual({ low: -Infinity, high: Infinity });
});
