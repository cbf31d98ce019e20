/** How far a share that was counted may be from the one it was drawn from. */

export interface Interval {
  low: number;
  high: number;
}

/** Standard normal quantile of a two-sided 90 % interval. */
export const Z90 = 1.6448536269514722;

/**
 * Wilson's score interval of a proportion (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927): close to its nominal coverage for few
 * observations and for shares near 0 and 1, where the usual one collapses.
 * @param successes of `n` observations; the interval of none is [0, 1]
 */
export function wilson(successes: number, n: number, z = Z90): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const share = successes / n;
  const z2 = (z * z) / n;
  const center = (share + z2 / 2) / (1 + z2);
  const half = (Math.sqrt((share * (1 - share)) / n + z2 / (4 * n)) * z) / (1 + z2);
  // Exact at the ends, where rounding would leave a trace.
  return { low: successes === 0 ? 0 : center - half, high: successes === n ? 1 : center + half };
}
