/**
 * A mean over observations that come in clusters, with how sure it is: its standard error is taken between the sums of clusters (the
 * linearised variance of a ratio; W. G. Cochran, Sampling Techniques, 1977, 6.5), so that observations of a cluster may depend on one
 * another however they will.
 */
import { Z90, type Interval } from './proportion';

export interface ClusteredMean {
  readonly n: number;
  readonly clusters: number;
  /** NaN of no observations. */
  readonly mean: number;
  readonly standardError: number;
  readonly interval: Interval;
}

/**
 * @param values with the cluster each is of
 * @param z standard normal quantile of the interval's side
 */
export function clusteredMean(
  values: Iterable<{ readonly cluster: string; readonly value: number }>,
  z = Z90,
): ClusteredMean {
  const sums = new Map<string, { n: number; sum: number }>();
  let n = 0;
  let total = 0;
  for (const { cluster, value } of values) {
    const of = sums.get(cluster) ?? { n: 0, sum: 0 };
    sums.set(cluster, of);
    of.n++;
    of.sum += value;
    n++;
    total += value;
  }
  const mean = total / n;
  const k = sums.size;
  let squares = 0;
  for (const of of sums.values()) squares += (of.sum - of.n * mean) ** 2;
  // Of a single cluster nothing tells how much clusters differ.
  const standardError = k < 2 ? Infinity : Math.sqrt((squares * k) / (k - 1)) / n;
  return {
    n,
    clusters: k,
    mean,
    standardError,
    interval: { low: mean - z * standardError, high: mean + z * standardError },
  };
}
