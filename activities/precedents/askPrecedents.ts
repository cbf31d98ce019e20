/** The precedents of one touch in the lake. */
import type { TableBatch, TableContract } from '../../graph/datasets/schema';
import { goldEpisodes } from '../../graph/episodes/episodeTables';
import { SpymasterError } from '../../graph/errors';
import { parseInstant } from '../../graph/market/instant';
import type { PrecedentsAnswer } from '../../graph/precedents/answer';
import type { PastEpisode, Touch } from '../../graph/precedents/episodes';
import { touchesOf, type Measuring } from '../../graph/precedents/pastEpisodes';
import { precedentsOf } from '../../graph/precedents/precedentsOf';
import type { PrecedentsFilter, PrecedentsQuestion } from '../../graph/precedents/request';
import { K } from '../../graph/precedents/selection';
import { EPISODES_READ, VECTORS_READ } from '../../graph/vectors/goldTouches';
import { goldVectors } from '../../graph/vectors/vectorsTable';
import type { Lake } from '../../lake/lake';
import { findEpisode, type FoundEpisode } from '../reports/episodes';
import { builtDates, episodeCondition, requireBuilt, requireKnown } from '../reports/outcomes';
import type { HeldIndexes } from './heldIndexes';
import { productOf } from './openIndex';
import { pathsOf } from './paths';

/** Whether there is such a contract does not depend on the date. */
const SOME_DATE = '2024-01-02';

/** Where indexes are had from. */
type Indexes = Pick<HeldIndexes, 'open'>;

/**
 * The answer to a question, as it is given to programs.
 * @throws SpymasterError BadArgument where no touch is as asked for, or the filter names what the lake does not have; NoInput where its
 * vector or what is fitted for its session is missing
 */
export async function askPrecedents(
  lake: Lake,
  question: PrecedentsQuestion,
  indexes: Indexes,
): Promise<PrecedentsAnswer> {
  const { filter: narrowed = {}, limit = K, paths } = question;
  const found =
    'episode' in question
      ? await findEpisode(lake, question.episode)
      : await lastTouch(lake, { ...question, at: parseInstant(question.at) });
  const filter = await filterOf(lake, narrowed);
  const index = await indexes.open(productOf(lake, found.contract, found.tradeDate), found.tradeDate);
  const touch = await touchOf(lake, found, index.measured);
  const answer = precedentsOf(touch, index, { filter });
  const precedents = answer.precedents.slice(0, limit);
  if (!paths) return { ...answer, precedents };
  const pathOf = await pathsOf(lake, precedents);
  return { ...answer, precedents: precedents.map((one) => ({ ...one, path: pathOf.get(one.id) })) };
}

async function lastTouch(
  lake: Lake,
  { at, level, contract }: { at: bigint; level: string; contract?: string },
): Promise<FoundEpisode> {
  const dates = await builtDates(lake, { contract });
  if (dates.length > 0) {
    await requireKnown(lake, { level });
    const wanted = episodeCondition({ level }, dates);
    const [row] = await lake.query(
      `
      SELECT e.episode_id, e.contract, e.trade_date::VARCHAR AS day FROM gold.episodes e
      WHERE ${wanted.sql} AND e.touch_ts <= $at::BIGINT
      ORDER BY e.touch_ts DESC, e.episode_id LIMIT 1`,
      { values: { ...wanted.values, at: String(at) } },
    );
    if (row)
      return {
        id: row.episode_id as string,
        contract: row.contract as string,
        tradeDate: row.day as string,
      };
  }
  throw new SpymasterError('BadArgument', `${level} was not touched up to then`, {
    field: 'at',
    expected: 'a time after a touch of it: `./spymaster episodes list --level LEVEL` shows them',
  });
}

async function touchOf(
  lake: Lake,
  { id, contract, tradeDate }: FoundEpisode,
  measured: Measuring,
): Promise<Touch> {
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
  const found = touchesOf({ contract, tradeDate, episodes, vectors }, measured).find(
    ({ touch }) => touch.id === id,
  );
  if (found) return found.touch;
  throw new SpymasterError('NoInput', `${id} has no vector of this program's table of features`, {
    expected: `./spymaster build --date ${tradeDate} --contract ${contract} --symbol ${productOf(lake, contract, tradeDate)}`,
  });
}

/** @throws SpymasterError BadArgument for what the lake does not have, and with DuckDB's words for a condition it does not understand */
export async function filterOf(
  lake: Lake,
  filter: PrecedentsFilter,
): Promise<((episode: PastEpisode) => boolean) | undefined> {
  if (Object.values(filter).every((value) => value === undefined)) return undefined;
  const { contract, start, end, level, direction, timeOfDay, where } = filter;
  if (contract !== undefined) lake.products.contractOf(contract, start ?? SOME_DATE);
  await requireBuilt(lake, { contract, start, end });
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
  const rows = await lake
    .query(`SELECT episode_id FROM gold.episodes WHERE (${where}\n)`)
    .catch((error: unknown) => {
      throw error instanceof SpymasterError && error.code === 'BadArgument'
        ? new SpymasterError(
            'BadArgument',
            error.message,
            { ...error.details, field: 'where' },
            { cause: error },
          )
        : error;
    });
  return new Set(rows.map(({ episode_id }) => episode_id as string));
}
