/**
 * A version of a model: what is served, what it was made from, and how it was judged; all that a card, a gate and a scorer need. It never
 * changes once it is published.
 */
import { z } from 'zod';
import { scoredSessions } from '../scoredSessions';
import { CLASSES } from '../scores';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and hyphens, such as logistic');
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a trade date written YYYY-MM-DD');
const share = z.number().min(0).max(1);
const whole = z.int().nonnegative();

/** Parts of a request that inputs are made of. */
export const INPUT_PARTS = ['vector', 'sequence', 'baseline'] as const;
export type InputPart = (typeof INPUT_PARTS)[number];

/** What is fed to the ONNX file: one tensor of float32, its first dimension the rows; -1 where any number goes. */
const tensor = z.strictObject({ name: z.string().min(1), shape: z.array(z.int()).min(2) });

/** Inputs of the ONNX file, each from what a request has; NaN stands for what is undefined or masked. */
export const signatureSchema = z.strictObject({
  inputs: z
    .array(
      tensor.extend({
        /**
         * `vector`: the raw dimensions of gold.vectors. `sequence`: the bars that led to the touch. `baseline`: what volatility, distance
         * and time of day say (`baselineFeatures.ts`).
         */
        from: z.enum(INPUT_PARTS),
      }),
    )
    .min(1),
  /** Probabilities of `CLASSES`, one row a row of input. */
  output: tensor,
});
export type Signature = z.infer<typeof signatureSchema>;

/** A figure out of sample with its 90 % interval by whole sessions. */
export const estimateSchema = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  /** Episodes it is of. */
  n: whole,
  /** Nats an episode of a loss, or by how many a loss is less than another; 1 of anything else. */
  unit: z.enum(['nats', 'nats gained', '1']),
});
export type Estimate = z.infer<typeof estimateSchema>;

/** Forecasts of about the same probability, and how often the class came true among them. */
const reliabilityBin = z.strictObject({
  outcome: z.enum(CLASSES),
  /** Mean forecast of the bin. */
  forecast: share,
  /** Share that came true, with its 90 % interval by whole sessions. */
  observed: share,
  low: share,
  high: share,
  n: whole,
});
export type ReliabilityBin = z.infer<typeof reliabilityBin>;

/** How the model does in one partition: level, direction, time of day. */
const partitionScore = z.strictObject({
  level: z.string(),
  direction: z.string(),
  timeOfDay: z.string(),
  n: whole,
  sessions: whole,
  /** Share of each class, in the order of `CLASSES`. */
  shares: z.tuple([share, share, share]),
  /** Log loss less than that of the base rate, nats an episode, with its 90 % interval by whole sessions. */
  gain: z.number(),
  low: z.number(),
  high: z.number(),
});
export type PartitionScore = z.infer<typeof partitionScore>;

/** Sessions a model was fitted to, and those it then forecast. */
const fold = z.strictObject({
  trainFrom: date,
  trainTo: date,
  testFrom: date,
  testTo: date,
  trained: whole,
  tested: whole,
});

export const modelVersionSchema = z.strictObject({
  product: z.string().min(1),
  /** Family of candidates, such as `logistic`. */
  model: name,
  onnx: z.custom<Uint8Array>(
    (value) =>
      Object.prototype.toString.call(value) === '[object Uint8Array]' && (value as Uint8Array).length > 0,
    'must be the bytes of an ONNX file',
  ),
  signature: signatureSchema,
  /** Table of features its input must have been computed by. */
  featureTable: z.string().min(1),
  training: z.strictObject({
    /** Version of the snapshot of episodes it was trained on. */
    snapshot: z.string().min(1),
    firstSession: date,
    lastSession: date,
    sessions: whole,
    episodes: whole,
  }),
  /** Version of the settings the episodes and vectors were built by, and of all code that took part, by its dataset or module. */
  settingsVersion: z.string().min(1),
  code: z.record(z.string(), z.string()),
  seed: whole,
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  /** Out of sample, by name: `log_loss`, `gain_over_base_rate`, `brier`, `ece`, `calibration_slope`, `chop_gain`, `direction_gain`, ... */
  metrics: z.record(z.string(), estimateSchema),
  evaluation: z.strictObject({
    sessions: scoredSessions,
    folds: z.array(fold),
    reliability: z.array(reliabilityBin),
    partitions: z.array(partitionScore),
    /** The same training on outcomes that were shuffled by day: gain over the base rate, which must not be above zero. */
    nullGain: estimateSchema.nullable(),
  }),
});

/** A version before it has a number. */
export type NewModelVersion = z.infer<typeof modelVersionSchema>;

/** All of it but the ONNX file's bytes. */
export interface ModelRecord extends Omit<NewModelVersion, 'onnx'> {
  /** From 1, in the order of publication within product and model. */
  readonly version: number;
  /** SHA-256 of the ONNX file. */
  readonly onnxDigest: string;
  /** Digest of everything: the same content is published once. */
  readonly digest: string;
  /** ns UTC. */
  readonly createdAt: bigint;
  /** Who published it. */
  readonly workflowId: string;
  readonly runId: string;
}

/** `logistic@3`: how a version is written on the command line and in predictions. */
export const versionText = ({ model, version }: { model: string; version: number }): string =>
  `${model}@${version}`;
