/**
 * How episodes ended, session by session: what every share of outcomes is counted from. Rows of different settings or code are
 * different measurements, and simulated ones no measurements at all: they are not pooled unless that is asked for.
 */
import type { LastBuild } from '../../graph/catalog/partitionsTable';
import { canonical, changes, dataOf, type Provenance } from '../../graph/catalog/provenance';
import { contractDate, keyText } from '../../graph/datasets/units';
import type { Layer } from '../../graph/datasets/layers';
import type { Direction } from '../../graph/episodes/episode';
import { SpymasterError } from '../../graph/errors';
import { LEVEL_KINDS } from '../../graph/levels/kinds';
import type { DataKind } from '../../graph/sim/dataset';
import type { Lake } from '../../lake/lake';
import { quote } from '../../lake/parquet/engine';
import { LastBuilds, measurementOf } from '../publishing/lastBuilds';

/** What episodes are narrowed to. */
export interface EpisodeFilter {
  contract?: string;
  /** Trade dates, inclusive. */
  start?: string;
  end?: string;
  /** Kind of a level, or the id of one: `PM_HIGH`, `USER@4805.00`. */
  level?: string;
  direction?: Direction;
  /** `T0_15`, `OVERNIGHT`, ... */
  timeOfDay?: string;
  /** Minutes; the primary one of each build, if none is named. */
  horizon?: number;
}

/** Outcomes at one kind of level in one session, of one direction and time of day. */
export interface SessionOutcomes {
  level: string;
  direction: Direction;
  timeOfDay: string;
  contract: string;
  tradeDate: string;
  episodes: number;
  /** Episodes whose outcome is known. */
  n: number;
  BREAK: number;
  REJECT: number;
  CHOP: number;
}

/** A part of a query, and the values that it names. */
export interface Condition {
  sql: string;
  values: Record<string, string | number | bigint>;
}

/**
 * The condition of a filter on `gold.episodes` as `e`, of built contract-dates only.
 * @param dates as the lake names them
 */
export function episodeCondition(
  { level, direction, timeOfDay }: EpisodeFilter,
  dates: readonly { contract: string; tradeDate: string }[],
): Condition {
  const wanted = dates.map(({ contract, tradeDate }) => `(${quote(contract)}, DATE ${quote(tradeDate)})`);
  const sql = [
    `(e.contract, e.trade_date) IN (${wanted.join(', ')})`,
    level !== undefined && `(e.level_kind = $level OR e.level_id = $level)`,
    direction !== undefined && `e.direction = $direction`,
    timeOfDay !== undefined && `e.time_of_day = $timeOfDay`,
  ];
  return {
    sql: sql.filter(Boolean).join(' AND '),
    values: {
      ...(level !== undefined && { level }),
      ...(direction !== undefined && { direction }),
      ...(timeOfDay !== undefined && { timeOfDay }),
    },
  };
}

/** The condition on `gold.outcomes` as `o`: those of one horizon, the primary one if none is named. */
export const horizonCondition = ({ horizon }: Pick<EpisodeFilter, 'horizon'>): Condition =>
  horizon === undefined
    ? { sql: 'o.is_primary', values: {} }
    : { sql: 'o.horizon_minutes = $horizon', values: { horizon } };

/**
 * Outcomes of every session, by kind of level, direction and time of day.
 * @param pool count rows of different data, settings or code together
 * @throws SpymasterError BadArgument when they differ and that was not asked for, or a filter names what the lake does not have
 */
export async function sessionOutcomes(
  lake: Lake,
  filter: EpisodeFilter = {},
  pool = false,
): Promise<SessionOutcomes[]> {
  const dates = await builtDates(lake, filter);
  if (dates.length === 0) return [];
  await requireKnown(lake, filter);
  if (!pool) requireOneMeasurement(dates);
  const horizon = horizonCondition(filter);
  const wanted = episodeCondition(filter, dates);
  const rows = await lake.query(
    `
    SELECT e.level_kind AS level, e.direction, e.time_of_day, e.contract, e.trade_date::VARCHAR AS trade_date,
      count(*) AS episodes, count(o.outcome) AS n,
      count(*) FILTER (o.outcome = 'BREAK') AS breaks,
      count(*) FILTER (o.outcome = 'REJECT') AS rejects,
      count(*) FILTER (o.outcome = 'CHOP') AS chops
    FROM gold.episodes e JOIN gold.outcomes o USING (contract, trade_date, episode_id)
    WHERE ${horizon.sql} AND ${wanted.sql}
    GROUP BY ALL ORDER BY ALL`,
    { values: { ...horizon.values, ...wanted.values } },
  );
  return rows.map((row) => ({
    level: row.level as string,
    direction: row.direction as Direction,
    timeOfDay: row.time_of_day as string,
    contract: row.contract as string,
    tradeDate: row.trade_date as string,
    episodes: Number(row.episodes),
    n: Number(row.n),
    BREAK: Number(row.breaks),
    REJECT: Number(row.rejects),
    CHOP: Number(row.chops),
  }));
}

/** A contract-date of which a layer is published, and the code and settings of everything that was computed by. */
export interface BuiltDate {
  contract: string;
  tradeDate: string;
  data: DataKind;
  made: Provenance;
}

/** Trade dates, of one product or contract where one is named. */
export type DateRange = Pick<EpisodeFilter, 'contract' | 'start' | 'end'> & { product?: string };

function isWithin(
  { partition: { key }, product: root }: Pick<LastBuild, 'partition' | 'product'>,
  { product, contract, start, end }: DateRange,
): boolean {
  return (
    (product === undefined || root === product) &&
    (contract === undefined || key.contract === contract) &&
    (start === undefined || key.trade_date >= start) &&
    (end === undefined || key.trade_date <= end)
  );
}

/** Builds of Gold within a range that are not published, latest last. */
export async function unbuiltDates(lake: Lake, range: DateRange): Promise<LastBuild[]> {
  const builds = (await LastBuilds.read(lake)).all('gold');
  return builds
    .filter((build) => build.status !== 'published' && isWithin(build, range))
    .sort((a, b) => (a.partition.key.trade_date < b.partition.key.trade_date ? -1 : 1));
}

/**
 * Contract-dates within a filter of which a layer is published: what a failed or interrupted build has left is of no one build.
 * @param layer Gold, if no other is named
 */
export async function builtDates(lake: Lake, range: DateRange, layer: Layer = 'gold'): Promise<BuiltDate[]> {
  const builds = await LastBuilds.read(lake);
  const found: BuiltDate[] = [];
  for (const build of builds.all(layer)) {
    if (build.status !== 'published' || !isWithin(build, range)) continue;
    const { partition } = build;
    const made = measurementOf(builds, partition, layer);
    found.push({
      contract: partition.key.contract,
      tradeDate: partition.key.trade_date,
      data: dataOf(made),
      made,
    });
  }
  return found.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/**
 * Contract-dates within a range that are built.
 * @throws SpymasterError NoInput where there are none, naming those there are
 */
export async function requireBuilt(lake: Lake, range: DateRange): Promise<BuiltDate[]> {
  const found = await builtDates(lake, range);
  if (found.length > 0) return found;
  const begun = (await unbuiltDates(lake, range)).at(-1);
  if (begun) {
    const { contract, trade_date: date } = begun.partition.key;
    throw new SpymasterError('NoInput', `${contract} ${date} is not built: ${begun.reason ?? begun.status}`, {
      expected: 'what is published; `./spymaster partitions` has the state of every date, and Operations',
    });
  }
  const all = await builtDates(lake, {});
  throw new SpymasterError('NoInput', 'no contract-date as asked for is built', {
    expected:
      all.length === 0
        ? 'a lake with built dates: `./spymaster backfill --help` says how they are built'
        : `of ${all.length} built: ${all[0].contract} ${all[0].tradeDate} to ${all.at(-1)!.contract} ${all.at(-1)!.tradeDate}`,
  });
}

/** How many trade dates within a filter are built from which data. */
export async function datesByData(
  lake: Lake,
  filter: EpisodeFilter,
): Promise<Record<'real' | 'simulated', number>> {
  const dates = await builtDates(lake, filter);
  const count = (kind: DataKind) =>
    new Set(dates.flatMap(({ data, tradeDate }) => (data === kind ? tradeDate : []))).size;
  return { real: count('real'), simulated: count('simulated') };
}

const keyOf = ({ contract, tradeDate }: BuiltDate) =>
  `${tradeDate} ${keyText(contractDate(contract, tradeDate))}`;

/** Differences named of each group. */
const MAX_CHANGES = 3;

/** @throws SpymasterError BadArgument naming the groups of dates that were built alike, and in what they differ */
export function requireOneMeasurement(dates: readonly BuiltDate[]): void {
  const groups = new Map<string, BuiltDate[]>();
  for (const date of dates) {
    const key = canonical(date.made);
    groups.set(key, [...(groups.get(key) ?? []), date]);
  }
  if (groups.size <= 1) return;
  // The latest is what the others are compared with.
  const [latest, ...others] = [...groups.values()].sort((a, b) =>
    keyOf(a.at(-1)!) < keyOf(b.at(-1)!) ? 1 : -1,
  );
  const span = (group: readonly BuiltDate[]) =>
    `${group.length} of ${group[0].contract} ${group[0].tradeDate} to ${group.at(-1)!.contract} ${group.at(-1)!.tradeDate}`;
  const differing = others.map((group) => {
    const changed = changes(group[0].made, latest[0].made);
    const more = changed.length > MAX_CHANGES ? `; ${changed.length - MAX_CHANGES} more` : '';
    return `  ${span(group)}: ${changed.slice(0, MAX_CHANGES).join('; ')}${more}`;
  });
  throw new SpymasterError(
    'BadArgument',
    ['sessions of different data, settings or code are not pooled:', `  ${span(latest)}`, ...differing].join(
      '\n',
    ),
    {
      expected:
        'contract, start or end that leave one of them; pool, which counts them together; or a build of what is stale, which `./spymaster partitions` shows',
    },
  );
}

/**
 * @param episodes SQL of what has levels and times of day
 * @throws SpymasterError BadArgument for a level, time of day or horizon that no row of the lake has
 */
export async function requireKnown(
  lake: Lake,
  { level, timeOfDay, horizon }: Pick<EpisodeFilter, 'level' | 'timeOfDay' | 'horizon'>,
  episodes = 'gold.episodes',
): Promise<void> {
  const check = async (field: string, what: string, value: string | number | undefined, sql: string) => {
    if (value === undefined) return;
    const known = (await lake.query(sql)).map(({ value }) => String(value as string | number));
    if (known.length > 0 && !known.includes(String(value)))
      throw new SpymasterError('BadArgument', `no episode has the ${what} ${value}`, {
        field,
        expected: known.join(', '),
      });
  };
  const kinds: readonly string[] = LEVEL_KINDS;
  if (level !== undefined && !kinds.includes(level))
    await check(
      'level',
      'level',
      level,
      `SELECT DISTINCT unnest([level_kind, level_id]) AS value FROM ${episodes} ORDER BY value`,
    );
  await check(
    'timeOfDay',
    'time of day',
    timeOfDay,
    `SELECT DISTINCT time_of_day AS value FROM ${episodes} ORDER BY value`,
  );
  await check(
    'horizon',
    'horizon',
    horizon,
    'SELECT DISTINCT horizon_minutes AS value FROM gold.outcomes ORDER BY value',
  );
}
