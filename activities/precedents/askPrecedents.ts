/** The precedents of one touch in the lake. */
import { goldEpisodes } from '../../graph/episodes/episodeTables';
import { SpymasterError } from '../../graph/errors';
import type { PrecedentsAnswer } from '../../graph/precedents/answer';
import type { PastEpisode, Touch } from '../../graph/precedents/episodes';
import { EPISODES_READ, touchesOf, VECTORS_READ } from '../../graph/precedents/pastEpisodes';
import { precedentsOf } from '../../graph/precedents/precedentsOf';
import type { FeatureSettings } from '../../graph/settings';
import { goldVectors } from '../../graph/vectors/vectorsTable';
import type { TableBatch, TableContract } from '../../graph/datasets/schema';
import type { Lake } from '../../lake/lake';
import { quote } from '../../lake/parquet/engine';
import { findEpisode, type FoundEpisode } from '../reports/episodes';
import { builtDates, episodeCondition, requireKnown, type EpisodeFilter } from '../reports/outcomes';
import { openIndex, productOf } from './openIndex';

/** Which touch is asked about: by its episode, or as the last of a level up to a time, ns UTC. */
export type Asked =
  { readonly episode: string } | { readonly at: bigint; readonly level: string; readonly contract?: string };

/** Which episodes may be precedents. */
export interface Narrowed extends Omit<EpisodeFilter, 'horizon'> {
  /** SQL condition on `gold.episodes`. */
  where?: string;
}

/**
 * @throws SpymasterError BadArgument where no touch is as asked for, or the filter names what the lake does not have; NoInput where its
 * vector or what is fitted for its session is missing
 */
export async function askPrecedents(
  lake: Lake,
  asked: Asked,
  narrowed: Narrowed,
  features: FeatureSettings,
): Promise<PrecedentsAnswer> {
  const found = 'episode' in asked ? await findEpisode(lake, asked.episode) : await lastTouch(lake, asked);
  const touch = await touchOf(lake, found);
  const filter = await filterOf(lake, narrowed);
  const index = await openIndex(
    lake,
    productOf(lake, found.contract, found.tradeDate),
    found.tradeDate,
    features,
  );
  return precedentsOf(touch, index, { filter });
}

async function lastTouch(
  lake: Lake,
  { at, level, contract }: { at: bigint; level: string; contract?: string },
): Promise<FoundEpisode> {
  const dates = await builtDates(lake, { contract });
  if (dates.length > 0) {
    await requireKnown(lake, { level });
    const [row] = await lake.query(`
      SELECT e.episode_id, e.contract, e.trade_date::VARCHAR AS day FROM gold.episodes e
      WHERE ${episodeCondition({ level }, dates)} AND e.touch_ts <= ${at}
      ORDER BY e.touch_ts DESC, e.episode_id LIMIT 1`);
    if (row)
      return {
        id: row.episode_id as string,
        contract: row.contract as string,
        tradeDate: row.day as string,
      };
  }
  throw new SpymasterError('BadArgument', `${level} was not touched up to then`, {
    field: '--at',
    expected: 'a time after a touch of it: `./spymaster episodes list --level LEVEL` shows them',
  });
}

async function touchOf(lake: Lake, { id, contract, tradeDate }: FoundEpisode): Promise<Touch> {
  const partition = { contract, trade_date: tradeDate };
  const read = async (table: TableContract, columns: readonly string[]) => {
    const batches: TableBatch[] = [];
    for await (const batch of lake.table(table).readPartition(partition, { columns })) batches.push(batch);
    return batches;
  };
  const [episodes, vectors] = await Promise.all([
    read(goldEpisodes, EPISODES_READ),
    read(goldVectors, VECTORS_READ),
  ]);
  const found = touchesOf({ contract, tradeDate, episodes, vectors }).find(({ touch }) => touch.id === id);
  if (found) return found.touch;
  throw new SpymasterError('NoInput', `${id} has no vector of this program's table of features`, {
    expected: `./spymaster build --date ${tradeDate} --contract ${contract} --symbol ${productOf(lake, contract, tradeDate)}`,
  });
}

/** @throws SpymasterError BadArgument for what the lake does not have, and with DuckDB's words for a condition it does not understand */
async function filterOf(
  lake: Lake,
  { contract, start, end, level, direction, timeOfDay, where }: Narrowed,
): Promise<((episode: PastEpisode) => boolean) | undefined> {
  const given = { contract, start, end, level, direction, timeOfDay, where };
  if (Object.values(given).every((value) => value === undefined)) return undefined;
  await requireKnown(lake, { level, timeOfDay });
  const ids = where === undefined ? undefined : await idsOf(lake, where);
  return (episode) =>
    (contract === undefined || episode.contract === contract) &&
    (start === undefined || episode.session >= start) &&
    (end === undefined || episode.session <= end) &&
    (level === undefined || episode.levelKind === level || episode.levelId === level) &&
    (direction === undefined || episode.direction === direction) &&
    (timeOfDay === undefined || episode.timeOfDay === timeOfDay) &&
    (ids === undefined || ids.has(episode.id));
}

async function idsOf(lake: Lake, where: string): Promise<Set<string>> {
  const rows = await lake.query(`SELECT episode_id FROM gold.episodes WHERE (${where}\n)`);
  return new Set(rows.map(({ episode_id }) => episode_id as string));
}

/** Where price was around a precedent, from the level along the approach: negative before it. */
export interface PathPoint {
  /** From the touch. */
  readonly seconds: number;
  readonly points: number;
}

/** Minutes of a path before the touch, and after it. */
const PATH_MINUTES = { before: 20, after: 30 } as const;

/** The paths of some precedents by bars, by episode: 20 minutes before the touch, and 30 after it. */
export async function pathsOf(
  lake: Lake,
  precedents: PrecedentsAnswer['precedents'],
): Promise<Map<string, PathPoint[]>> {
  const paths = new Map<string, PathPoint[]>(precedents.map(({ id }) => [id, []]));
  if (precedents.length === 0) return paths;
  const dates = precedents.map(({ contract, session }) => `(${quote(contract)}, DATE ${quote(session)})`);
  const ids = precedents.map(({ id }) => quote(id));
  const ns = (minutes: number) => `${minutes * 60}000000000`;
  const rows = await lake.query(`
    SELECT e.episode_id, (b.bar_start_utc - e.touch_ts) / 1e9 AS seconds,
      (CASE e.direction WHEN 'UP' THEN 1 ELSE -1 END) * (b.mid - e.level_price) AS points
    FROM gold.episodes e JOIN silver.bars b USING (contract, trade_date)
    WHERE (e.contract, e.trade_date) IN (${dates.join(', ')}) AND e.episode_id IN (${ids.join(', ')})
      AND b.bar_start_utc BETWEEN e.touch_ts - ${ns(PATH_MINUTES.before)} AND e.touch_ts + ${ns(PATH_MINUTES.after)}
      AND b.mid IS NOT NULL
    ORDER BY e.episode_id, b.bar_start_utc`);
  for (const { episode_id: id, seconds, points } of rows)
    paths.get(id as string)!.push({ seconds: Number(seconds), points: Number(points) });
  return paths;
}
