/**
 * How sure a share is that was counted in clusters. Episodes of one session are alike - one lively day has few undecided ones - so that
 * many of them tell less than as many independent ones would.
 *
 * The interval is Wilson's for the effective number of observations, n over the design effect 1 + ICC (sum m^2 / n - 1) (L. Kish, Survey
 * Sampling, 1965), m the sizes of the clusters. The intra-class correlation ICC is estimated by the analysis of variance.
 */
import { wilson, Z90, type Interval } from './proportion';

/** Observations of one cluster, and how many of them are successes. */
export interface Cluster {
  readonly n: number;
  readonly successes: number;
}

export interface ClusteredShare {
  n: number;
  successes: number;
  /** Null of no observations. */
  share: number | null;
  /** Independent observations that would tell as much. */
  effectiveN: number;
  interval: Interval;
}

/** @param z standard normal quantile of the interval's side */
export function clusteredShare(clusters: readonly Cluster[], z = Z90): ClusteredShare {
  const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
  const successes = clusters.reduce((sum, cluster) => sum + cluster.successes, 0);
  if (n === 0) return { n, successes, share: null, effectiveN: 0, interval: wilson(0, 0, z) };
  const share = successes / n;
  const effectiveN = n / designEffect(clusters, n, share);
  return { n, successes, share, effectiveN, interval: wilson(share * effectiveN, effectiveN, z) };
}

function designEffect(clusters: readonly Cluster[], n: number, share: number): number {
  const squares = clusters.reduce((sum, cluster) => sum + cluster.n ** 2, 0);
  return 1 + intraClassCorrelation(clusters, n, share) * (squares / n - 1);
}

/**
 * How alike the observations of a cluster are, 0 to 1. Where it cannot be told - of a single cluster, or if all observations are equal -
 * it is taken to be 1: only the clusters are counted then.
 */
function intraClassCorrelation(clusters: readonly Cluster[], n: number, share: number): number {
  const filled = clusters.filter((cluster) => cluster.n > 0);
  const k = filled.length;
  if (k < 2 || share === 0 || share === 1) return 1;
  if (n === k) return 0;
  let between = 0;
  let within = 0;
  let squares = 0;
  for (const { n: m, successes } of filled) {
    const own = successes / m;
    between += m * (own - share) ** 2;
    within += m * own * (1 - own);
    squares += m * m;
  }
  const meanBetween = between / (k - 1);
  const meanWithin = within / (n - k);
  const size = (n - squares / n) / (k - 1);
  const correlation = (meanBetween - meanWithin) / (meanBetween + (size - 1) * meanWithin);
  return Math.min(Math.max(correlation, 0), 1);
}
