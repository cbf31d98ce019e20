/** Contract-dates of the lake: how their layers are, what they hold, their bars and levels. */
import { z } from 'zod';
import { BAR_COLUMNS, silverBars } from '../bars/barsTable';
import { BUILD_STATUSES } from '../catalog/partitionsTable';
import { LAYERS } from '../datasets/layers';
import { LEVEL_KINDS } from '../levels/kinds';
import { isInstant } from '../market/instant';
import { contractName, dataKind, dates, inOrder, instant, limitOf, next, range, rowOf } from './values';

const layerState = z.strictObject({
  layer: z.enum(LAYERS),
  status: z.enum(BUILD_STATUSES),
  at: z.string().describe('when it was built, ISO UTC'),
  reason: z.string().optional().describe('why it is not published'),
  because: z.array(z.string()).describe('why it is stale; empty: it is current'),
  warnings: z.array(z.string()).describe('checks of the build that warn'),
});

export const session = z.strictObject({
  contract: contractName,
  tradeDate: z.iso.date(),
  product: z.string(),
  data: dataKind.nullable(),
  layers: z.array(layerState).describe('in the order in which they are built'),
  records: z.int().nonnegative().nullable().describe('order messages in Bronze'),
  span: z
    .strictObject({ first: instant, last: instant })
    .nullable()
    .describe('first and last bar in which anything happened'),
  episodes: z.int().nonnegative().nullable().describe('null where Gold is not published'),
});
export type SessionAnswer = z.infer<typeof session>;

export const sessionsQuery = z.strictObject({
  product: z.string().min(1).max(20).optional(),
  contract: contractName.optional(),
  ...dates,
  limit: limitOf(1000, 100),
  cursor: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}\/\w{1,20}$/)
    .optional(),
});
export const sessionsAnswer = z.strictObject({
  sessions: z.array(session).describe('the latest first'),
  next,
});

export const sessionPath = z.strictObject({ contract: contractName, date: z.iso.date() });

/** Columns of bars that may be asked for. */
const BAR_NAMES = BAR_COLUMNS.map(({ name }) => name);
/** Those that are given where none are asked for. */
const USUAL_BARS = [
  'bar_start_utc',
  'session',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'buy_vol',
  'sell_vol',
];

export const barsQuery = inOrder(
  z.strictObject({
    ...range,
    columns: z
      .string()
      .max(5000)
      .default(USUAL_BARS.join(','))
      .transform((text) => (text === '*' ? BAR_NAMES : [...new Set(['bar_start_utc', ...text.split(',')])]))
      .refine((names) => names.every((name) => BAR_NAMES.includes(name)), {
        message: `must be columns of silver.bars, separated by commas, or *: ${BAR_NAMES.join(', ')}`,
      })
      .describe(
        'columns of silver.bars, separated by commas; * for all. The more columns, the fewer bars an answer has at most',
      ),
    limit: limitOf(20_000, 20_000),
    cursor: z
      .string()
      .regex(/^\d{1,19}$/)
      .refine(isInstant, 'must be the `next` of an answer')
      .optional(),
  }),
);
export const barsAnswer = z.strictObject({
  contract: contractName,
  tradeDate: z.iso.date(),
  bars: z.array(rowOf(silverBars).omit({ contract: true, trade_date: true }).partial()),
  next,
});

export const levelsQuery = inOrder(z.strictObject({ ...range, kind: z.enum(LEVEL_KINDS).optional() }));
export const levelsAnswer = z.strictObject({
  levels: z
    .array(
      z.strictObject({
        id: z.string(),
        kind: z.enum(LEVEL_KINDS),
        price: z.number().describe('points'),
        knownFrom: instant,
        validFrom: instant,
        validTo: instant.describe('exclusive'),
        watched: z.boolean().describe('whether episodes are looked for on it'),
      }),
    )
    .describe('a level for each price that it had'),
});
