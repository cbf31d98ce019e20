/**
 * What is answered when somebody asks for the precedents of a touch, as a schema: types, checks and JSON Schema come of it. All shares are
 * *frequencies among precedents*: how often approaches that looked like this one ended so, not the probability of this touch.
 */
import { z } from 'zod';
import { GROUPS } from '../vectors/features';
import { CLASSES } from '../models/scores';
import { RUNGS } from './partition';

const group = z.enum(GROUPS);
const share = z.number().min(0).max(1);
/** ns UTC, as text: it does not fit a double. */
const instant = z.string().regex(/^\d+$/);

const interval = { low: share, high: share };
const outcomes = <T extends z.ZodType>(of: T) => z.strictObject({ BREAK: of, REJECT: of, CHOP: of });

const frequencies = outcomes(
  z.strictObject({ count: z.int().nonnegative(), share, ...interval }).describe('with its 90 % interval'),
);
const base = z.strictObject({
  n: z.int().nonnegative().describe('events: touches at the same moment are one'),
  sessions: z.int().nonnegative(),
  outcomes: outcomes(z.strictObject({ share: share.nullable(), ...interval })),
});
const gain = z
  .strictObject({
    nats: z.number(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    episodes: z.int().nonnegative(),
    sessions: z.int().nonnegative(),
  })
  .describe('log loss an episode, on earlier sessions, with its 90 % interval over sessions');
const quantiles = z.strictObject({
  q10: z.number(),
  q25: z.number(),
  q50: z.number(),
  q75: z.number(),
  q90: z.number(),
});
const likeness = { likeness: z.number(), share: z.number() };

const pathPoint = z.strictObject({
  seconds: z.number().describe('from the touch'),
  points: z.number().describe('of the mid price from the level, along the approach: negative before it'),
});

const touch = {
  id: z.string(),
  contract: z.string(),
  session: z.iso.date(),
  at: instant,
  level: z.string(),
  direction: z.enum(['UP', 'DOWN']),
  timeOfDay: z.string(),
};

export const precedentsAnswer = z.strictObject({
  status: z.enum(['evidence', 'insufficient_evidence']),
  reasons: z.array(z.string()).describe('why the evidence is insufficient; empty where it is not'),
  touch: z.strictObject(touch),
  searched: z.strictObject({
    partition: z.string(),
    rung: z.enum(RUNGS).describe('of the fallback ladder: where precedents were looked for'),
    candidates: z.int().nonnegative().describe('episodes there, known before the session'),
    sessions: z.int().nonnegative().describe('sessions known before'),
  }),
  versions: z.strictObject({
    index: z.string().describe('name and digest, as `./spymaster index status` shows them'),
    asOf: z.iso.date().describe('session for which distance and normalisation were fitted'),
    distance: z.string(),
    normalisation: z.string(),
    featureTable: z.string(),
    settings: z.string().describe('digest of the settings by which outcomes are measured'),
  }),
  horizonMinutes: z.number(),
  n: z.int().nonnegative(),
  effectiveN: z.number().nonnegative().describe('independent precedents that would tell as much'),
  frequencies: frequencies.nullable().describe('among precedents; null where the evidence is insufficient'),
  shrunk: outcomes(share)
    .nullable()
    .describe(
      'what volatility, distance and time of day make expect, corrected by the precedents as it served best on earlier sessions',
    ),
  base,
  trust: z.strictObject({
    priorStrength: z
      .number()
      .nullable()
      .describe('episodes ending as expected that precedents are mixed with; null: base rates alone'),
    learnedGroups: z.array(group),
    gain: gain.nullable().describe('over what volatility, distance and time of day tell'),
    directionGain: gain.nullable().describe('against a walk without memory, among decided'),
    direction: z.string().describe('what may be said of BREAK against REJECT'),
  }),
  unusual: z.strictObject({
    meanDistance: z.number().nullable(),
    percentile: z
      .number()
      .min(0)
      .max(100)
      .nullable()
      .describe('of earlier touches that were nearer to theirs'),
  }),
  excursions: z.strictObject({ favorable: quantiles, adverse: quantiles }).nullable().describe('ticks'),
  horizons: z.array(
    z.strictObject({
      minutes: z.number(),
      n: z.int().nonnegative(),
      effectiveN: z.number().nonnegative(),
      frequencies: frequencies.nullable(),
      base,
    }),
  ),
  attribution: z.strictObject({
    features: z.array(z.strictObject({ feature: z.string(), group, ...likeness })),
    groups: z.array(z.strictObject({ group, ...likeness })),
    contrasts: z.array(
      z.strictObject({
        feature: z.string(),
        group,
        broke: z.number(),
        rejected: z.number(),
        touch: z.number(),
        t: z.number(),
      }),
    ),
  }),
  precedents: z.array(
    z.strictObject({
      ...touch,
      distance: z.number().nonnegative(),
      outcome: z.enum(CLASSES),
      favorable: z.number().describe('ticks'),
      adverse: z.number().describe('ticks'),
      path: z.array(pathPoint).optional().describe('where it was asked for, in order of time'),
    }),
  ),
});

export type PrecedentsAnswer = z.infer<typeof precedentsAnswer>;

/** Without the precedents themselves, which are asked for by the id of the episode. */
export const precedentsSummary = precedentsAnswer.omit({ precedents: true, attribution: true });

export type PrecedentsSummary = z.infer<typeof precedentsSummary>;

/** Where price was around a precedent. */
export type PathPoint = z.infer<typeof pathPoint>;

/** For programs that read answers. */
export const answerSchema = (): object => z.toJSONSchema(precedentsAnswer);
