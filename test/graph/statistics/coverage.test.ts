import { Random } from '../../../graph/random/random';
import { clusteredShare, type Cluster } from '../../../graph/statistics/clustered';
import { intervalCoverage, type BlockOrder } from '../../../graph/statistics/coverage';
import { wilson } from '../../../graph/statistics/proportion';

/** Sessions whose share of successes is `share` but for a mood, which lasts `days` sessions. */
function sessions(seed: number, { mood, days = 1 }: { mood: number; days?: number }): Cluster[] {
  const random = new Random(seed);
  let own = 0;
  return Array.from({ length: 200 }, (_, day) => {
    if (day % days === 0) own = 0.4 + mood * (2 * random.unit() - 1);
    const n = random.between(12, 36);
    let successes = 0;
    for (let k = 0; k < n; k++) if (random.chance(own)) successes++;
    return { n, successes };
  });
}

const clustered = (block: readonly Cluster[]) => clusteredShare(block).interval;
const counted = (block: readonly Cluster[]) => {
  const { n, successes } = clusteredShare(block);
  return wilson(successes, n);
};
const coverage = (
  clusters: readonly Cluster[],
  intervalOf: (block: readonly Cluster[]) => { low: number; high: number },
  order: BlockOrder = 'drawn',
) =>
  intervalCoverage(clusters, intervalOf, { size: 10, order, divisions: 10, random: new Random(1) }).covered;

test('the clustered interval keeps its promise on simulated sessions, one on the number of episodes does not', () => {
  for (const mood of [0, 0.2, 0.4]) {
    const markets = [6, 7, 8].map((seed) => coverage(sessions(seed, { mood }), clustered));
    const covered = markets.reduce((sum, one) => sum + one, 0) / markets.length;
    expect(covered).toBeGreaterThan(0.83);
    expect(covered).toBeLessThan(0.96);
  }
  expect(coverage(sessions(6, { mood: 0.4 }), counted)).toBeLessThan(0.65);
});

test('no interval of days knows of moods that last longer', () => {
  const lasting = sessions(6, { mood: 0.4, days: 20 });
  expect(coverage(lasting, clustered, 'consecutive')).toBeLessThan(0.5);
  expect(coverage(lasting, clustered, 'drawn')).toBeGreaterThan(0.8);
});

test('blocks are disjoint, and all others are what they are compared with', () => {
  const clusters = Array.from({ length: 7 }, (_, k) => ({ n: 10 + k, successes: k }));
  const seen: (readonly Cluster[])[] = [];
  const { blocks } = intervalCoverage(
    clusters,
    (block) => {
      seen.push(block);
      return { low: 0, high: 1 };
    },
    { size: 2, order: 'consecutive', divisions: 2, random: new Random(1) },
  );
  expect(blocks).toBe(6);
  expect(seen.map((block) => block.map(({ successes }) => successes))).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
});
