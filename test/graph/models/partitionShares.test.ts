import fc from 'fast-check';
import { PartitionShares } from '../../../graph/models/partitionShares';
import { PartitionRates, type EndedEpisode } from '../../../graph/precedents/partitionRates';

const sharesOf = (episodes: readonly (readonly [string, number])[]) => {
  const shares = new PartitionShares();
  for (const [partition, outcome] of episodes) shares.add(partition, outcome);
  return shares;
};

it('draws a partition toward all as fifty episodes at the shares of all would', () => {
  const outcomes = [30, 59].flatMap((n, k) =>
    Array.from({ length: n }, () => [k === 0 ? 'a' : 'b', k] as const),
  );
  const shares = sharesOf(outcomes);
  const all = [30, 59, 0].map((count) => (count + 1 / 3) / 90);
  const close = (found: readonly number[], wanted: readonly number[]) =>
    found.forEach((share, c) => expect(share).toBeCloseTo(wanted[c], 12));
  close(
    shares.of('a'),
    all.map((share, c) => ((c === 0 ? 30 : 0) + 50 * share) / 80),
  );
  close(shares.of('never seen'), all);
  close(sharesOf([]).of('a'), [1 / 3, 1 / 3, 1 / 3]);
});

it('adds up to one, and comes nearer to the shares of a partition the more there is of it', () => {
  const outcomes = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(2)), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(outcomes, (episodes) => {
      const once = sharesOf(episodes).of('a');
      expect(once.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      const own = episodes.filter(([partition]) => partition === 'a');
      if (own.length === 0) return;
      const often = sharesOf(Array.from({ length: 1000 }, () => own).flat()).of('a');
      often.forEach((share, c) =>
        expect(share).toBeCloseTo(own.filter(([, outcome]) => outcome === c).length / own.length, 2),
      );
    }),
  );
});

it('is what is served of a partition, beside the counts of the rung that has enough', () => {
  const episodes = Array.from({ length: 60 }, (_, i): EndedEpisode => ({
    session: `2024-01-${String(1 + Math.floor(i / 2)).padStart(2, '0')}`,
    at: BigInt(i),
    levelKind: i % 3 === 0 ? 'PM_HIGH' : 'PM_LOW',
    direction: 'UP',
    timeOfDay: 'T0_15',
    outcome: i % 3 === 0 ? 0 : 2,
  }));
  const wanted = { levelKind: 'PM_HIGH', direction: 'UP', timeOfDay: 'T0_15' } as const;
  const rate = new PartitionRates(episodes).of(wanted);
  const own = sharesOf(episodes.map(({ levelKind, outcome }) => [levelKind, outcome] as const));
  expect(rate.forecast).toEqual(own.of('PM_HIGH'));
  // 20 episodes of the partition are too few to be counted alone.
  expect(rate).toMatchObject({ rung: 'all', n: 60 });
  expect(rate.shares[0].share).toBeCloseTo(1 / 3);
});
