import { AS_IT_IS, pastEpisodes } from './pastEpisodes';
import { isoDate } from '../../../graph/market/days';
import { baselineFeatures } from '../../../graph/models/baselineFeatures';
import { martingaleBreak, walkBreak } from '../../../graph/models/scores';
import { EVEN_WEIGHTS } from '../../../graph/precedents/distance';
import type { PastEpisode } from '../../../graph/precedents/episodes';
import { choose, learnDistance, lookedAt } from '../../../graph/precedents/learnDistance';
import { Random } from '../../../graph/random/random';
import { GROUP_RANGES } from '../../../graph/vectors/features';

/** 2024-01-02 to 2024-02-29, a session a day. */
const SIZE = { sessions: 59, perSession: 8 };
const NEXT = '2024-03-01';

const learn = (episodes: readonly PastEpisode[], session = NEXT) =>
  learnDistance(episodes, AS_IT_IS, session);

it('finds the dimension that outcomes depend on, trusts it, and leaves groups out that earn nothing', () => {
  const learned = learn(pastEpisodes(1, { ...SIZE, signal: 3 }));
  const planted = GROUP_RANGES.book.start;
  expect(learned.learned).toEqual(['book']);
  expect(learned.weights.indexOf(Math.max(...learned.weights))).toBe(planted);
  expect(learned.strength).toBeLessThan(100);
  expect(learned.gain!.interval.low).toBeGreaterThan(0.02);
  expect(learned.directionGain!.interval.low).toBeGreaterThan(0.02);
});

it('claims nothing where there is nothing: what is expected alone', () => {
  const learned = learn(pastEpisodes(2, SIZE));
  expect(learned.strength).toBe(Infinity);
  expect(learned.gain!.interval.low).toBeLessThanOrEqual(0);
});

it('takes it for no knowledge of direction that the nearer barrier is reached sooner', () => {
  // Walks from 16 ticks before the level to 16 beyond it, so slow that hardly any but the nearer barrier is reached within the horizon.
  const scale = { barrierTicks: 20, horizonMinutes: 8 };
  const [spread, steps] = [12, 100];
  const random = new Random(7);
  const outcomeFrom = (distance: number): number => {
    let price = distance;
    for (let step = 0; step < steps; step++) {
      price += (spread / Math.sqrt(steps)) * random.normal();
      if (Math.abs(price) >= scale.barrierTicks) return price > 0 ? 0 : 1;
    }
    return 2;
  };
  const episodes = pastEpisodes(7, SIZE).map((episode): PastEpisode => {
    const distance = 32 * random.unit() - 16;
    const outcome = outcomeFrom(distance);
    const known = { distance, volatility: spread / Math.sqrt(8), minutesSinceOpen: 180, minutesToClose: 180 };
    return {
      ...episode,
      baseline: baselineFeatures(known, scale),
      martingale: martingaleBreak(distance, 20),
      walk: walkBreak(distance, 20, spread),
      results: episode.results.map((result) => ({ ...result, outcome })),
    };
  });
  const { mean, interval } = learn(episodes).directionGain!;
  expect(mean).toBeLessThan(0.02);
  expect(interval.low).toBeLessThanOrEqual(0);
});

it('is the same whatever order the episodes come in', () => {
  const episodes = pastEpisodes(3, { sessions: 40, perSession: 6, signal: 2 });
  expect(learn([...episodes].reverse(), '2024-02-11')).toEqual(learn(episodes, '2024-02-11'));
});

it('looks once a month: what is trusted depends on the sessions before the month alone, weights on all', () => {
  const episodes = pastEpisodes(5, { ...SIZE, signal: 3 });
  const [before, later] = ['2024-02-02', '2024-02-20'].map((session) =>
    episodes.filter((episode) => episode.session < session),
  );
  const [first, last] = [learn(before, '2024-02-02'), learn(later, '2024-02-20')];
  const { weights, expected, ...chosen } = last;
  expect(first).toMatchObject(chosen);
  expect(chosen).toEqual(choose(before, '2024-02-28'));
  expect(weights).not.toEqual(first.weights);
  expect(expected).not.toEqual(first.expected);
});

it('knows nothing from too few sessions: even weights, and what is expected alone', () => {
  for (const sessions of [0, 1, 20]) {
    const episodes = pastEpisodes(4, { sessions, perSession: 6, signal: 3 });
    const learned = learn(episodes, isoDate(19_782));
    expect(learned).toMatchObject({
      weights: EVEN_WEIGHTS,
      learned: [],
      strength: Infinity,
      gain: null,
      directionGain: null,
      distances: [],
    });
    expect(learned.expected.length).toBe(sessions === 0 ? 0 : 39);
  }
});

it('looks at the same sessions all month, however far back the first of them is', () => {
  // A window of the last 250 sessions slides, and what is looked at must not slide with it.
  const episodes = pastEpisodes(6, { sessions: 300, perSession: 1 });
  const last = episodes.findIndex(({ session }) => session >= '2024-10-01');
  const known = (session: number) =>
    lookedAt(episodes.slice(last + session - 250, last + session), '2024-10-22');
  expect(new Set(known(0).map(({ session }) => session)).size).toBe(225);
  expect(known(21)).toEqual(known(0));
});
