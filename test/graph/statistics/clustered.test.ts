import fc from 'fast-check';
import { Random } from '../../../graph/random/random';
import { clusteredShare, type Cluster } from '../../../graph/statistics/clustered';
import { wilson } from '../../../graph/statistics/proportion';

/** Sessions whose own share varies about `share`, with observations that agree more the larger `spread` is. */
function sessions(random: Random, count: number, share: number, spread: number): Cluster[] {
  return Array.from({ length: count }, () => {
    const n = random.between(6, 34);
    const own = Math.min(Math.max(share + spread * (2 * random.unit() - 1), 0), 1);
    let successes = 0;
    for (let k = 0; k < n; k++) if (random.chance(own)) successes++;
    return { n, successes };
  });
}

function coverage(interval: (clusters: Cluster[]) => { low: number; high: number }, spread: number): number {
  const random = new Random(11);
  const share = 0.4;
  const runs = 600;
  let covered = 0;
  for (let run = 0; run < runs; run++) {
    const { low, high } = interval(sessions(random, 20, share, spread));
    if (low <= share && share <= high) covered++;
  }
  return covered / runs;
}

const clustered = (clusters: Cluster[]) => clusteredShare(clusters).interval;
const counted = (clusters: Cluster[]) => {
  const { n, successes } = clusteredShare(clusters);
  return wilson(successes, n);
};

it('covers the share in about 90 % of cases however much the observations of a session agree', () => {
  for (const spread of [0, 0.2, 0.4]) {
    expect(coverage(clustered, spread)).toBeGreaterThan(0.85);
    expect(coverage(clustered, spread)).toBeLessThan(0.95);
  }
  // The usual interval does not.
  expect(coverage(counted, 0.4)).toBeLessThan(0.65);
});

it('is the usual interval where every session has one observation', () => {
  const clusters = Array.from({ length: 50 }, (_, k) => ({ n: 1, successes: k % 3 === 0 ? 1 : 0 }));
  const { interval, effectiveN } = clusteredShare(clusters);
  expect(effectiveN).toBe(50);
  expect(interval).toEqual(wilson(17, 50));
});

it('counts sessions where it cannot be told how much observations agree', () => {
  expect(clusteredShare([{ n: 40, successes: 10 }]).effectiveN).toBe(1);
  expect(clusteredShare(Array.from({ length: 4 }, () => ({ n: 20, successes: 20 }))).effectiveN).toBeCloseTo(
    4,
  );
});

it('knows nothing of no observations', () => {
  const nothing = { n: 0, successes: 0, share: null, effectiveN: 0, interval: { low: 0, high: 1 } };
  expect(clusteredShare([])).toEqual(nothing);
  expect(clusteredShare([{ n: 0, successes: 0 }])).toEqual(nothing);
});

it('never claims more than independent observations would', () => {
  const cluster = fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([n, share]) => ({ n, successes: Math.round(n * share) }));
  fc.assert(
    fc.property(fc.array(cluster, { minLength: 1, maxLength: 30 }), (clusters) => {
      const { n, successes, share, effectiveN, interval } = clusteredShare(clusters);
      expect(effectiveN).toBeLessThanOrEqual(n + 1e-9);
      expect(interval.low).toBeLessThanOrEqual(share!);
      expect(interval.high).toBeGreaterThanOrEqual(share!);
      const usual = wilson(successes, n);
      expect(interval.high - interval.low).toBeGreaterThanOrEqual(usual.high - usual.low - 1e-9);
    }),
  );
});
