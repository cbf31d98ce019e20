/** Episodes one by one: which there are, and everything the lake knows of one. What a simulator planted it does not know. */
import type { OUTCOMES_ASKED } from '../../graph/api/episodes';
import { goldEpisodes, goldOutcomes } from '../../graph/episodes/episodeTables';
import type { Row } from '../../graph/datasets/schema';
import { productDate } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import { silverLevels } from '../../graph/levels/levelsTable';
import {
  FEATURE_TABLE,
  FEATURES,
  GROUPS,
  type Feature,
  type FeatureGroup,
} from '../../graph/vectors/features';
import type { Normalisation } from '../../graph/vectors/normalise';
import { goldNormalisation, normalisationOf } from '../../graph/vectors/normalisationTable';
import { goldVectors } from '../../graph/vectors/vectorsTable';
import type { Lake } from '../../lake/lake';
import { quote } from '../../lake/parquet/engine';
import { LastBuilds } from '../publishing/lastBuilds';
import { builtDates, episodeCondition, horizonCondition, requireKnown, type EpisodeFilter } from './outcomes';

/** An episode and its outcome at one horizon. */
export interface ListedEpisode {
  id: string;
  contract: string;
  tradeDate: string;
  level: string;
  direction: string;
  attempt: number;
  timeOfDay: string;
  /** Time of the touch, ns UTC. */
  touchAt: bigint;
  /** Points. */
  levelPrice: number;
  touchPrice: number;
  /** From the first trade in the approach band to the touch. */
  approachSeconds: number;
  horizonMinutes: number;
  /** Null: the data ended first. */
  outcome: string | null;
  /** Farthest from the level along the approach and against it, ticks. */
  favorable: number;
  adverse: number;
}

interface Listing {
  /** Only the last so many. */
  limit?: number;
  outcome?: (typeof OUTCOMES_ASKED)[number];
  /** Only those before this one. */
  before?: { touchAt: bigint; id: string };
}

/**
 * Episodes of published contract-dates in the order of their touches.
 * @returns those, and how many there are, whatever they come before
 * @throws SpymasterError BadArgument for a level, time of day or horizon that no row of the lake has
 */
export async function listEpisodes(
  lake: Lake,
  filter: EpisodeFilter,
  { limit, outcome, before }: Listing = {},
): Promise<{ count: number; episodes: ListedEpisode[] }> {
  const dates = await builtDates(lake, filter);
  if (dates.length === 0) return { count: 0, episodes: [] };
  await requireKnown(lake, filter);
  const horizon = horizonCondition(filter);
  const wanted = episodeCondition(filter, dates);
  const rows = await lake.query(
    `
    FROM (
      SELECT e.episode_id, e.contract, e.trade_date::VARCHAR AS day, e.level_id, e.direction, e.attempt, e.time_of_day, e.touch_ts,
        e.level_price, e.touch_price, e.approach_seconds, o.horizon_minutes, o.outcome, o.favorable_ticks, o.adverse_ticks,
        count(*) OVER () AS total
      FROM gold.episodes e JOIN gold.outcomes o USING (contract, trade_date, episode_id)
      WHERE ${horizon.sql} AND ${wanted.sql} ${outcome === undefined ? '' : `AND coalesce(o.outcome, 'unknown') = $outcome`})
    ${before ? 'WHERE (touch_ts, episode_id) < ($beforeTouch::BIGINT, $beforeId)' : ''}
    ORDER BY touch_ts DESC, episode_id DESC ${limit === undefined ? '' : 'LIMIT $limit'}`,
    {
      values: {
        ...horizon.values,
        ...wanted.values,
        ...(outcome !== undefined && { outcome }),
        ...(before && { beforeTouch: String(before.touchAt), beforeId: before.id }),
        ...(limit !== undefined && { limit }),
      },
    },
  );
  const episodes = rows.reverse().map((row) => ({
    id: row.episode_id as string,
    contract: row.contract as string,
    tradeDate: row.day as string,
    level: row.level_id as string,
    direction: row.direction as string,
    attempt: Number(row.attempt),
    timeOfDay: row.time_of_day as string,
    touchAt: BigInt(row.touch_ts as string),
    levelPrice: Number(row.level_price),
    touchPrice: Number(row.touch_price),
    approachSeconds: Number(row.approach_seconds),
    horizonMinutes: Number(row.horizon_minutes),
    outcome: row.outcome as string | null,
    favorable: Number(row.favorable_ticks),
    adverse: Number(row.adverse_ticks),
  }));
  return { count: Number(rows[0]?.total ?? 0), episodes };
}

/** A dimension of an episode's vector. */
export type FeatureValue = Pick<Feature, 'name' | 'group' | 'unit' | 'formula'> & {
  /** In the dimension's unit; NaN: undefined. */
  value: number;
  /** Standard deviations from the mean of the sessions before; null where the value or the deviation is undefined. */
  z: number | null;
};

/** Everything known of an episode. Rows are those of the tables, with times in ns UTC. */
export interface EpisodeRecord {
  /** Of gold.episodes. */
  episode: Row;
  /** Of silver.levels: the level at the price it had at the touch; null where Silver has been built anew since, without it. */
  level: Row | null;
  /** Of gold.outcomes, the shortest horizon first. */
  outcomes: Row[];
  /** Null where gold.vectors has none. */
  vector: EpisodeFeatures | null;
}

export interface EpisodeFeatures {
  /** Groups without data. */
  masked: FeatureGroup[];
  /** By group, the most unusual first; empty of another table of features than this program's. */
  features: FeatureValue[];
  /** Sessions the deviations are of; null where there is no normalisation of the date. */
  normalisation: Pick<Normalisation, 'sessions' | 'firstSession' | 'lastSession'> | null;
}

/**
 * @param named id of an episode, or the beginning of one
 * @throws SpymasterError BadArgument where it names no episode of a published contract-date, or several
 */
export async function episodeRecord(lake: Lake, named: string): Promise<EpisodeRecord> {
  const { id, contract, tradeDate } = await findEpisode(lake, named);
  const of = { partition: { contract, trade_date: tradeDate }, sql: `episode_id = ${quote(id)}` };
  const [episode] = await lake.table(goldEpisodes).readRows(of);
  const levels = await lake.table(silverLevels).readRows({
    partition: of.partition,
    sql: `level_id = ${quote(episode.level_id as string)} AND known_from = ${String(episode.level_known_from as bigint)}`,
  });
  const outcomes = await lake.table(goldOutcomes).readRows(of);
  const [vector] = await lake.table(goldVectors).readRows(of);
  return {
    episode,
    level: levels[0] ?? null,
    outcomes: outcomes.sort((a, b) => (a.horizon_minutes as number) - (b.horizon_minutes as number)),
    vector: vector ? await featuresOf(lake, vector, contract, tradeDate) : null,
  };
}

export interface FoundEpisode {
  id: string;
  contract: string;
  tradeDate: string;
}

/** Episodes named in an error. */
const MAX_NAMED = 5;

/**
 * @param named id of an episode, or the beginning of one
 * @throws SpymasterError BadArgument where it names no episode of a published contract-date, or several
 */
export async function findEpisode(lake: Lake, named: string): Promise<FoundEpisode> {
  const dates = await builtDates(lake, {});
  const wrong = (message: string, expected: string) =>
    new SpymasterError('BadArgument', message, { field: 'episode', expected });
  if (dates.length === 0)
    throw wrong(
      'there are no episodes yet',
      'a built trade date: `./spymaster partitions` says how to build',
    );
  const of = async (condition: string, order: string) => {
    const rows = await lake.query(
      `SELECT e.episode_id, e.contract, e.trade_date::VARCHAR AS day FROM gold.episodes e
       WHERE ${episodeCondition({}, dates).sql} AND ${condition} ORDER BY ${order} LIMIT ${MAX_NAMED + 1}`,
      { values: { named } },
    );
    return rows.map((row) => ({
      id: row.episode_id as string,
      contract: row.contract as string,
      tradeDate: row.day as string,
    }));
  };
  const begun = await of(`starts_with(e.episode_id, $named)`, 'length(e.episode_id), e.episode_id');
  const exact = begun.find(({ id }) => id === named);
  if (exact) return exact;
  if (begun.length === 1) return begun[0];
  const list = (found: readonly FoundEpisode[]) =>
    found
      .slice(0, MAX_NAMED)
      .map(({ id }) => id)
      .join(', ');
  if (begun.length > 1)
    throw wrong(
      `several episodes begin with ${named}`,
      `one of ${list(begun)}${begun.length > MAX_NAMED ? ', ...' : ''}`,
    );
  const distance = `damerau_levenshtein(upper(e.episode_id), upper($named))`;
  const near = await of(`${distance} <= ${Math.floor(named.length / 3)}`, `${distance}, e.episode_id`);
  throw wrong(
    `there is no episode ${named}`,
    `an id that \`./spymaster episodes list\` shows${near.length > 0 ? `; near it are ${list(near)}` : ''}`,
  );
}

async function featuresOf(
  lake: Lake,
  vector: Row,
  contract: string,
  tradeDate: string,
): Promise<EpisodeFeatures> {
  const masked = GROUPS.filter((group) => !vector[`has_${group}`]);
  if (vector.feature_table !== FEATURE_TABLE) return { masked, features: [], normalisation: null };
  const normalisation = await normalisationOn(
    lake,
    lake.products.contractOf(contract, tradeDate).product.root,
    tradeDate,
  );
  const raw = vector.raw as Float32Array;
  const features = FEATURES.map(({ index, name, group, unit, formula }) => ({
    name,
    group,
    unit,
    formula,
    value: raw[index],
    z: deviationOf(raw[index], normalisation?.statistics[index]),
  }));
  const unusual = ({ z }: FeatureValue) => (z === null ? -1 : Math.abs(z));
  return {
    masked,
    features: GROUPS.flatMap((group) =>
      features.filter((feature) => feature.group === group).sort((a, b) => unusual(b) - unusual(a)),
    ),
    normalisation: normalisation && {
      sessions: normalisation.sessions,
      firstSession: normalisation.firstSession,
      lastSession: normalisation.lastSession,
    },
  };
}

function deviationOf(value: number, statistics: Normalisation['statistics'][number] | undefined) {
  if (!statistics || statistics.scale === 0 || Number.isNaN(value)) return null;
  return (value - statistics.center) / statistics.scale;
}

/** The published normalisation of a product's date; null where there is none, or of another table of features. */
async function normalisationOn(
  lake: Lake,
  product: string,
  tradeDate: string,
): Promise<Normalisation | null> {
  const partition = productDate(product, tradeDate);
  const builds = await LastBuilds.read(lake, (layer) => layer === 'normalisation');
  if (builds.of('normalisation', partition)?.status !== 'published') return null;
  const rows = await lake
    .table(goldNormalisation)
    .readRows({ partition: { product, trade_date: tradeDate } });
  return rows[0]?.feature_table === FEATURE_TABLE ? normalisationOf(rows) : null;
}
