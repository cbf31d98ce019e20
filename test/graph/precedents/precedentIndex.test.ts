import fc from 'fast-check';
import { groupDistanceTwin } from './distanceTwin';
import { AS_IT_IS, pastEpisodes } from './pastEpisodes';
import { EVEN_WEIGHTS, ofGroups, type Weights } from '../../../graph/precedents/distance';
import { primaryOutcome, type PastEpisode, type Touch } from '../../../graph/precedents/episodes';
import { isOnRung, RUNGS } from '../../../graph/precedents/partition';
import { OrderedEpisodes } from '../../../graph/precedents/orderedEpisodes';
import { ENOUGH, PrecedentIndex } from '../../../graph/precedents/precedentIndex';
import { Random } from '../../../graph/random/random';
import { FEATURES } from '../../../graph/vectors/features';

/** Compares with every episode, and applies the rules as they are written. */
function bruteForce(
  touch: Touch,
  episodes: readonly PastEpisode[],
  weights: Weights,
  most: number,
  filter: (episode: PastEpisode) => boolean = () => true,
) {
  const known = episodes.filter(
    (episode) => episode.session < touch.session && primaryOutcome(episode) !== null && filter(episode),
  );
  const rung = RUNGS.find(
    (one) => one === 'all' || known.filter((other) => isOnRung(one, touch, other)).length >= ENOUGH,
  )!;
  const pool = known
    .filter((other) => isOnRung(rung, touch, other))
    .map((episode) => ({ episode, distance: groupDistanceTwin(touch, episode, weights) }))
    .filter(({ distance }) => Number.isFinite(distance))
    .sort((a, b) => a.distance - b.distance);
  const taken: typeof pool = [];
  for (const one of pool) {
    const same = taken.filter(({ episode }) => episode.session === one.episode.session);
    const close = same.some(({ episode: other }) => {
      const minutes = Math.abs(Number(other.at - one.episode.at)) / 6e10;
      return minutes === 0 || (minutes < 8 && other.direction === one.episode.direction);
    });
    if (taken.length < most && same.length < 2 && !close) taken.push(one);
  }
  return { rung, taken };
}

const weightsOf = (seed: number): Weights => {
  const random = new Random(seed);
  return Float32Array.from(FEATURES, () => (random.chance(0.3) ? 0 : random.unit()));
};

it('finds exactly what comparing with every episode finds, on whatever rung, with groups missing on either side', () => {
  const inputs = fc.record({
    seed: fc.nat(1e6),
    sessions: fc.integer({ min: 1, max: 45 }),
    perSession: fc.integer({ min: 1, max: 14 }),
    kinds: fc.integer({ min: 1, max: 6 }),
    weights: fc.oneof(
      fc.constant(EVEN_WEIGHTS),
      fc.constant(ofGroups(EVEN_WEIGHTS, ['geometry', 'options'])),
      fc.nat(1e6).map(weightsOf),
    ),
    filtered: fc.boolean(),
  });
  fc.assert(
    fc.property(inputs, ({ seed, sessions, perSession, kinds, weights, filtered }) => {
      const episodes = pastEpisodes(seed, { sessions, perSession, kinds });
      const index = new PrecedentIndex(new OrderedEpisodes(episodes), AS_IT_IS, weights);
      const filter = filtered ? ({ direction }: PastEpisode) => direction === 'UP' : undefined;
      for (const touch of [episodes.at(-1)!, episodes[Math.floor(episodes.length / 2)]]) {
        const found = index.search(touch, { filter, most: 10 });
        const twin = bruteForce(touch, episodes, weights, 10, filter);
        expect(found.rung).toBe(twin.rung);
        expect(found.precedents.map(({ episode }) => episode.id)).toEqual(
          twin.taken.map(({ episode }) => episode.id),
        );
        for (const [k, { distance }] of found.precedents.entries())
          expect(distance).toBeCloseTo(twin.taken[k].distance, 4);
      }
    }),
    { numRuns: 25, seed: 1 },
  );
});

it('finds the same, to the last bit, without WebAssembly, and whatever order episodes come in', () => {
  const episodes = pastEpisodes(5, { sessions: 40, perSession: 12 });
  const touch = episodes.at(-1)!;
  const found = new PrecedentIndex(new OrderedEpisodes(episodes), AS_IT_IS, EVEN_WEIGHTS).search(
    touch,
  ).precedents;
  expect(found.length).toBeGreaterThan(20);
  expect(
    new PrecedentIndex(new OrderedEpisodes([...episodes].reverse()), AS_IT_IS, EVEN_WEIGHTS, false).search(
      touch,
    ).precedents,
  ).toEqual(found);
});

it('is given nothing by what comes later: the same is found when all from the session on is cut off', () => {
  const episodes = pastEpisodes(6, { sessions: 40, perSession: 12 });
  const touch = episodes[300];
  const earlier = episodes.filter(({ session }) => session < touch.session);
  const [whole, cut] = [episodes, earlier].map((of) =>
    new PrecedentIndex(new OrderedEpisodes(of), AS_IT_IS, EVEN_WEIGHTS).search(touch),
  );
  expect(whole.precedents).toEqual(cut.precedents);
  expect(whole.base()).toEqual(cut.base());
  expect(whole.precedents.every(({ episode }) => episode.session < touch.session)).toBe(true);
});

it('finds nothing where nothing was known before', () => {
  const episodes = pastEpisodes(7, { sessions: 2, perSession: 5 });
  const found = new PrecedentIndex(new OrderedEpisodes(episodes), AS_IT_IS, EVEN_WEIGHTS).search(episodes[0]);
  expect(found).toMatchObject({ rung: 'all', candidates: 0, precedents: [] });
  expect(found.base()).toMatchObject({ n: 0, sessions: 0 });
  expect(
    new PrecedentIndex(new OrderedEpisodes([]), AS_IT_IS, EVEN_WEIGHTS).search(episodes[0]).precedents,
  ).toEqual([]);
});
