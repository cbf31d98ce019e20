/**
 * What users may ask of the workflows, checked where it enters: `temporal workflow start --input '{...}'` and
 * `spymaster backfill` meet the same rules. Every wrong field is named.
 */
import { z } from 'zod';
import { LAYERS } from '../../graph/datasets/layers';
import { FAMILY_NAMES } from '../../graph/models/training/request';
import { MAX_CONCURRENCY } from '../../graph/planning/limits';
import { REPROCESS } from '../../graph/planning/planner';
import { SpymasterError } from '../../graph/errors';
import { MISSING_IN_WORDS } from '../../graph/requestProblems';
import { dayNumber } from '../../graph/market/days';

const date = z.string().refine(isDate, 'must be a day written YYYY-MM-DD');
const symbol = z.string().regex(/^[A-Z0-9]{1,10}$/, 'must be a product such as ES');
const layers = z
  .array(z.enum(LAYERS))
  .min(1)
  .transform((chosen) => LAYERS.filter((layer) => chosen.includes(layer)));

/** The lake that is meant, by its folder's name at creation or its id. Default: the one on whose queue the workflow is started. */
const lake = z.string().min(1).optional();

const backfillSchema = z
  .strictObject({
    /** Product, e.g. `ES`; each date's contract is the one with the largest volume on the trading day before. */
    symbol,
    /** Raw symbol to build on every date instead, e.g. `ESH4`. */
    contract: z.string().min(1).optional(),
    /** First and last trade date (ET), `YYYY-MM-DD`, both included. */
    start: date,
    end: date,
    /** Layers wanted; what is missing below them is built too. Default: all. */
    layers: layers.default([...LAYERS]),
    /** How much to redo: what was never built, also what failed, also what is stale, or everything. */
    reprocess: z.enum(REPROCESS).default('missing'),
    /** Which dates come first. */
    order: z.enum(['oldest', 'newest']).default('oldest'),
    /** Contract-dates built at once. Default: twice the threads of the worker that plans. */
    concurrency: z.int().min(1).max(MAX_CONCURRENCY).optional(),
    /** Only say what would be built. */
    dryRun: z.boolean().default(false),
    /** Contract-dates after which the workflow continues as a new run, to keep its history short. */
    pageSize: z.int().min(1).max(1000).default(400),
    lake,
  })
  .refine(({ start, end }) => start <= end, { path: ['end'], error: 'must not be before start' });

/** Input of the workflow `backfill`. */
export type BackfillInput = z.input<typeof backfillSchema>;
/** The same, checked, with every default filled in. */
export type BackfillRequest = z.output<typeof backfillSchema>;

/** The part of it that says what to plan. */
export type PlanRequest = Pick<
  BackfillRequest,
  'symbol' | 'contract' | 'start' | 'end' | 'layers' | 'reprocess' | 'order'
>;

const nightlySchema = z.strictObject({
  /** Product, e.g. `ES`. */
  symbol,
  /** Trade date to build, for a run started by hand; a scheduled run takes it from its scheduled time. */
  tradeDate: date.optional(),
  layers: layers.default([...LAYERS]),
  lake,
});

/** Input of the workflow `nightlyBuild`. */
export type NightlyInput = z.input<typeof nightlySchema>;
export type NightlyRequest = z.output<typeof nightlySchema>;

const retrainSchema = z
  .strictObject({
    /** Product, e.g. `ES`. */
    symbol,
    /** First and last trade date (ET) to train on; every session that is built, without. */
    start: date.optional(),
    end: date.optional(),
    /** Families of candidates. */
    families: z
      .array(z.enum(FAMILY_NAMES))
      .min(1)
      .transform((chosen) => FAMILY_NAMES.filter((family) => chosen.includes(family)))
      .default([...FAMILY_NAMES]),
    /** Sets of parameters tried of each family. */
    trials: z.int().min(1).max(200).default(16),
    /** Trials at once. */
    parallel: z.int().min(1).max(16).default(2),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31)
      .default(1),
    lake,
  })
  .refine(({ start = '', end = '9' }) => start <= end, { path: ['end'], error: 'must not be before start' });

/** Input of the workflow `retrain`. */
export type RetrainInput = z.input<typeof retrainSchema>;
export type RetrainRequest = z.output<typeof retrainSchema>;

const sessionSchema = z.strictObject({
  /** Product, e.g. `ES`. */
  symbol,
  /** Trade date to follow. Default: the present one; of a scheduled run that of its scheduled time. */
  tradeDate: date.optional(),
  /** Raw symbol, e.g. `ESH4`. Default: the one most traded the day before, or else the front one. */
  contract: z.string().min(1).optional(),
  /** End the session when all that is in the hub has been taken, as after a replay. */
  once: z.boolean().default(false),
  /** Begin anew, whatever has been followed or built of the date. */
  again: z.boolean().default(false),
  /** Seconds between parts that are written. */
  every: z.int().min(0).max(600).default(10),
  lake,
});

/** Input of the workflow `marketSession`. */
export type SessionInput = z.input<typeof sessionSchema>;
export type SessionRequest = z.output<typeof sessionSchema>;

export const parseBackfill = (input: unknown) => parse('backfill', backfillSchema, input);
export const parseNightly = (input: unknown) => parse('nightlyBuild', nightlySchema, input);

export const parseSession = (input: unknown) => parse('marketSession', sessionSchema, input);

export const parseRetrain = (input: unknown) => parse('retrain', retrainSchema, input);

function parse<T extends z.ZodType>(workflow: string, schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input, MISSING_IN_WORDS);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, code, message }) => {
    if (path.length > 0) return `${path.join('.')}: ${message}`;
    return `input: ${code === 'invalid_type' ? 'must be a JSON object, such as {"symbol":"ES", ...}' : message}`;
  });
  throw new SpymasterError('BadArgument', `Wrong input of ${workflow}: ${problems.join('; ')}`);
}

function isDate(text: string): boolean {
  try {
    dayNumber(text);
    return true;
  } catch {
    return false;
  }
}
