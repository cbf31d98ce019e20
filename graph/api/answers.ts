/** How answers that were given live turned out. */
import { z } from 'zod';
import { DIRECTIONS } from '../episodes/episode';
import { modelVersionSchema } from '../models/registry/modelVersion';
import { TRIGGERS } from '../scoring/subject';
import { contractName, dates } from './values';

export const answersQuery = z.strictObject({
  contract: contractName.optional(),
  ...dates,
  level: z.string().min(1).max(60).optional().describe('kind of a level, such as PM_HIGH, or a level'),
  direction: z.enum(DIRECTIONS).optional(),
  timeOfDay: z.string().min(1).max(20).optional().describe('such as T0_15'),
  trigger: z
    .enum(TRIGGERS)
    .default('touch')
    .describe('answers to touches, or to approaches, which are judged by the touch that came of them'),
});

/** Who answered: `base rate` is what was said in the place of a model. */
export const SOURCES = ['model', 'base rate', 'precedents'] as const;

const whole = z.int().nonnegative();

export const answersAnswer = z.strictObject({
  trigger: z.enum(TRIGGERS),
  sessions: whole.describe('sessions in which anything was answered'),
  shown: whole.describe('touches or approaches that were answered'),
  undecided: whole.describe(
    'of them, those whose outcome is not known: not touched, or the data ended first',
  ),
  sources: z.array(
    z.strictObject({
      source: z.enum(SOURCES),
      versions: z.array(z.string()).describe('models that were served'),
      answered: whole.describe('with shares of the outcomes'),
      judged: whole.describe('of them, those whose outcome is known'),
      sessions: whole.describe('of those that are judged'),
      silent: z
        .array(z.strictObject({ why: z.string(), n: whole }))
        .describe('why there were no shares: not enough evidence, no model; the most frequent first'),
      gain: z
        .strictObject({
          n: whole,
          nats: z.number(),
          low: z.number().nullable(),
          high: z.number().nullable(),
        })
        .nullable()
        .describe(
          'log loss less than that of the base rate that stood beside, 90 % interval by whole sessions',
        ),
      reliability: modelVersionSchema.shape.evaluation.shape.reliability.describe(
        'shares that were shown, and how often they came true, with 90 % intervals by whole sessions',
      ),
    }),
  ),
});
