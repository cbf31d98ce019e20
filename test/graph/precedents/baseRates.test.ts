import fc from 'fast-check';
import { CLASSES } from '../../../graph/models/scores';
import { baseRate, BaseRates, eventsOf, outcomesOf } from '../../../graph/precedents/baseRates';
import { inOrderOfTime, outcomeAt, primaryOutcome } from '../../../graph/precedents/episodes';
import { clusteredShare } from '../../../graph/statistics/clustered';
import { pastEpisodes } from './pastEpisodes';

const EPISODES = inOrderOfTime(pastEpisodes(3, { sessions: 20, perSession: 30 }));

function groups(rows: readonly number[], keyOf: (row: number) => unknown): number[][] {
  const keys = [...new Set(rows.map(keyOf))];
  return keys.map((key) => rows.filter((row) => keyOf(row) === key));
}

/** By grouping: sessions, in them moments, of which each counts once. */
function grouped(rows: readonly number[], outcomeOf: (row: number) => number | null) {
  const known = rows.filter((row) => outcomeOf(row) !== null);
  const sessions = groups(known, (row) => EPISODES[row].session);
  const clusters = sessions.map((of) => {
    const moments = groups(of, (row) => EPISODES[row].at);
    const successes = CLASSES.map((_, c) =>
      moments.reduce((sum, m) => sum + m.filter((row) => outcomeOf(row) === c).length / m.length, 0),
    );
    return { n: moments.length, successes };
  });
  return {
    n: clusters.reduce((sum, { n }) => sum + n, 0),
    sessions: sessions.length,
    shares: CLASSES.map((_, c) =>
      clusteredShare(clusters.map(({ n, successes }) => ({ n, successes: successes[c] }))),
    ),
  };
}

it('counts moments by session, whichever episodes are asked for', () => {
  const events = eventsOf(EPISODES);
  const outcomes = outcomesOf(EPISODES, primaryOutcome);
  fc.assert(
    fc.property(fc.subarray(EPISODES.map((_, row) => row)), (rows) => {
      expect(baseRate(rows, events, outcomes)).toEqual(grouped(rows, (row) => primaryOutcome(EPISODES[row])));
    }),
    { numRuns: 30 },
  );
  expect(new Set(events.moments).size).toBeLessThan(EPISODES.length);
});

it('keeps what is asked for again, by name and horizon', () => {
  const rates = new BaseRates(EPISODES);
  const rows = jest.fn(() => [0, 1, 2, 3, 4, 5, 6, 7]);
  expect(rates.minutes).toEqual([4, 8, 30]);
  for (const minutes of [30, undefined, 30])
    expect(rates.of(rows, 'some', minutes)).toEqual(
      grouped(rows(), (row) =>
        minutes === undefined ? primaryOutcome(EPISODES[row]) : outcomeAt(EPISODES[row], minutes),
      ),
    );
  // Three times by the test itself.
  expect(rows).toHaveBeenCalledTimes(3 + 2);
});
