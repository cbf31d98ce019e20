/** What a forecast says: probabilities, what is shown of them, the base rate beside them, and all versions they come from. */
import type { PartitionRate } from '../precedents/partitionRates';
import { partitionName, type PrecedentPartition } from '../precedents/partition';
import type { Verdict } from '../models/gate';
import { versionText, type ModelRecord } from '../models/registry/modelVersion';
import { CLASSES } from '../models/scores';

type Outcome = (typeof CLASSES)[number];

/** A share with its 90 % interval, which knows that the episodes of a session are alike. */
interface Rate {
  share: number | null;
  low: number;
  high: number;
}

export interface Forecast {
  episodeId?: string;
  probabilities: Record<Outcome, number>;
  /** What the probabilities are: the champion's, or base rates where there is none. */
  basis: 'model' | 'base rate';
  edge: Edge;
  baseRate: {
    /** Partition that was asked for, and the rung of the ladder whose episodes were counted. */
    partition: string;
    rung: string;
    n: number;
    sessions: number;
    shares: Record<Outcome, Rate>;
  };
  versions: ForecastVersions;
}

export interface Edge {
  /** Whether the gate opened for the model. */
  shown: boolean;
  /** Whether it tells BREAK from REJECT beyond the distance of the touch. */
  direction: boolean;
  words: string;
}

export interface ForecastVersions {
  /** Such as `ES logistic@3`; null where base rates are forecast. */
  model: string | null;
  /** Of the index of precedents, where one took part. */
  index: string | null;
  features: string;
  settings: string | null;
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
): Forecast {
  const { episodeId, featureTable } = asked;
  const known = rate.shares.every(({ share }) => share !== null);
  // Of nothing at all each is as likely as the others, and the intervals say how much that is worth.
  const shares = probabilities ?? rate.shares.map(({ share }) => (known ? share! : 1 / CLASSES.length));
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
      index: null,
      features: featureTable,
      settings: model?.settingsVersion ?? null,
    },
  };
}

const byClass = <Value>(of: (k: number) => Value) =>
  Object.fromEntries(CLASSES.map((outcome, k) => [outcome, of(k)])) as Record<Outcome, Value>;
