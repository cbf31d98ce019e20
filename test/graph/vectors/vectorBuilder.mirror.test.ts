/** A market reflected - prices upside down, buyers sellers - gives the same vectors: UP and DOWN mirror each other. */
import type { Row, TableBatch } from '../../../graph/datasets/schema';
import { silverOptionExposure, silverOptionFlow } from '../../../graph/options/optionTables';
import { MboBatch, Side, UNDEF_PRICE } from '../../../graph/records/mbo';
import { NS_PER_SECOND } from '../../../graph/market/time';
import { FEATURES } from '../../../graph/vectors/features';
import { EXPOSURE_FIELDS, FLOW_FIELDS } from '../../../graph/vectors/silverFields';
import { appendMbo } from '../../../lake/parquet/mbo';
import { random } from '../../support/sessions';
import {
  goldOf,
  NO_OPTIONS,
  rawOf,
  silverOf,
  simulatedSessions,
  type Gold,
  type Session,
} from './simulatedSessions';

/** Prices are reflected at half of this: ticks, and a round number, so that round numbers stay round. */
const SUM = 2 * 20_400;
const TICK = 250_000_000n;
const MINUTE = 60n * BigInt(NS_PER_SECOND);

describe('a reflected market', () => {
  let gold: Gold;
  let mirroredGold: Gold;

  beforeAll(() => {
    const request = { from: '2024-01-09', days: 1, events: 60_000, strength: 0.5, seed: 9, options: false };
    const session = withDayBefore(simulatedSessions({ ...request, whole: true })[0]);
    const mirrored = reflect(session);
    const options = optionRows(goldOf(session, []).episodes);
    const [bars, vacuum] = silverOf(session);
    gold = goldOf(session, [bars, vacuum, ...tablesOf(options)]);
    const [mirroredBars, mirroredVacuum] = silverOf(mirrored);
    mirroredGold = goldOf(mirrored, [mirroredBars, mirroredVacuum, ...tablesOf(reflectOptions(options))]);
  });

  it('has the same episodes the other way round', () => {
    expect(gold.episodes.length).toBeGreaterThan(15);
    expect(new Set(gold.episodes.map(({ direction }) => direction)).size).toBe(2);
    const keys = (rows: Row[], reflected: boolean) =>
      rows.map((row) => `${keyOf(row, reflected)} ${String(row.attempt)}`).sort();
    expect(keys(mirroredGold.episodes, true)).toEqual(keys(gold.episodes, false));
  });

  it('has the same vectors and sequences', () => {
    const reflected = new Map(
      mirroredGold.episodes.map((episode, i) => [keyOf(episode, true), mirroredGold.vectors[i]]),
    );
    gold.episodes.forEach((episode, i) => {
      const key = keyOf(episode, false);
      const [row, twin] = [gold.vectors[i], reflected.get(key)!];
      expect(row).toMatchObject({ has_geometry: 1, has_book: 1, has_options: 1 });
      const differing = FEATURES.filter(({ index }) => !near(rawOf(row)[index], rawOf(twin)[index])).map(
        ({ index, name }) => `${key}: ${name} ${rawOf(row)[index]}, reflected ${rawOf(twin)[index]}`,
      );
      expect(differing).toEqual([]);
      const [sequence, other] = [row, twin].map((each) => each.sequence as Float32Array);
      expect(other).toHaveLength(sequence.length);
      expect([...sequence].every((value, k) => near(value, other[k]))).toBe(true);
    });
  });

  it('is compared in figures that matter: hardly a dimension is zero throughout', () => {
    const idle = FEATURES.filter(({ index }) =>
      gold.vectors.every((row) => rawOf(row)[index] === 0 || Number.isNaN(rawOf(row)[index])),
    );
    expect(idle.map(({ name }) => name).filter((name) => !name.startsWith('icebergs'))).toEqual([]);
  });
});

/** Averages of reflected prices round otherwise in their last digits. */
const near = (a: number, b: number) => Object.is(a, b) || Math.abs(a - b) <= 3e-6 * (1 + Math.abs(a));

/** Names an episode by its touch and its level, that of the market as it was. */
const keyOf = ({ touch_ts, level_id }: Row, reflected: boolean) =>
  `${String(touch_ts)} ${reflected ? reflectLevel(level_id as string) : (level_id as string)}`;

/** A range of the previous day, made up. */
function withDayBefore({ inputs, ...rest }: Session): Session {
  return { ...rest, inputs: { ...inputs, previousDay: { high: 20_480, low: 20_310 } } };
}

function reflect({ inputs, records }: Session): Session {
  const mirrored = new MboBatch(records.length);
  appendMbo(mirrored, records, 0, records.length);
  for (let i = 0; i < mirrored.length; i++) {
    if (mirrored.price[i] !== UNDEF_PRICE) mirrored.price[i] = BigInt(SUM) * TICK - mirrored.price[i];
    const side = mirrored.side[i];
    if (side !== Side.None) mirrored.side[i] = side === Side.Bid ? Side.Ask : Side.Bid;
  }
  const { high, low } = inputs.previousDay!;
  const previousDay = { high: SUM - low, low: SUM - high };
  return { inputs: { ...inputs, previousDay }, records: mirrored, options: NO_OPTIONS };
}

function reflectLevel(id: string): string {
  const [kind, price] = id.split('@');
  if (price !== undefined) return `${kind}@${(SUM / 4 - Number(price)).toFixed(2)}`;
  return kind.endsWith('_HIGH') ? kind.replace('_HIGH', '_LOW') : kind.replace('_LOW', '_HIGH');
}

type OptionRow = { time: bigint; level: string; values: Record<string, number> };
interface OptionTables {
  flow: OptionRow[];
  exposure: OptionRow[];
}

/** Made-up figures around price and every level, over the 40 minutes before its touches. */
function optionRows(episodes: readonly Row[]): OptionTables {
  const next = random(7);
  const figure = () => (next() - 0.4) * 10 ** Math.floor(4 * next());
  const wanted = new Map<string, { time: bigint; level: string }>();
  for (const { touch_ts, level_id } of episodes)
    for (let back = 0n; back < 40n * 12n; back++) {
      const time = ((touch_ts as bigint) / 5_000_000_000n - back) * 5_000_000_000n;
      for (const level of ['PRICE', level_id as string]) wanted.set(`${time} ${level}`, { time, level });
    }
  const places = [...wanted.values()].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  const flow = places.map((place): OptionRow => {
    const values = Object.fromEntries(Object.keys(FLOW_FIELDS).map((name) => [name, figure()]));
    return { ...place, values: { ...values, premium: 1000 + 10_000 * next() } };
  });
  const exposure = places
    .filter(({ time }) => time % MINUTE === 0n)
    .map((place): OptionRow => {
      const values = Object.fromEntries(Object.keys(EXPOSURE_FIELDS).map((name) => [name, figure()]));
      const prices = { call_wall: 0, put_wall: 0, flip: 0, future: 0 };
      for (const name of Object.keys(prices)) values[name] = 5100 + Math.round(400 * (next() - 0.5)) / 4;
      if (next() < 0.3) values.flip = NaN;
      return { ...place, values: { ...values, nearest_vol: 0.1 + next(), next_vol: 0.1 + next() } };
    });
  return { flow, exposure };
}

const SWAPPED: Record<string, string> = { call: 'put', put: 'call', above: 'below', below: 'above' };
const PRICES = ['call_wall', 'put_wall', 'flip', 'future'];

/** Calls become puts and what lay above lies below; signed delta turns round, and so does the skew. */
function reflectOptions({ flow, exposure }: OptionTables): OptionTables {
  const reflectRow = ({ time, level, values }: OptionRow): OptionRow => ({
    time,
    level: level === 'PRICE' ? level : reflectLevel(level),
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name
          .split('_')
          .map((word) => SWAPPED[word] ?? word)
          .join('_'),
        PRICES.includes(name)
          ? SUM / 4 - value
          : name.includes('pressure') || name === 'skew'
            ? -value
            : value,
      ]),
    ),
  });
  return { flow: flow.map(reflectRow), exposure: exposure.map(reflectRow) };
}

/** Only the columns the vector reads; nothing else of the contracts matters here. */
function tablesOf({ flow, exposure }: OptionTables): TableBatch[] {
  const table = (contract: TableBatch['contract'], time: string, offset: bigint, rows: OptionRow[]) => ({
    contract,
    rowCount: rows.length,
    columns: {
      [time]: BigInt64Array.from(rows, (row) => row.time - offset),
      level_id: rows.map(({ level }) => level),
      ...Object.fromEntries(
        Object.keys(rows[0].values).map((name) => [
          name,
          Float64Array.from(rows, ({ values }) => values[name]),
        ]),
      ),
    },
  });
  return [
    table(silverOptionFlow, 'bar_start_utc', 5_000_000_000n, flow),
    table(silverOptionExposure, 'ts', 0n, exposure),
  ];
}
