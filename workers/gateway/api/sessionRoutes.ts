/** `/sessions`: contract-dates of the lake, and the levels of one. */
import type { PartitionRow } from '../../../activities/planning/partitionGrid';
import { requirePublished } from '../../../activities/publishing/lastBuilds';
import { silverBars } from '../../../graph/bars/barsTable';
import { opsPartitions } from '../../../graph/catalog/partitionsTable';
import { contractDate } from '../../../graph/datasets/units';
import { goldEpisodes } from '../../../graph/episodes/episodeTables';
import { SpymasterError } from '../../../graph/errors';
import {
  levelsAnswer,
  levelsQuery,
  session,
  sessionPath,
  sessionsAnswer,
  sessionsQuery,
  type SessionAnswer,
} from '../../../graph/api/sessions';
import { silverLevels } from '../../../graph/levels/levelsTable';
import { parseInstant } from '../../../graph/market/instant';
import { qualityChecks } from '../../../graph/quality/checksTable';
import { bronzeMbo } from '../../../graph/records/mboTable';
import type { Lake } from '../../../lake/lake';
import { quote } from '../../../lake/parquet/engine';
import { checkRange, requirePossible } from './named';
import { route, type ApiContext, type ApiRoute } from './route';

const READS = [opsPartitions, qualityChecks, bronzeMbo, silverBars, goldEpisodes];

type Rows = readonly [PartitionRow, ...PartitionRow[]];

/** Rows of the grid by contract-date, the latest first. */
async function contractDates({ grid }: ApiContext): Promise<Rows[]> {
  const found = new Map<string, PartitionRow[]>();
  for (const row of await grid.rows())
    if (row.unit === 'contract-date') found.set(row.key, [...(found.get(row.key) ?? []), row]);
  const place = ([{ contract, tradeDate }]: Rows) => `${tradeDate}/${contract}`;
  return ([...found.values()] as unknown as Rows[]).sort((a, b) => (place(a) < place(b) ? 1 : -1));
}

async function sessionsOf(lake: Lake, of: readonly Rows[]): Promise<SessionAnswer[]> {
  const snapshots = await Promise.all([bronzeMbo, goldEpisodes].map((table) => lake.table(table).snapshot()));
  const spans = await spansOf(lake, of);
  return of.map((rows) => {
    const [{ key, contract, tradeDate, product }] = rows;
    const partition = { contract: contract!, trade_date: tradeDate! };
    const [records, episodes] = snapshots.map((snapshot) => snapshot.partition(partition)?.rows);
    const published = rows.some(({ layer, status }) => layer === 'gold' && status === 'published');
    return {
      contract: contract!,
      tradeDate: tradeDate!,
      product,
      data: rows.find(({ data }) => data !== undefined)?.data ?? null,
      layers: rows.map(({ layer, status, at, reason, because, warnings }) => ({
        layer,
        status,
        at,
        ...(reason !== undefined && { reason }),
        because,
        warnings,
      })),
      records: records ?? null,
      span: spans.get(key) ?? null,
      episodes: published ? (episodes ?? 0) : null,
    };
  });
}

/** Of the bars in which anything happened, by key. */
async function spansOf(
  lake: Lake,
  of: readonly Rows[],
): Promise<Map<string, { first: string; last: string }>> {
  if (of.length === 0) return new Map();
  const wanted = of.map(([{ contract, tradeDate }]) => `(${quote(contract!)}, DATE ${quote(tradeDate!)})`);
  const rows = await lake.query(
    `SELECT contract || '/' || trade_date::VARCHAR AS key, min(bar_start_utc) AS first, max(bar_start_utc) AS last
     FROM silver.bars WHERE last_events > 0 AND (contract, trade_date) IN (${wanted.join(', ')}) GROUP BY ALL`,
  );
  return new Map(
    rows.map(({ key, first, last }) => [key as string, { first: first as string, last: last as string }]),
  );
}

const sessions = route({
  path: '/sessions',
  operationId: 'sessions',
  summary: 'Contract-dates of the lake, the latest first',
  query: sessionsQuery,
  answer: sessionsAnswer,
  reads: READS,
  async answerTo(context, { query: { product, contract, start, end, limit, cursor } }) {
    checkRange(context.lake, { product, contract, start, end });
    const all = await contractDates(context);
    const wanted = all.filter(
      ([row]) =>
        (product === undefined || row.product === product) &&
        (contract === undefined || row.contract === contract) &&
        (start === undefined || row.tradeDate! >= start) &&
        (end === undefined || row.tradeDate! <= end),
    );
    if (wanted.length === 0 && all.length > 0)
      throw new SpymasterError('NoInput', 'the lake has no contract-date as asked for', {
        expected: `${all.at(-1)![0].tradeDate} to ${all[0][0].tradeDate}, of ${[...new Set(all.map(([row]) => row.contract))].join(', ')}`,
      });
    const rest = wanted.filter(
      ([row]) => cursor === undefined || `${row.tradeDate}/${row.contract}` < cursor,
    );
    const page = rest.slice(0, limit);
    const [last] = page.at(-1) ?? [];
    return {
      sessions: await sessionsOf(context.lake, page),
      next: last && rest.length > limit ? `${last.tradeDate}/${last.contract}` : null,
    };
  },
});

const one = route({
  path: '/sessions/:contract/:date',
  operationId: 'session',
  summary: 'One contract-date of the lake',
  params: sessionPath,
  answer: session,
  reads: READS,
  async answerTo(context, { params: { contract, date } }) {
    requirePossible(context.lake, contract, date);
    const found = (await contractDates(context)).find(
      ([row]) => row.contract === contract && row.tradeDate === date,
    );
    if (!found)
      throw new SpymasterError('NoInput', `${contract} ${date} is not in the lake`, {
        expected: 'a contract-date that GET /api/sessions lists',
      });
    return (await sessionsOf(context.lake, [found]))[0];
  },
});

const levels = route({
  path: '/sessions/:contract/:date/levels',
  operationId: 'levels',
  summary: 'Price levels of a contract-date, and when they stood where',
  params: sessionPath,
  query: levelsQuery,
  answer: levelsAnswer,
  reads: [opsPartitions, silverLevels],
  async answerTo({ lake }, { params: { contract, date }, query: { from, to, kind } }) {
    requirePossible(lake, contract, date);
    await requirePublished(lake, 'silver', contractDate(contract, date));
    const rows = await lake.query(
      `SELECT level_id, level_kind, price, known_from, valid_from, valid_to, watched FROM silver.levels
       WHERE contract = $contract AND trade_date = $date::DATE
         ${from === undefined ? '' : 'AND valid_to > $from::BIGINT'} ${to === undefined ? '' : 'AND valid_from < $to::BIGINT'}
         ${kind === undefined ? '' : 'AND level_kind = $kind'}
       ORDER BY valid_from, level_id`,
      {
        values: {
          contract,
          date,
          ...(from !== undefined && { from: String(parseInstant(from)) }),
          ...(to !== undefined && { to: String(parseInstant(to)) }),
          ...(kind !== undefined && { kind }),
        },
      },
    );
    return {
      levels: rows.map((row) => ({
        id: row.level_id,
        kind: row.level_kind,
        price: row.price,
        knownFrom: row.known_from,
        validFrom: row.valid_from,
        validTo: row.valid_to,
        watched: row.watched,
      })),
    };
  },
});

export const SESSION_ROUTES: readonly ApiRoute[] = [sessions, one, levels];
