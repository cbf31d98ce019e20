/** `/sessions/:contract/:date/bars`: bars as JSON, CSV, or an Arrow IPC stream. */
import type { z } from 'zod';
import { requirePublished } from '../../../activities/publishing/lastBuilds';
import { barsAnswer, barsQuery, sessionPath } from '../../../graph/api/sessions';
import { silverBars } from '../../../graph/bars/barsTable';
import { opsPartitions } from '../../../graph/catalog/partitionsTable';
import { contractDate } from '../../../graph/datasets/units';
import { SpymasterError } from '../../../graph/errors';
import { parseInstant } from '../../../graph/market/instant';
import { quoteName } from '../../../lake/parquet/engine';
import { arrowResult } from '../../../lake/query/arrowResult';
import { csvCell } from '../../csv';
import { requirePossible } from './named';
import { route } from './route';

/** Ends of the range where none are named: no time in ns lies beyond them. */
const EVER = ['0', String((1n << 63n) - 1n)] as const;

/** Values of an answer: while more are written, nobody else would be answered. */
const MOST_VALUES = { json: 200_000, csv: 200_000, arrow: 1_000_000 } as const;

export const bars = route({
  path: '/sessions/:contract/:date/bars',
  operationId: 'bars',
  summary: 'Bars of a contract-date, in order',
  params: sessionPath,
  query: barsQuery,
  answer: barsAnswer,
  forms: ['json', 'csv', 'arrow'],
  reads: [opsPartitions, silverBars],
  async answerTo({ lake }, { params: { contract, date }, query, form }) {
    requirePossible(lake, contract, date);
    await requirePublished(lake, 'silver', contractDate(contract, date));
    const { columns } = query;
    const limit = Math.min(query.limit, Math.floor(MOST_VALUES[form] / columns.length));
    const from = query.cursor ?? (query.from === undefined ? EVER[0] : String(parseInstant(query.from)));
    const to = query.to === undefined ? EVER[1] : String(parseInstant(query.to));
    const values = { contract, date, from, to };
    const rows = `FROM silver.bars WHERE contract = $contract AND trade_date = $date::DATE
      AND bar_start_utc >= $from::BIGINT AND bar_start_utc < $to::BIGINT`;
    const [{ first, next }] = await lake.query(
      `SELECT min(start) AS first, min(start) FILTER (place > $limit) AS next
       FROM (SELECT bar_start_utc AS start, row_number() OVER (ORDER BY bar_start_utc) AS place ${rows})`,
      { values: { ...values, limit } },
    );
    if (first === null)
      throw new SpymasterError('NoInput', `${contract} ${date} has no bar${rangeText(query)}`, {
        field: 'from',
        expected: 'a range within the span of its session, which GET /api/sessions tells',
      });
    const names = columns.map(quoteName).join(', ');
    const sql = `SELECT ${names} ${rows} ORDER BY bar_start_utc LIMIT ${limit}`;
    if (form === 'arrow') return { bytes: await arrowResult(lake, sql, { values }), next };
    const found = await lake.query(sql, { values });
    if (form === 'json') return { contract, tradeDate: date, bars: found, next };
    const lines = found.map((bar) => columns.map((name) => csvCell(bar[name])).join(','));
    return { bytes: `${[columns.join(','), ...lines].join('\n')}\n`, next };
  },
});

/** Where it was looked for, to be put behind what was not found. */
const rangeText = ({ cursor, from, to }: z.infer<typeof barsQuery>): string =>
  [
    cursor === undefined ? '' : ` from ${cursor} on`,
    from === undefined ? '' : ` from ${from} on`,
    to === undefined ? '' : ` before ${to}`,
  ].join('');
