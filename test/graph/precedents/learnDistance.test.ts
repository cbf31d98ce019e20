import { AS_IT_IS, pastEpisodes } from './pastEpisodes';
import { EVEN_WEIGHTS } from '../../../graph/precedents/distance';
import { learnDistance } from '../../../graph/precedents/learnDistance';
import { GROUP_RANGES } from '../../../graph/vectors/features';

const SIZE = { sessions: 45, perSession: 12 };

it('finds the dimension that outcomes depend on, trusts it, and leaves groups out that earn nothing', () => {
  const learned = learnDistance(pastEpisodes(1, { ...SIZE, signal: 3 }), AS_IT_IS);
  const planted = GROUP_RANGES.book.start;
  expect(learned.learned).toEqual(['book']);
  expect(learned.weights.indexOf(Math.max(...learned.weights))).toBe(planted);
  expect(learned.strength).toBeLessThan(100);
  expect(learned.gain!.interval.low).toBeGreaterThan(0.02);
  expect(learned.directionGain!.interval.low).toBeGreaterThan(0.02);
});

it('claims nothing where there is nothing: the base rates alone', () => {
  const learned = learnDistance(pastEpisodes(2, SIZE), AS_IT_IS);
  expect(learned.strength).toBe(Infinity);
  expect(learned.gain!.interval.low).toBeLessThanOrEqual(0);
});

it('is the same whatever order the episodes come in', () => {
  const episodes = pastEpisodes(3, { sessions: 26, perSession: 6, signal: 2 });
  expect(learnDistance([...episodes].reverse(), AS_IT_IS)).toEqual(learnDistance(episodes, AS_IT_IS));
});

it('knows nothing from too few sessions: even weights, and the base rates alone', () => {
  for (const sessions of [0, 1, 20]) {
    const learned = learnDistance(pastEpisodes(4, { sessions, perSession: 6, signal: 3 }), AS_IT_IS);
    expect(learned).toEqual({
      weights: EVEN_WEIGHTS,
      learned: [],
      strength: Infinity,
      gain: null,
      directionGain: null,
      distances: [],
    });
  }
});
