/** Backfills: what one would build, starting one, and how those that there are go. */
import { z } from 'zod';
import { LAYERS, type Layer } from '../datasets/layers';
import { MAX_CONCURRENCY } from '../planning/limits';
import { REPROCESS } from '../planning/planner';
import { contractName } from './values';

/** What is built, as `./spymaster backfill` is asked for it. */
const asked = {
  symbol: z.string().min(1).max(10).describe("product, such as ES; each date's contract is chosen by volume"),
  contract: contractName.optional().describe('contract to build on every date instead'),
  start: z.iso.date().describe('first trade date'),
  end: z.iso.date().describe('last trade date'),
  reprocess: z
    .enum(REPROCESS)
    .optional()
    .describe('what to build again: each includes the ones before it; missing, without'),
  order: z.enum(['oldest', 'newest']).optional().describe('which dates come first'),
  concurrency: z.coerce.number().int().min(1).max(MAX_CONCURRENCY).optional().describe('builds at once'),
};

const isLayers = (names: readonly string[]): names is Layer[] =>
  names.every((name) => (LAYERS as readonly string[]).includes(name));

export const planQuery = z.strictObject({
  ...asked,
  layers: z
    .string()
    .max(80)
    .transform((text) => [...new Set(text.split(','))])
    .refine(isLayers, { message: `must be of ${LAYERS.join(', ')}, separated by commas` })
    .optional()
    .describe(`layers wanted: of ${LAYERS.join(', ')}, separated by commas; all, without`),
});

export const backfillBody = z.strictObject({
  ...asked,
  layers: z.array(z.enum(LAYERS)).min(1).optional().describe('layers wanted; all, without'),
});
export type BackfillAsked = z.infer<typeof backfillBody>;

const partition = z.string().describe('such as ESH4 2024-03-05');
const because = z.array(z.string()).describe('what has changed since it was built');

export const planAnswer = z.strictObject({
  workflowId: z.string().describe('that it would have'),
  items: z
    .array(
      z.strictObject({
        partition,
        layers: z.array(z.enum(LAYERS)),
        reason: z.string().describe('missing, failed or stale; all where everything is built again'),
        because,
      }),
    )
    .describe('builds, in their order'),
  upToDate: z.int().describe('contract-dates that are current'),
  stale: z
    .array(z.strictObject({ partition, layers: z.array(z.enum(LAYERS)), because }))
    .describe('stale contract-dates that are left as they are'),
  missing: z
    .array(z.strictObject({ tradeDate: z.iso.date(), contract: contractName, reason: z.string() }))
    .describe('trade dates without raw data'),
  closed: z.string().nullable().describe('why the range has no trade date, where it has none'),
});

const counts = z
  .looseObject({ total: z.int(), done: z.int() })
  .describe('builds by state; done are those that have ended by themselves');

const ui = z.string().nullable().describe('its page in the Temporal UI; null where no UI is known');

export const backfillsAnswer = z.strictObject({
  server: z.strictObject({
    address: z.string(),
    namespace: z.string(),
    ui: z.string().nullable().describe('address of its UI; null where none is known'),
  }),
  backfills: z.array(
    z.strictObject({
      workflowId: z.string(),
      runId: z.string(),
      status: z.string().describe('running, paused, completed, failed, cancelled, ...'),
      counts: counts.nullable(),
      started: z.string().describe('ISO UTC'),
      ended: z.string().nullable().describe('ISO UTC'),
      ui,
    }),
  ),
});

export const backfillPath = z.strictObject({ id: z.string().min(1).max(200).describe('id of the workflow') });

export const backfillAnswer = z.strictObject({
  workflowId: z.string(),
  phase: z.string().describe('planning, running, paused, cancelling, cancelled, completed'),
  counts,
  perMinute: z.number().nullable().describe('builds that end a minute'),
  etaSeconds: z.number().nullable(),
  concurrency: z.int(),
  running: z.array(z.string()).describe('builds under way, at most 50'),
  failed: z
    .array(z.strictObject({ key: z.string(), type: z.string(), message: z.string() }))
    .describe('at most 50'),
  untouched: z.array(z.string()).describe('of a cancelled one: builds that were never begun, at most 50'),
});

/** What can be told to one that runs. */
export const STEERS = ['pause', 'resume', 'retry', 'cancel'] as const;

export const steerPath = backfillPath.extend({ action: z.enum(STEERS) });

export const startedAnswer = z.strictObject({
  workflowId: z.string(),
  ui,
  note: z.string().nullable().describe('that no worker takes it, and what to do about it'),
});
