/** What a forecast says, as a schema: types and OpenAPI come of it. */
import { z } from 'zod';
import type { PartitionRate } from '../precedents/partitionRates';
import { partitionName, RUNGS, type PrecedentPartition } from '../precedents/partition';
import type { Verdict } from '../models/gate';
import { versionText, type ModelRecord } from '../models/registry/modelVersion';
import { CLASSES, type OutcomeClass } from '../models/scores';

const share = z.number().min(0).max(1);
const outcomes = <Of extends z.ZodType>(of: Of) => z.strictObject({ BREAK: of, REJECT: of, CHOP: of });

const edgeSchema = z.strictObject({
  shown: z.boolean().describe('whether the gate opened for the model'),
  direction: z.boolean().describe('whether it tells BREAK from REJECT beyond the distance of the touch'),
  words: z.string(),
});

export const forecastSchema = z.strictObject({
  episodeId: z.string().optional().describe('as in the request'),
  probabilities: outcomes(share),
  basis: z
    .enum(['model', 'base rate'])
    .describe(
      'what the probabilities are: those of the champion, or where there is none the base rates of the partition, drawn toward those of all',
    ),
  edge: edgeSchema,
  baseRate: z.strictObject({
    partition: z.string().describe('that was asked for'),
    rung: z.enum(RUNGS).describe('of the ladder, whose episodes were counted'),
    n: z.int().nonnegative(),
    sessions: z.int().nonnegative(),
    shares: outcomes(
      z
        .strictObject({ share: share.nullable(), low: share, high: share })
        .describe('with its 90 % interval, which knows that the episodes of a session are alike'),
    ),
  }),
  versions: z.strictObject({
    model: z.string().nullable().describe('such as `ES logistic@3`; null where base rates are forecast'),
    index: z
      .string()
      .nullable()
      .describe(
        'index of precedents at that time, as `./spymaster index status` shows it; null: there is none',
      ),
    features: z.string().describe('table of features of the vector'),
    settings: z.string().describe('digest of the settings by which outcomes are measured'),
  }),
});

/** What a forecast says: probabilities, what is shown of them, the base rate beside them, and all versions they come from. */
export type Forecast = z.infer<typeof forecastSchema>;
export type Edge = z.infer<typeof edgeSchema>;

/** Versions of what is served, whatever the row. */
export interface ServedVersions {
  readonly index: string | null;
  readonly settings: string;
}

/** What is shown of the champion; of none, nothing. */
export function edgeOf(champion: { despiteGate: boolean; verdict: Verdict | null } | null): Edge {
  if (!champion) return { shown: false, direction: false, words: 'no edge shown: base rates' };
  if (champion.despiteGate || !champion.verdict?.passed)
    return { shown: false, direction: false, words: 'no edge shown: promoted despite the gate' };
  return champion.verdict.direction
    ? { shown: true, direction: true, words: 'an edge is shown, in direction too' }
    : {
        shown: true,
        direction: false,
        words: 'an edge is shown over volatility, distance and time of day; no direction edge shown',
      };
}

/** Of a champion that was trained by other settings than those of this lake: it is not asked. */
export const otherSettings = (model: string): Edge => ({
  shown: false,
  direction: false,
  words: `no edge shown: ${model} was trained by other settings; base rates`,
});

/** Of a version that is served by name, and never was champion. */
export const neverPromoted = (model: string): Edge => ({
  shown: false,
  direction: false,
  words: `no edge shown: ${model} was never promoted`,
});

interface Asked extends PrecedentPartition {
  readonly episodeId?: string;
  readonly featureTable: string;
}

/**
 * @param probabilities of the model, in the order of `CLASSES`; null for the base rate
 * @param model the version they are of
 */
export function forecastOf(
  asked: Asked,
  probabilities: ArrayLike<number> | null,
  model: ModelRecord | null,
  edge: Edge,
  rate: PartitionRate,
  served: ServedVersions,
): Forecast {
  const { episodeId, featureTable } = asked;
  const shares = probabilities ?? rate.forecast;
  return {
    ...(episodeId !== undefined && { episodeId }),
    probabilities: byClass((k) => shares[k]),
    basis: probabilities ? 'model' : 'base rate',
    edge,
    baseRate: {
      partition: partitionName(asked),
      rung: rate.rung,
      n: rate.n,
      sessions: rate.sessions,
      shares: byClass((k) => ({ share: rate.shares[k].share, ...rate.shares[k].interval })),
    },
    versions: {
      model: model && `${model.product} ${versionText(model)}`,
      index: served.index,
      features: featureTable,
      settings: served.settings,
    },
  };
}

const byClass = <Value>(of: (k: number) => Value) =>
  Object.fromEntries(CLASSES.map((outcome, k) => [outcome, of(k)])) as Record<OutcomeClass, Value>;
