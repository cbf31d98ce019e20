/** Episodes with what became of them, everything known of one, and how they ended together. */
import { z } from 'zod';
import { DIRECTIONS } from '../episodes/episode';
import { goldEpisodes, goldOutcomes } from '../episodes/episodeTables';
import { silverLevels } from '../levels/levelsTable';
import { isInstant } from '../market/instant';
import { CLASSES } from '../models/scores';
import { whereCondition } from '../precedents/request';
import { K } from '../precedents/selection';
import { GROUPS } from '../vectors/features';
import { contractName, dates, instant, limitOf, next, rowOf, yesOrNo } from './values';

/** Outcomes that may be asked for: one that is known, or that the data ended before there was one. */
export const OUTCOMES_ASKED = [...CLASSES, 'unknown'] as const;

const direction = z.enum(DIRECTIONS).describe('from below, or from above');
const timeOfDay = z.string().min(1).max(20).describe('such as T0_15');

/** What episodes are narrowed to. */
const filter = {
  contract: contractName.optional(),
  ...dates,
  level: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe('kind of a level, such as PM_HIGH, or a level, such as USER@4805.00'),
  direction: direction.optional(),
  timeOfDay: timeOfDay.optional(),
};
const horizon = z.coerce
  .number()
  .positive()
  .max(1440)
  .optional()
  .describe('minutes; the primary one of each build, without');

export const episodesQuery = z.strictObject({
  ...filter,
  horizon,
  outcome: z.enum(OUTCOMES_ASKED).optional(),
  limit: limitOf(1000, 100),
  cursor: z
    .string()
    .max(230)
    .regex(/^\d{1,19}\/.+$/)
    .refine((text) => isInstant(text.split('/')[0]), 'must be the `next` of an answer')
    .optional(),
});

export const listedEpisode = z.strictObject({
  id: z.string(),
  contract: contractName,
  tradeDate: z.iso.date(),
  level: z.string(),
  direction,
  attempt: z.int().positive(),
  timeOfDay,
  touchAt: instant,
  levelPrice: z.number().describe('points'),
  touchPrice: z.number().describe('points'),
  approachSeconds: z.number(),
  horizonMinutes: z.number(),
  outcome: z.enum(CLASSES).nullable().describe('null: the data ended first'),
  favorable: z.number().nullable().describe('farthest from the level along the approach, ticks'),
  adverse: z.number().nullable().describe('farthest against it, ticks'),
});

export const episodesAnswer = z.strictObject({
  count: z.int().nonnegative().describe('of all as asked for'),
  episodes: z.array(listedEpisode).describe('the latest touch first'),
  next,
});

export const episodePath = z.strictObject({
  episode: z.string().min(1).max(200).describe('id of an episode, or the beginning of one that no other has'),
});

const features = z.strictObject({
  masked: z.array(z.enum(GROUPS)).describe('groups without data'),
  features: z
    .array(
      z.strictObject({
        name: z.string(),
        group: z.enum(GROUPS),
        unit: z.string(),
        formula: z.string(),
        value: z.number().nullable().describe('null: undefined'),
        z: z.number().nullable().describe('standard deviations from the mean of the sessions before'),
      }),
    )
    .describe('by group, the most unusual first'),
  normalisation: z
    .strictObject({
      sessions: z.int(),
      firstSession: z.string().nullable(),
      lastSession: z.string().nullable(),
    })
    .nullable()
    .describe('sessions the deviations are of'),
});

export const episodeAnswer = z.strictObject({
  episode: rowOf(goldEpisodes),
  level: rowOf(silverLevels).nullable().describe('at the price it had at the touch'),
  outcomes: z.array(rowOf(goldOutcomes)).describe('the shortest horizon first'),
  vector: features.nullable(),
});

/** What precedents are narrowed to; see `precedentsQuestion`. */
export const precedentsQuery = z.strictObject({
  ...filter,
  where: whereCondition.optional(),
  limit: z.coerce.number().int().min(0).max(K).optional().describe('precedents given; all, without'),
  paths: yesOrNo
    .optional()
    .describe('whether each has its path, 20 minutes before its touch and 30 after it'),
});

/** What shares of outcomes may be told apart by. */
const OUTCOME_GROUPS = ['level', 'direction', 'timeOfDay'] as const;
export type OutcomeGroup = (typeof OUTCOME_GROUPS)[number];

export const outcomesQuery = z.strictObject({
  ...filter,
  horizon,
  by: z
    .string()
    .max(60)
    .default('level')
    .transform((text) => [...new Set(text.split(','))] as OutcomeGroup[])
    .refine((names) => names.every((name) => OUTCOME_GROUPS.includes(name)), {
      message: `must be of ${OUTCOME_GROUPS.join(', ')}, separated by commas`,
    })
    .describe(`what is told apart: of ${OUTCOME_GROUPS.join(', ')}, separated by commas`),
  pool: yesOrNo.optional().describe('count sessions of different data, settings or code together'),
});

const share = z.strictObject({
  n: z.number(),
  successes: z.number(),
  share: z.number().nullable(),
  effectiveN: z.number().describe('independent observations that would tell as much'),
  interval: z.strictObject({ low: z.number(), high: z.number() }).describe('90 %'),
});
const shares = z.strictObject({
  level: z.string().optional(),
  direction: direction.optional(),
  timeOfDay: timeOfDay.optional(),
  sessions: z.int(),
  episodes: z.int(),
  n: z.int().describe('episodes whose outcome is known'),
  shares: z.strictObject({ BREAK: share, REJECT: share, CHOP: share }),
});

export const outcomesAnswer = z.strictObject({
  sessions: z.strictObject({ real: z.int(), simulated: z.int() }),
  groups: z.array(shares),
  all: shares.nullable().describe('the base rate; null without episodes'),
});
