/** Trials that are given up early: after each fold those which do worse than half of the others did until then. */

/** Trials that must have come as far before any is given up. */
const LEAST_OTHERS = 4;

/** Mean loss over the first folds, after each of them. */
export function runningMeans(losses: readonly number[]): number[] {
  let sum = 0;
  return losses.map((loss, k) => (sum += loss) / (k + 1));
}

/**
 * Losses above which a trial is given up, after each fold: the median of the running means of trials that came as far; infinite where
 * those are too few (D. Golovin et al., Google Vizier, 2017: median stopping).
 * @param others losses fold by fold
 */
export function pruningLimits(others: readonly (readonly number[])[], folds: number): number[] {
  const means = others.map(runningMeans);
  return Array.from({ length: folds }, (_, k) => {
    const known = means
      .filter((mean) => mean.length > k)
      .map((mean) => mean[k])
      .sort((a, b) => a - b);
    if (known.length < LEAST_OTHERS) return Infinity;
    const middle = known.length >> 1;
    return known.length % 2 === 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
  });
}
