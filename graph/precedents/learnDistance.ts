/**
 * What is fitted for a session, from earlier ones alone: the weights of the distance, the groups that have earned one, and how far
 * frequencies among precedents are to be trusted over the base rates. Everything is chosen by what it would have told of earlier sessions
 * (`forward.ts`), and measured by it.
 */
import { clusteredMean, type ClusteredMean } from '../statistics/clusteredMean';
import type { FeatureGroup } from '../vectors/features';
import type { Normalisation } from '../vectors/normalise';
import { EVEN_WEIGHTS, ofGroups, type Weights } from './distance';
import { inOrderOfTime, primaryOutcome, type PastEpisode } from './episodes';
import { shrunk } from './evidence';
import { ForwardRuns, LEAST_SHARE, losses, type Forward, type Metric } from './forward';
import { learnWeights } from './learnedWeights';

/** Sessions learned from: a year of them. */
export const LEARN_BACK = 250;
/** Strengths of the prior that are tried, in episodes; infinite: the base rates alone. */
const STRENGTHS = [2.5, 5, 10, 25, 50, 100, 200, 400, Infinity] as const;
/** The group that comes first; the others must earn their weight beside it, in this order. */
const FIRST: FeatureGroup = 'book';
const FURTHER: readonly FeatureGroup[] = ['geometry', 'options'];

/** Nats an episode by which something was better, with its 90 % interval over sessions. */
export type Gain = Pick<ClusteredMean, 'n' | 'clusters' | 'mean' | 'interval'>;

export interface LearnedDistance {
  readonly weights: Weights;
  /** Groups whose weights were learned; none: all weigh the same. */
  readonly learned: readonly FeatureGroup[];
  /** Of the prior at the base rates, in episodes; infinite unless a weaker one was better beyond its interval. */
  readonly strength: number;
  /** Of frequencies, by the prior that served best, over base rates; null where no session could be judged. */
  readonly gain: Gain | null;
  /** Of BREAK against REJECT over a walk without memory, among decided ones. */
  readonly directionGain: Gain | null;
  /** Mean distances of precedents of the judged episodes, ascending: what is usual. */
  readonly distances: readonly number[];
}

/** @param episodes of earlier sessions, in any order */
export function learnDistance(
  episodes: readonly PastEpisode[],
  normalisation: Normalisation,
): LearnedDistance {
  const known = inOrderOfTime(episodes.filter((episode) => primaryOutcome(episode) !== null));
  const runs = new ForwardRuns(known, normalisation);
  let best = tried(runs, [FIRST]);
  for (const group of FURTHER) {
    const wider = tried(runs, [...(best.metric as FeatureGroup[]), group]);
    if (gainOf(best, wider).interval.low > 0) best = wider;
  }
  const even = tried(runs, 'even');
  const learnedWeights = learnWeights(known, normalisation);
  if (learnedWeights === null || even.loss <= best.loss) best = even;
  const { metric, strength, forward } = best;
  const shown = forward.length === 0 ? null : gainOver(forward, losses(forward, Infinity), best.losses);
  return {
    weights: metric === 'even' ? EVEN_WEIGHTS : ofGroups(learnedWeights!, metric),
    learned: metric === 'even' ? [] : metric,
    strength: shown !== null && shown.interval.low > 0 ? strength : Infinity,
    gain: shown,
    directionGain: directionGain(forward, strength),
    distances: forward
      .map(({ distance }) => distance)
      .filter(Number.isFinite)
      .sort((a, b) => a - b),
  };
}

interface Tried {
  readonly metric: Metric;
  readonly forward: readonly Forward[];
  /** The best for the metric, and what it costs. */
  readonly strength: number;
  readonly losses: readonly number[];
  readonly loss: number;
}

function tried(runs: ForwardRuns, metric: Metric): Tried {
  const forward = runs.judge(metric);
  const all = STRENGTHS.map((strength) => {
    const of = losses(forward, strength);
    return { metric, forward, strength, losses: of, loss: of.reduce((sum, loss) => sum + loss, 0) };
  });
  // Of equals the strongest prior, which claims least.
  return all.reduce((best, one) => (one.loss <= best.loss ? one : best));
}

const gainOf = (before: Tried, after: Tried) => gainOver(before.forward, before.losses, after.losses);

const gainOver = (forward: readonly Forward[], before: readonly number[], after: readonly number[]): Gain =>
  gain(forward.map(({ episode }, i) => ({ cluster: episode.session, value: before[i] - after[i] })));

function gain(values: Parameters<typeof clusteredMean>[0]): Gain {
  const { n, clusters, mean, interval } = clusteredMean(values);
  return { n, clusters, mean, interval };
}

function directionGain(forward: readonly Forward[], strength: number): Gain | null {
  const decided = forward.filter(({ outcome }) => outcome < 2);
  if (decided.length === 0) return null;
  const loss = (share: number, outcome: number) =>
    -Math.log(Math.max(LEAST_SHARE, outcome === 0 ? share : 1 - share));
  return gain(
    decided.map(({ episode, outcome, found, base }) => {
      const [broke, rejected] = shrunk(found, base, strength);
      const share = broke + rejected > 0 ? broke / (broke + rejected) : 1 / 2;
      return {
        cluster: episode.session,
        value: loss(episode.martingale, outcome) - loss(share, outcome),
      };
    }),
  );
}
