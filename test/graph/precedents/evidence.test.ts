import fc from 'fast-check';
import { pastEpisodes } from './pastEpisodes';
import { corrected, dependences, effectiveN, frequencies, tally } from '../../../graph/precedents/evidence';
import { outcomeAt, primaryOutcome } from '../../../graph/precedents/episodes';

const at = (session: string, minutes: number, direction: 'UP' | 'DOWN' = 'UP') => ({
  session,
  at: BigInt(Math.round(minutes * 60e9)),
  direction,
});

it('counts touches by the correlations between them', () => {
  expect(effectiveN([])).toBe(0);
  expect(effectiveN([at('2024-01-02', 1), at('2024-01-03', 1)])).toBe(2);
  // (1 + 1)^2 / (1 + 1 + 2 rho)
  expect(effectiveN([at('2024-01-02', 1), at('2024-01-02', 1.5)])).toBeCloseTo(4 / 3.2);
  expect(effectiveN([at('2024-01-02', 1), at('2024-01-02', 5)])).toBeCloseTo(4 / 2.5);
  expect(effectiveN([at('2024-01-02', 1), at('2024-01-02', 5, 'DOWN')])).toBeCloseTo(4 / 2.1);
  expect(effectiveN([at('2024-01-02', 1), at('2024-01-02', 50)])).toBeCloseTo(4 / 2.1);
});

it('never counts for more than they are, nor for less than one', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 6 }), (seed, sessions) => {
      const touches = pastEpisodes(seed, { sessions, perSession: 8 });
      const n = effectiveN(touches);
      expect(n).toBeLessThanOrEqual(touches.length);
      expect(n).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: 20 },
  );
});

it('counts by every horizon those whose outcome is known there', () => {
  const episodes = pastEpisodes(5, { sessions: 8, perSession: 12 });
  const dependent = dependences(episodes);
  for (const minutes of [4, 8, 30]) {
    const known = episodes.filter((episode) => outcomeAt(episode, minutes) !== null);
    const told = tally(episodes, (episode) => outcomeAt(episode, minutes), dependent);
    expect(told).toMatchObject({ n: known.length, effectiveN: effectiveN(known) });
    expect(known.length).toBeLessThan(episodes.length);
  }
});

it('gives shares that sum to one, each within its interval, which widens where sessions are few', () => {
  const many = pastEpisodes(1, { sessions: 40, perSession: 1 });
  const few = pastEpisodes(1, { sessions: 4, perSession: 10 });
  const [wide, narrow] = [few, many].map((episodes) => frequencies(episodes, primaryOutcome));
  expect(narrow.outcomes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  expect(wide.effectiveN).toBeLessThan(narrow.effectiveN);
  for (const { share, interval } of [...wide.outcomes, ...narrow.outcomes]) {
    expect(interval.low).toBeLessThanOrEqual(share);
    expect(interval.high).toBeGreaterThanOrEqual(share);
  }
});

it('corrects what is expected by how much more often than expected an outcome came among precedents', () => {
  const found = frequencies(pastEpisodes(2, { sessions: 50, perSession: 1 }), primaryOutcome);
  const expected = [0.5, 0.3, 0.2];
  const observed = found.outcomes.map(({ share }) => share);
  // Precedents that ended as was expected of them correct nothing, however little the prior counts.
  corrected(found, expected, observed, 0).forEach((p, c) => expect(p).toBeCloseTo(expected[c]));
  expect(corrected(found, expected, [0.2, 0.3, 0.5], Infinity)).toEqual(expected);
  // Twice as often as expected, against half as often, makes the odds four times as high.
  const { effectiveN: n } = found;
  const twice = {
    effectiveN: n,
    outcomes: [0.4, 0.1, 0.5].map((share) => ({ ...found.outcomes[0], share })),
  };
  const [broke, rejected] = corrected(twice, expected, [0.2, 0.2, 0.6], 0);
  expect(broke / rejected).toBeCloseTo((4 * 0.5) / 0.3);
  // A prior of as many episodes as there are precedents halves the way from what was expected of them.
  const [b, r] = corrected(twice, expected, [0.2, 0.2, 0.6], n);
  expect(b / r).toBeCloseTo(((0.3 / 0.15) * 0.5) / 0.3);
});
