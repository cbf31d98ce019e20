/** The vectors of simulated sessions, options and all: against a twin, and as figures that say something of their own. */
import fc from 'fast-check';
import type { Row, TableBatch } from '../../../graph/datasets/schema';
import { frameOf } from '../../../graph/session/inputs';
import { FEATURES, GROUP_RANGES } from '../../../graph/vectors/features';
import { CHANNELS } from '../../../graph/vectors/sequence';
import type { EpisodeVector } from '../../../graph/vectors/vectorBuilder';
import { fractions } from '../../support/sessions';
import { rowsOf } from '../../support/tables';
import {
  bitsOf,
  GoldDriver,
  goldOf,
  NO_OPTIONS,
  rawOf,
  SilverDriver,
  silverOf,
  simulatedSessions,
  slice,
  vectorBitsOf,
  type Gold,
  type Session,
} from './simulatedSessions';
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
});

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

  it("leave the previous day's levels undefined where that day is unknown", () => {
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

  it('are not redundant: no two dimensions are perfectly correlated', () => {
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

  /** What of a vector is not as its twin has it. */
  function differing(key: string, raw: Float32Array | Float64Array, expected: Record<string, number>) {
    expect(Object.keys(expected).sort()).toEqual(FEATURES.map(({ name }) => name).sort());
    return FEATURES.filter(({ index, name }) => !near(raw[index], expected[name])).map(
      ({ index, name }) => `${key}: ${name} is ${raw[index]}, expected ${expected[name]}`,
    );
  }

  it('agree with a twin that works them out from the rows', () => {
    sessions.forEach((session, k) => {
      const twin = twinOf(session, silvers[k]);
      const { episodes, vectors } = golds[k];
      expect(twin.size).toBe(episodes.length);
      vectors.forEach((row, i) => {
        const { level_id, direction, attempt } = episodes[i];
        const key = [level_id, direction, attempt].join(' ');
        expect(differing(key, rawOf(row), twin.get(key)!)).toEqual([]);
      });
    });
  });

  it('of approaches are those of touches at that very moment, by the same twin', () => {
    const every = 3;
    const twin = twinOf(sessions[0], silvers[0], { of: 'approaches', every });
    const { approaches, episodes } = golds[0];
    expect(approaches.length).toBeGreaterThan(episodes.length);
    expect(twin.size).toBe(Math.ceil(approaches.length / every));
    let compared = 0;
    for (const { episode, raw } of approaches) {
      const { levelId, direction, attempt, approachId } = episode;
      const key = [levelId, direction, attempt, approachId!.split('/').at(-1)].join(' ');
      if (!twin.has(key)) continue;
      compared++;
      expect(differing(key, raw, twin.get(key)!)).toEqual([]);
    }
    expect(compared).toBe(twin.size);
    expect(twin.size).toBeGreaterThan(10);
  });
});

describe('the vector builder', () => {
  const bits = (rows: readonly Row[]) => rows.map(bitsOf);

  it('gives the same bits when the trades come before Silver', () => {
    const [{ inputs, records }] = sessions;
    const gold = new GoldDriver(inputs);
    gold.push(records);
    expect(gold.takeVectors().rowCount).toBe(0);
    gold.onSilver(silvers[0]);
    expect(bits(rowsOf(gold.takeVectors()))).toEqual(bits(golds[0].vectors));
  });

  it('gives the same bits when both come in pieces, either ahead of the other, and after any number of restarts', () => {
    const [{ inputs, records }] = sessions;
    const { origin } = frameOf(inputs);
    const [first, last] = [0, records.length - 1].map((i) => origin.offset(records.tsEventWords, i));
    const cuts = fc.array(fc.record({ at: fractions, silverFirst: fc.boolean(), restart: fc.boolean() }), {
      minLength: 2,
      maxLength: 12,
    });
    fc.assert(
      fc.property(cuts, (unordered) => {
        const gold = new GoldDriver(inputs);
        const taken: Row[] = [];
        const approaches: EpisodeVector[] = [];
        let pushed = 0;
        const given = silvers[0].map(() => 0);
        const pieces = [...unordered].sort((a, b) => a.at - b.at);
        for (const { at, silverFirst, restart } of [...pieces, { at: 1, silverFirst: true, restart: true }]) {
          const until = first + at * (last - first);
          const give = () =>
            gold.onSilver(
              silvers[0].map((batch, k) => {
                const from = given[k];
                given[k] = at === 1 ? batch.rowCount : rowsUntil(batch, origin.absolute(Math.round(until)));
                return slice(batch, from, given[k]);
              }),
            );
          if (silverFirst) give();
          const from = pushed;
          while (pushed < records.length && origin.offset(records.tsEventWords, pushed) <= until) pushed++;
          gold.push(records, from, pushed);
          if (!silverFirst) give();
          taken.push(...rowsOf(gold.takeVectors()));
          approaches.push(...gold.takeApproaches());
          if (!restart) continue;
          gold.restart();
        }
        gold.finish();
        taken.push(...rowsOf(gold.takeVectors()));
        approaches.push(...gold.takeApproaches());
        expect(bits(taken)).toEqual(bits(golds[0].vectors));
        expect(approaches.map(vectorBitsOf)).toEqual(golds[0].approaches.map(vectorBitsOf));
      }),
      { numRuns: 8, seed: 20240110 },
    );
  });

  it('keeps minutes of Silver, not the session, when both inputs keep pace', () => {
    const [{ inputs, records }] = sessions;
    const gold = new GoldDriver(inputs);
    gold.push(records);
    gold.onSilver(silvers[0]);
    // 25 minutes of bars and of the rows of a dozen levels, 40 of exposures; the session has 30 times as much.
    gold.takeVectors();
    expect(gold.save().length).toBeLessThan(2_000_000);
  });

  it('computes a vector at its touch or approach: later input changes nothing, and nothing is waited for', () => {
    const [session] = sessions;
    const { inputs, records } = session;
    for (const share of [0.47, 0.83]) {
      const cut = Math.floor(share * records.length);
      const driver = new SilverDriver(session);
      driver.push(records, 0, cut);
      const gold = new GoldDriver(inputs);
      gold.push(records, 0, cut);
      gold.onSilver(driver.take());
      const known = rowsOf(gold.takeVectors());
      expect(known.length).toBeGreaterThan(2);
      expect(known).toHaveLength(gold.takeEpisodes().rowCount);
      expect(bits(known)).toEqual(bits(golds[0].vectors.slice(0, known.length)));
      const approaches = gold.takeApproaches().map(vectorBitsOf);
      expect(approaches.length).toBeGreaterThan(known.length);
      expect(approaches).toEqual(golds[0].approaches.slice(0, approaches.length).map(vectorBitsOf));
    }
  });

  it('masks the options where there are none, and changes nothing else', () => {
    const session = { ...sessions[0], options: NO_OPTIONS };
    const { vectors } = goldOf(session, silverOf(session));
    vectors.forEach((row, i) => {
      const raw = rawOf(row);
      const { start, end } = GROUP_RANGES.options;
      expect(row).toMatchObject({ has_geometry: 1, has_book: 1, has_options: 0, undefined_count: 0 });
      expect([...raw.subarray(start, end)].every(Number.isNaN)).toBe(true);
      expect([...raw.subarray(0, start)]).toEqual([...rawOf(golds[0].vectors[i]).subarray(0, start)]);
      expect(bitsOf(row).sequence).toBe(bitsOf(golds[0].vectors[i]).sequence);
    });
  });

  it('masks a book whose orders are not all known, and everything where Silver has no bars', () => {
    const joinedLate = { ...sessions[0], options: NO_OPTIONS };
    joinedLate.inputs = { ...joinedLate.inputs, openingBook: undefined };
    for (const row of goldOf(joinedLate, silverOf(joinedLate)).vectors) {
      expect(row).toMatchObject({ has_geometry: 1, has_book: 0 });
      const { start, end } = GROUP_RANGES.book;
      expect([...rawOf(row).subarray(start, end)].every(Number.isNaN)).toBe(true);
    }
    const { episodes, vectors } = goldOf(sessions[0], []);
    expect(vectors).toHaveLength(episodes.length);
    for (const row of vectors) {
      expect(row).toMatchObject({ has_geometry: 0, has_book: 0, has_options: 0, sequence_bars: 0 });
      expect([...rawOf(row)].every(Number.isNaN)).toBe(true);
    }
  });

  it('stores the bars of the last 20 minutes as a sequence that ends with the vector', () => {
    for (const row of vectors) {
      expect(row).toMatchObject({ sequence_bars: 240, sequence_channels: CHANNELS.length });
      const sequence = row.sequence as Float32Array;
      expect(sequence).toHaveLength(240 * CHANNELS.length);
      const channel = (name: string, bar: number) =>
        sequence[bar * CHANNELS.length + CHANNELS.findIndex((known) => known.name === name)];
      const dimension = (name: string) => rawOf(row)[FEATURES.findIndex((feature) => feature.name === name)];
      expect(channel('x', 239 - 12)).toBe(dimension('x_1m'));
      expect(channel('x', 239 - 120)).toBe(dimension('x_10m'));
      expect(channel('depth_ahead', 239)).toBe(dimension('depth_ahead'));
      expect(channel('depth_behind', 239)).toBe(dimension('depth_behind'));
      expect([...sequence].every(Number.isFinite)).toBe(true);
    }
  });
});

/** Rows of a table that had ended by a time. */
function rowsUntil({ columns, rowCount }: TableBatch, t: bigint): number {
  const exposures = 'ts' in columns;
  const times = (exposures ? columns.ts : columns.bar_start_utc) as BigInt64Array;
  const found = times.subarray(0, rowCount).findIndex((time) => time + (exposures ? 0n : 5_000_000_000n) > t);
  return found < 0 ? rowCount : found;
}

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
