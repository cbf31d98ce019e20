/** What a forecast is asked with, checked; the form of Azure Machine Learning: one row as an object, or `input_data` with many. */
import { z } from 'zod';
import { DIRECTIONS } from '../episodes/episode';
import { LEVEL_KINDS } from '../levels/kinds';
import { MISSING_IN_WORDS, problemsOf, type RequestProblem } from '../requestProblems';
import { FEATURES } from '../vectors/features';

/** Rows scored by one request. */
export const MOST_ROWS = 1000;

/** JSON has no NaN: null stands for what is undefined or masked. */
const figures = z.array(z.number().nullable());

const rowSchema = z.strictObject({
  /** Given back with the forecast. */
  episodeId: z.string().max(200).optional(),
  product: z.string().max(20).optional(),
  level: z.enum(LEVEL_KINDS),
  direction: z.enum(DIRECTIONS),
  /** As in gold.episodes, such as `T0_15`. */
  timeOfDay: z.string().regex(/^[A-Z0-9_]{1,20}$/, 'must be a part of the day such as T0_15'),
  /** Table of features the vector was computed by, as in gold.vectors. */
  featureTable: z.string().max(100),
  /** As `raw` in gold.vectors. */
  vector: figures.length(FEATURES.length),
  /** Bars that led to the touch, bar by bar, as `sequence` in gold.vectors: what some models read besides. */
  sequence: figures.max(100_000).optional(),
  /** As `touch_distance` in gold.episodes, ticks. */
  touchDistance: z.number().optional(),
  /** As `minutes_since_open` in gold.episodes. */
  minutesSinceOpen: z.number().optional(),
  /** From the touch to the end of the hours that count. */
  minutesToClose: z.number().positive().optional(),
});

/** One approach to forecast. What is undefined or masked is null, or NaN where the row does not come out of JSON. */
export interface ScoreRow extends Omit<z.infer<typeof rowSchema>, 'vector' | 'sequence'> {
  readonly vector: ArrayLike<number | null>;
  readonly sequence?: ArrayLike<number | null> | undefined;
}

export interface ScoreRequest {
  readonly rows: readonly ScoreRow[];
  /** Whether there was `input_data`. */
  readonly batch: boolean;
}

const batchSchema = z.strictObject({ input_data: z.array(rowSchema).min(1).max(MOST_ROWS) });

export const scoreRequest = z.union([rowSchema, batchSchema]);

/** As JSON has them. */
export const undefinedAsNull = (values: Float32Array): (number | null)[] =>
  Array.from(values, (value) => (Number.isNaN(value) ? null : value));

/** As Gold has them; what is so already is not copied. */
export function undefinedAsNaN(values: ArrayLike<number | null>): Float32Array {
  if (values instanceof Float32Array) return values;
  const found = new Float32Array(values.length);
  for (let k = 0; k < values.length; k++) found[k] = values[k] ?? NaN;
  return found;
}

export function parseRequest(body: unknown): ScoreRequest | { problems: RequestProblem[] } {
  const batch = typeof body === 'object' && body !== null && 'input_data' in body;
  const parsed = (batch ? batchSchema : rowSchema).safeParse(body, MISSING_IN_WORDS);
  if (!parsed.success) return { problems: problemsOf(parsed.error) };
  const { data } = parsed;
  return 'input_data' in data ? { rows: data.input_data, batch } : { rows: [data], batch };
}
