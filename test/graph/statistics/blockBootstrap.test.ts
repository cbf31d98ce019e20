import { Random } from '../../../graph/random/random';
import { blocksOf, bootstrapMean, type Block } from '../../../graph/statistics/blockBootstrap';

/** Days of observations about `mean` with a mood each; a mood is shared by all of its day. */
function days(random: Random, count: number, mean: number, mood: number): Block[] {
  return Array.from({ length: count }, () => {
    const n = random.between(4, 20);
    const shared = mood * random.normal();
    let sum = 0;
    for (let k = 0; k < n; k++) sum += mean + shared + random.normal();
    return { sum, n };
  });
}

test('values are summed up by day, and NaN is none', () => {
  expect(blocksOf(['b', 'a', 'b', 'a'], [1, 2, 3, NaN])).toEqual([
    { sum: 4, n: 2 },
    { sum: 2, n: 1 },
  ]);
});

test('the interval covers the mean about as often as it says, however alike a day is', () => {
  for (const mood of [0, 2]) {
    const random = new Random(3);
    const runs = 200;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const { interval } = bootstrapMean(days(random, 40, 0.5, mood), { seed: run, draws: 200 });
      if (interval.low <= 0.5 && 0.5 <= interval.high) covered++;
    }
    // 90 %, a little less for 40 days.
    expect(covered / runs).toBeGreaterThan(0.82);
    expect(covered / runs).toBeLessThan(0.96);
  }
});

test('without likeness and in equal blocks it is as wide as the normal interval of the mean', () => {
  const random = new Random(8);
  const blocks = Array.from({ length: 400 }, () => ({ sum: random.normal(), n: 1 }));
  const { n, blocks: count, mean, interval } = bootstrapMean(blocks, { seed: 1 });
  expect([n, count]).toEqual([400, 400]);
  expect(mean).toBeCloseTo(blocks.reduce((sum, block) => sum + block.sum, 0) / 400, 12);
  expect((interval.high - interval.low) / (2 * 1.645 * 0.05)).toBeCloseTo(1, 0);
  const wider = bootstrapMean(blocks, { seed: 1, level: 0.99 }).interval;
  expect(wider.low).toBeLessThan(interval.low);
  expect(wider.high).toBeGreaterThan(interval.high);
});

test('the seed decides the draws', () => {
  const blocks = days(new Random(2), 12, 0, 1);
  expect(bootstrapMean(blocks, { seed: 4 })).toEqual(bootstrapMean(blocks, { seed: 4 }));
  expect(bootstrapMean(blocks, { seed: 4 })).not.toEqual(bootstrapMean(blocks, { seed: 5 }));
});

test('of a single day nothing is known but its mean', () => {
  expect(
    bootstrapMean(
      [
        { sum: 6, n: 3 },
        { sum: 0, n: 0 },
      ],
      { seed: 1 },
    ),
  ).toEqual({
    n: 3,
    blocks: 1,
    mean: 2,
    interval: { low: -Infinity, high: Infinity },
  });
});
