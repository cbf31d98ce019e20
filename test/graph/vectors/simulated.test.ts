/** The vectors of simulated sessions, options and all: against a twin, and as figures that say something of their own. */
import type { Row, TableBatch } from '../../../graph/datasets/schema';
import { FEATURES } from '../../../graph/vectors/features';
import { goldOf, rawOf, silverOf, simulatedSessions, type Gold, type Session } from './simulatedSessions';
import { twinOf } from './twin';

const sessions: Session[] = [];
const silvers: TableBatch[][] = [];
const golds: Gold[] = [];
let vectors: Row[];

beforeAll(() => {
  const request = { from: '2024-01-09', days: 3, events: 60_000, strength: 1, seed: 8, options: true };
  // The first has no day before.
  sessions.push(...simulatedSessions(request).slice(1));
  for (const session of sessions) {
    silvers.push(silverOf(session));
    golds.push(goldOf(session, silvers.at(-1)!));
  }
  vectors = golds.flatMap((gold) => gold.vectors);
}, 60_000);

describe('the vectors of simulated sessions', () => {
  it('are of every episode, in the order of the touches', () => {
    for (const { episodes, vectors } of golds) {
      expect(vectors.length).toBeGreaterThan(20);
      expect(vectors.map(({ episode_id }) => episode_id)).toEqual(
        episodes.map(({ episode_id }) => episode_id),
      );
      expect(vectors.map(({ touch_ts }) => touch_ts)).toEqual(episodes.map(({ touch_ts }) => touch_ts));
    }
  });

  it('are finite in every dimension', () => {
    for (const row of vectors) {
      expect(row).toMatchObject({ has_geometry: 1, has_book: 1, has_options: 1, undefined_count: 0 });
      expect([...rawOf(row)].filter((value) => !Number.isFinite(value))).toEqual([]);
    }
  });

  it('leave undefined what nobody knows: the day before', () => {
    const [{ inputs, ...rest }] = sessions;
    const gold = goldOf({ ...rest, inputs: { ...inputs, previousDay: undefined } }, silvers[0]);
    for (const row of gold.vectors) {
      const names = FEATURES.filter(({ index }) => Number.isNaN(rawOf(row)[index])).map(({ name }) => name);
      expect(names).toEqual(['pd_ahead', 'pd_behind']);
      expect(row.undefined_count).toBe(2);
    }
  });

  it('vary in every dimension', () => {
    const constant = FEATURES.filter(
      ({ index }) => new Set(vectors.map((row) => rawOf(row)[index])).size < 3,
    );
    expect(constant.map(({ name }) => name)).toEqual([]);
  });

  it('say nothing twice: no two dimensions go together all the way', () => {
    const columns = FEATURES.map(({ index }) => vectors.map((row) => rawOf(row)[index]));
    const pairs = FEATURES.flatMap(({ index: i }) =>
      FEATURES.slice(0, i)
        .map(({ index: j }) => ({
          pair: `${FEATURES[j].name} ${FEATURES[i].name}`,
          r: correlation(columns[i], columns[j]),
        }))
        .filter(({ r }) => !(Math.abs(r) < 0.998)),
    );
    expect(pairs).toEqual([]);
  });

  it('agree with a twin that works them out from the rows', () => {
    sessions.forEach((session, k) => {
      const twin = twinOf(session, silvers[k]);
      const { episodes, vectors } = golds[k];
      expect(twin.size).toBe(episodes.length);
      vectors.forEach((row, i) => {
        const { level_id, direction, attempt } = episodes[i];
        const key = [level_id, direction, attempt].join(' ');
        const expected = twin.get(key)!;
        expect(Object.keys(expected).sort()).toEqual(FEATURES.map(({ name }) => name).sort());
        const raw = rawOf(row);
        const differing = FEATURES.filter(({ index, name }) => !near(raw[index], expected[name])).map(
          ({ index, name }) => `${key}: ${name} is ${raw[index]}, expected ${expected[name]}`,
        );
        expect(differing).toEqual([]);
      });
    });
  });
});

/** Stored values are 32-bit floats. */
const near = (got: number, expected: number) =>
  Object.is(got, expected) || Math.abs(got - expected) <= 2e-6 * (1 + Math.abs(expected));

function correlation(a: number[], b: number[]): number {
  const both = a.map((value, i) => [value, b[i]]).filter(([x, y]) => !Number.isNaN(x) && !Number.isNaN(y));
  const mean = (k: 0 | 1) => both.reduce((sum, pair) => sum + pair[k], 0) / both.length;
  const [ma, mb] = [mean(0), mean(1)];
  const product = (p: 0 | 1, q: 0 | 1) =>
    both.reduce((sum, pair) => sum + (pair[p] - (p ? mb : ma)) * (pair[q] - (q ? mb : ma)), 0);
  return product(0, 1) / Math.sqrt(product(0, 0) * product(1, 1));
}
