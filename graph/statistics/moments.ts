/** Mean and standard deviation of values, by either denominator of the variance. */

export interface Moments {
  readonly n: number;
  /** NaN of no values. */
  readonly mean: number;
  /** NaN of no values; of a single one 0 over `n`, NaN over `n - 1`. */
  readonly deviation: number;
}

/**
 * @param values without NaN; sums are taken in their order
 * @param denominator of the variance: `n` describes these values themselves (the population), `n - 1` estimates, without bias of the
 * variance, what they are a sample of (Bessel's correction)
 */
export function momentsOf(values: ArrayLike<number>, denominator: 'n' | 'n - 1'): Moments {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i] - mean) ** 2;
  return { n, mean, deviation: Math.sqrt(squares / (denominator === 'n' ? n : n - 1)) };
}
