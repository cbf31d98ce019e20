import { AS_IT_IS, pastEpisodes as ofEveryDay, type Made } from './pastEpisodes';
import { episodeRows } from './episodeRows';
import { toRows } from '../../../lake/parquet/read';
import { DISTANCE } from '../../../graph/precedents/distanceOperator';
import { distanceOf, distanceRows, goldDistance, versioned } from '../../../graph/precedents/distanceTable';
import type { PastEpisode } from '../../../graph/precedents/episodes';
import { learnDistance } from '../../../graph/precedents/learnDistance';
import { tradeDates } from '../../../graph/market/calendar';
import { ES } from '../../support/products';
import { DEFAULT_SETTINGS } from '../../../graph/settings';

/** Rows are of trade dates. */
function pastEpisodes(seed: number, made: Made): PastEpisode[] {
  const days = tradeDates('2024-01-02', '2024-03-29', ES);
  const episodes = ofEveryDay(seed, made);
  const sessions = [...new Set(episodes.map(({ session }) => session))];
  return episodes.map((episode) => ({ ...episode, session: days[sessions.indexOf(episode.session)] }));
}

const KEY = { product: 'ES', trade_date: '2024-06-03' };

const learned = (episodes: readonly PastEpisode[], made: (session: string) => string = () => 'alike') => {
  const computed = DISTANCE.compute(KEY, episodeRows(episodes, made), DEFAULT_SETTINGS);
  if (!Array.isArray(computed)) return computed.nothing;
  return distanceOf([...toRows(computed[0], goldDistance.columns.slice(2))])!;
};

it('learns from the rows of earlier sessions what is learned from the episodes they are of', () => {
  const episodes = pastEpisodes(1, { sessions: 24, perSession: 8, signal: 3 });
  const found = learned(episodes);
  expect(found).toMatchObject({ sessions: 24, episodes: 192, leftOut: 0 });
  expect(found).toMatchObject({ version: (learned([...episodes]) as { version: string }).version });
});

it('leaves out sessions that other code or settings have built than the last', () => {
  const episodes = pastEpisodes(2, { sessions: 24, perSession: 4 });
  const before = episodes[10 * 4].session;
  const found = learned(episodes, (session) => (session < before ? 'old' : 'new'));
  expect(found).toMatchObject({ sessions: 14, leftOut: 10 });
});

it('learns the same, whatever was built before it', () => {
  // Sessions of a month share a look as long as what it is taken on is the same.
  const [some, others] = [7, 8].map((seed) => pastEpisodes(seed, { sessions: 24, perSession: 6, signal: 3 }));
  const alone = learned(some);
  learned(others);
  expect(learned(some)).toEqual(alone);
  const changed = some.map((episode, i) => (i === 40 ? { ...episode, raw: others[0].raw } : episode));
  const first = learned(changed);
  learned(others);
  expect(learned(changed)).toEqual(first);
  expect(first).not.toEqual(alone);
});

it('says why there is nothing', () => {
  expect(learned([])).toMatch(/no earlier session/);
});

it('gives back from its rows what was learned, infinite strength and unknown gains among it', () => {
  const of = { sessions: 3, episodes: 9, leftOut: 1 };
  for (const episodes of [[], pastEpisodes(3, { sessions: 26, perSession: 6, signal: 3 })]) {
    const distance = versioned(learnDistance(episodes, AS_IT_IS, KEY.trade_date), of);
    const back = distanceOf([...toRows(distanceRows(distance), goldDistance.columns.slice(2))].reverse())!;
    expect(back).toEqual({ ...distance, distances: distance.distances.map(Math.fround) });
  }
});

it('refuses rows of another table of features', () => {
  const rows = [
    ...toRows(
      distanceRows(
        versioned(learnDistance([], AS_IT_IS, KEY.trade_date), { sessions: 0, episodes: 0, leftOut: 0 }),
      ),
      goldDistance.columns.slice(2),
    ),
  ];
  expect(() => distanceOf(rows.map((row) => ({ ...row, feature_table: 'another' })))).toThrow(
    /feature table another/,
  );
});
