import { AS_IT_IS, pastEpisodes } from './pastEpisodes';
import { answerSchema, precedentsAnswer } from '../../../graph/precedents/answer';
import { EVEN_WEIGHTS } from '../../../graph/precedents/distance';
import { versioned, type SessionDistance } from '../../../graph/precedents/distanceTable';
import { primaryOutcome, type PastEpisode } from '../../../graph/precedents/episodes';
import { Expected } from '../../../graph/precedents/expected';
import { OrderedEpisodes } from '../../../graph/precedents/orderedEpisodes';
import { PrecedentIndex } from '../../../graph/precedents/precedentIndex';
import { precedentsOf, summaryOf, type SessionIndex } from '../../../graph/precedents/precedentsOf';
import { recallOf } from '../../../graph/precedents/recall';

const EPISODES = pastEpisodes(1, { sessions: 60, perSession: 10 });
const KNOWN = EPISODES.filter((episode) => primaryOutcome(episode) !== null);
const GAIN = { n: 1500, clusters: 120, mean: 0.1, interval: { low: 0.05, high: 0.15 } };
const fitted = (of: Partial<SessionDistance> = {}): SessionDistance =>
  versioned(
    {
      weights: EVEN_WEIGHTS,
      learned: [],
      expected: Expected.of(KNOWN)!.numbers,
      strength: 25,
      gain: GAIN,
      directionGain: GAIN,
      distances: [1, 2, 3, 4],
      ...of,
    },
    { sessions: 40, episodes: 400, leftOut: 0 },
  );
const TOUCH = EPISODES.at(-1)!;
const indexOf = (episodes: readonly PastEpisode[], of: Partial<SessionDistance> = {}): SessionIndex => ({
  index: new PrecedentIndex(new OrderedEpisodes(episodes), AS_IT_IS, EVEN_WEIGHTS),
  distance: fitted(of),
  product: 'ES',
  asOf: TOUCH.session,
  settingsVersion: 'as they are',
});
const ask = (
  episodes: readonly PastEpisode[],
  of: Partial<SessionDistance> = {},
  filter?: (episode: PastEpisode) => boolean,
) => precedentsOf(TOUCH, indexOf(episodes, of), { filter });

it('answers as its schema says, with shares that are counted among the precedents it names', () => {
  const answer = ask(EPISODES);
  expect(precedentsAnswer.parse(answer)).toEqual(answer);
  expect(answer).toMatchObject({ status: 'evidence', reasons: [], n: 50 });
  for (const outcome of ['BREAK', 'REJECT', 'CHOP'] as const) {
    const count = answer.precedents.filter((one) => one.outcome === outcome).length;
    const { share, low, high } = answer.frequencies![outcome];
    expect(answer.frequencies![outcome].count).toBe(count);
    expect(share).toBeCloseTo(count / 50);
    expect(low).toBeLessThanOrEqual(share);
    expect(high).toBeGreaterThanOrEqual(share);
  }
  expect(answer.horizons.map(({ minutes }) => minutes)).toEqual([4, 8, 30]);
  expect(answer.precedents.every(({ session }) => session < TOUCH.session)).toBe(true);
  expect(answer.attribution.groups.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

it.each([
  ['evidence', {}],
  ['no evidence', { strength: Infinity }],
])('says the same without the precedents themselves, of %s', (_, of) => {
  const { attribution, precedents, ...rest } = ask(EPISODES, of);
  expect(attribution.groups).not.toEqual([]);
  expect(precedents).not.toEqual([]);
  expect(summaryOf(TOUCH, indexOf(EPISODES, of))).toEqual(rest);
});

it('has base rates of all episodes where it searched, each moment counted once', () => {
  const answer = ask(EPISODES, {}, ({ levelKind }) => levelKind === TOUCH.levelKind);
  const pool = EPISODES.filter(
    (episode) =>
      episode.session < TOUCH.session &&
      episode.levelKind === TOUCH.levelKind &&
      primaryOutcome(episode) !== null,
  );
  expect(answer.searched).toMatchObject({ rung: 'all', candidates: pool.length });
  expect(answer.base.n).toBe(new Set(pool.map(({ at }) => at)).size);
});

it.each([
  ['no edge was shown', { strength: Infinity }, EPISODES, /no edge shown: on 120 earlier sessions/],
  [
    'hardly any session was judged',
    { strength: Infinity, gain: { ...GAIN, clusters: 1 } },
    EPISODES,
    /too few earlier sessions to judge .*: 1, and 10 are needed/,
  ],
  [
    'none was',
    { strength: Infinity, gain: null },
    EPISODES,
    /too few earlier sessions to judge .*: 0, and 10/,
  ],
  ['sessions are few', {}, EPISODES.slice(-150), /sessions known before: 14;/],
  ['precedents are few', {}, EPISODES.filter((_, i) => i % 25 === 0), /independent ones; 30 are needed/],
])('gives base rates alone, and says why, where %s', (_, of, episodes, reason) => {
  const answer = ask(episodes, of);
  expect(answer).toMatchObject({
    status: 'insufficient_evidence',
    frequencies: null,
    shrunk: null,
    excursions: null,
  });
  expect(answer.reasons.join('; ')).toMatch(reason);
  expect(answer.base.n).toBeGreaterThan(0);
  expect(answer.horizons.every(({ frequencies }) => frequencies === null)).toBe(true);
  expect(precedentsAnswer.parse(answer)).toEqual(answer);
});

it('gives base rates alone where a filter leaves too few sessions, however many are known', () => {
  const sessions = [...new Set(EPISODES.map(({ session }) => session))];
  const from = (count: number) =>
    ask(EPISODES, {}, ({ session }) => sessions.slice(0, count).includes(session));
  const answer = from(19);
  expect(answer.effectiveN).toBeGreaterThan(30);
  expect(answer).toMatchObject({ status: 'insufficient_evidence', frequencies: null });
  expect(answer.reasons).toEqual(['sessions of the episodes searched: 19; fewer than 20 show nothing']);
  expect(from(20).status).toBe('evidence');
});

it('answers of nothing', () => {
  const answer = ask([], { strength: Infinity, gain: null, directionGain: null, distances: [] });
  expect(precedentsAnswer.parse(answer)).toEqual(answer);
  expect(answer).toMatchObject({ n: 0, precedents: [], unusual: { meanDistance: null, percentile: null } });
});

it('claims direction only beyond chance, of precedents that are trusted, and from a hundred judged sessions on', () => {
  const words = (directionGain: SessionDistance['directionGain'], strength = 25) =>
    ask(EPISODES, { directionGain, strength }).trust.direction;
  const between = (low: number, high: number) => ({
    ...GAIN,
    mean: (low + high) / 2,
    interval: { low, high },
  });
  expect(words(GAIN)).toMatch(/^on 120 earlier sessions precedents told BREAK from REJECT better/);
  expect(words({ ...GAIN, clusters: 99 })).toMatch(/^no direction edge shown: 99 sessions/);
  expect(words(between(-0.01, 0.1))).toMatch(/^no direction edge shown/);
  // p is about .04: of twelve looks a year at several candidates one would show that by chance.
  expect(words(between(0.002, 0.1))).toMatch(/^no direction edge shown: .* beyond chance$/);
  expect(words(GAIN, Infinity)).toMatch(/^no direction edge shown/);
  expect(words(null)).toMatch(/^no direction edge shown: 0 sessions/);
});

it('tells how unusual the touch is among earlier ones', () => {
  const { unusual } = ask(EPISODES, { distances: [0, 0, 0, 1000] });
  expect(unusual.percentile).toBe(75);
});

it('is described to programs', () => {
  expect(answerSchema()).toMatchObject({
    type: 'object',
    properties: { status: { enum: ['evidence', 'insufficient_evidence'] } },
  });
});

it('finds whatever comparing with every episode finds', () => {
  expect(
    recallOf(new PrecedentIndex(new OrderedEpisodes(EPISODES), AS_IT_IS, EVEN_WEIGHTS), EPISODES.slice(-10)),
  ).toBe(1);
  expect(recallOf(new PrecedentIndex(new OrderedEpisodes([]), AS_IT_IS, EVEN_WEIGHTS), [TOUCH])).toBe(1);
});
