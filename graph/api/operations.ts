/** How the lake is: its partitions, their quality, what they come from, records that could not be used, the settings. */
import { z } from 'zod';
import { BUILD_STATUSES } from '../catalog/partitionsTable';
import { LAYERS } from '../datasets/layers';
import { UNITS, type Unit } from '../datasets/units';
import { LEVEL_KINDS } from '../levels/kinds';
import { bronzeDeadLetters } from '../records/deadLettersTable';
import { DEAD_LETTER_REASONS } from '../records/validate';
import { contractName, dataKind, dates, instant, limitOf, next, rowOf, yesOrNo } from './values';

const offset = z
  .string()
  .regex(/^\d{1,9}$/)
  .optional();

export const partitionsQuery = z.strictObject({
  product: z.string().min(1).max(20).optional(),
  contract: contractName.optional(),
  ...dates,
  layer: z.enum(LAYERS).optional(),
  status: z.enum(BUILD_STATUSES).optional(),
  stale: yesOrNo.optional().describe('only those that something has overtaken, or only others'),
  limit: limitOf(10_000, 10_000),
  cursor: offset,
});
export const partition = z.strictObject({
  key: z.string().describe('such as ESH4/2024-03-05'),
  unit: z.enum(Object.keys(UNITS) as [Unit, ...Unit[]]),
  product: z.string(),
  contract: contractName.optional(),
  tradeDate: z.iso.date().optional(),
  layer: z.enum(LAYERS),
  status: z.enum(BUILD_STATUSES),
  at: z.string().describe('when it was recorded, ISO UTC'),
  reason: z.string().optional().describe('why it is not published'),
  because: z.array(z.string()).describe('why it is stale; empty: it is current'),
  data: dataKind.optional(),
  warnings: z.array(z.string()),
});
export const partitionsAnswer = z.strictObject({
  count: z.int().nonnegative().describe('of all as asked for'),
  partitions: z.array(partition),
  next,
});

const check = z.strictObject({
  layer: z.enum(LAYERS),
  check: z.string(),
  severity: z.enum(['blocking', 'warning']),
  passed: z.boolean(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  message: z.string(),
});
const numbers = z.array(z.number());
const figures = z.looseObject({});
const moments = z.looseObject({ n: z.int(), mean: z.number().nullable(), deviation: z.number().nullable() });
const driftReport = z.strictObject({
  table: z.string(),
  sessions: z.array(z.string()).describe('the earlier sessions it is compared with'),
  leftOut: z.int(),
  features: z.array(
    z.looseObject({
      feature: z.string(),
      unit: z.string(),
      current: moments,
      reference: moments,
      standardised: z.number().nullable().describe('of the means, pooled standard deviations'),
      psi: z.number().nullable().describe('population stability index; null for too few values'),
    }),
  ),
});

export const qualityAnswer = z.strictObject({
  contract: contractName,
  tradeDate: z.iso.date(),
  data: dataKind,
  verdict: z.enum(['passed', 'warned', 'blocked']),
  layers: z.array(
    z.strictObject({
      layer: z.enum(LAYERS),
      status: z.enum(BUILD_STATUSES),
      rows: z.number().nullable(),
      seconds: z.number().nullable(),
      digest: z.string(),
      codeVersion: z.string(),
      finishedAt: instant,
      reason: z.string().nullable(),
    }),
  ),
  checks: z.array(check),
  tables: z.array(z.strictObject({ table: z.string(), rows: z.int() })),
  deadLetters: z.array(
    z.strictObject({ reason: z.string(), field: z.string().nullable(), records: z.int() }),
  ),
  inspection: z
    .looseObject({
      records: z.int(),
      first: instant.nullable(),
      last: instant.nullable(),
      minutes: z.strictObject({
        start: instant,
        session: z.array(z.string()),
        records: numbers,
        trades: numbers,
        volume: numbers,
      }),
      tradingMinutes: z.int(),
      coveredMinutes: z.int(),
      silences: z.array(z.strictObject({ from: instant, seconds: z.number() })),
      rate: figures,
      latency: figures,
      book: figures,
    })
    .nullable()
    .describe('of the records and the book rebuilt from them'),
  market: z.array(
    z.strictObject({
      start: instant,
      mid: z.number().nullable(),
      depthBid: z.number().nullable(),
      depthAsk: z.number().nullable(),
      spread: z.number().nullable(),
    }),
  ),
  drift: z.strictObject({ bars: driftReport, vectors: driftReport }),
});

export const lineageQuery = z.strictObject({
  table: z.string().min(1).max(80).describe('such as gold.outcomes'),
  key: z.string().min(1).max(120).describe('contract (or product) and trade date, such as ESH4/2024-03-04'),
});
export const lineageAnswer = z.strictObject({
  root: z.string().describe('id of the node asked for'),
  nodes: z.array(
    z.strictObject({
      id: z.string(),
      dataset: z.string(),
      key: z.string(),
      operator: z.string().optional(),
      digest: z.string().optional().describe('of the build, or the raw file; absent where nothing was built'),
      codeVersion: z.string().optional(),
      rows: z.number().optional(),
      workflowId: z.string().optional(),
      runId: z.string().optional(),
      upstream: z.array(z.string()).describe('ids of the nodes it was computed from'),
    }),
  ),
});

export const deadLettersQuery = z.strictObject({
  contract: contractName.optional(),
  date: z.iso.date().optional(),
  reason: z.enum(DEAD_LETTER_REASONS).optional(),
  limit: limitOf(1000, 100),
  cursor: offset,
});
export const deadLettersAnswer = z.strictObject({
  count: z.int().nonnegative().describe('of all as asked for'),
  byReason: z.record(z.string(), z.int()),
  letters: z.array(rowOf(bronzeDeadLetters)),
  next,
});

const ticks = z.number().describe('ticks');
export const settingsAnswer = z.strictObject({
  products: z.array(
    z.strictObject({
      root: z.string(),
      name: z.string(),
      exchange: z.string(),
      tickNanos: z.int().describe('1e-9 of a point'),
      multiplier: z.number().describe('currency units per point and lot'),
      currency: z.string(),
      bands: z.strictObject({
        approachTicks: ticks,
        touchTicks: ticks,
        rearmTicks: ticks,
        barrierTicks: ticks,
      }),
      roundStepTicks: ticks,
      userPrices: z.array(z.number()).describe("the user's own levels, points"),
    }),
  ),
  chosen: z
    .strictObject({ version: z.int().positive(), at: z.iso.datetime(), configured: z.boolean() })
    .nullable()
    .describe('which levels were chosen last, and when; configured: those of the configuration file again'),
  levelKinds: z.array(
    z.strictObject({
      kind: z.enum(LEVEL_KINDS),
      meaning: z.string(),
      watched: z.boolean().describe('whether episodes are looked for on it'),
    }),
  ),
  barSeconds: z.number(),
  sessionWindow: z.string().describe('which touches count'),
  horizonMinutes: z.array(z.number()),
  primaryHorizonMinutes: z.number(),
  timeOfDayMinutes: z.array(z.number()).describe('from the open'),
});
