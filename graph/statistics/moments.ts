/** Mean and standard deviation, by either denominator of the variance: of values, and of each column of a table. */

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

/** Of each column, as `Moments` has them of one. */
export interface ColumnMoments {
  readonly n: Int32Array;
  readonly mean: Float64Array;
  /** Over `n - 1`. */
  readonly deviation: Float64Array;
}

/**
 * Of each column of some rows, without those where it is NaN.
 * @param values row by row, each of `width` columns
 * @param rows which count, in the order in which sums are taken
 */
export function columnMoments(
  values: ArrayLike<number>,
  width: number,
  rows: readonly number[],
): ColumnMoments {
  const n = new Int32Array(width);
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (const row of rows)
    for (let k = 0; k < width; k++) {
      const value = values[row * width + k];
      if (Number.isNaN(value)) continue;
      n[k]++;
      mean[k] += value;
    }
  for (let k = 0; k < width; k++) mean[k] /= n[k];
  for (const row of rows)
    for (let k = 0; k < width; k++) {
      const value = values[row * width + k];
      if (!Number.isNaN(value)) deviation[k] += (value - mean[k]) ** 2;
    }
  for (let k = 0; k < width; k++) deviation[k] = Math.sqrt(deviation[k] / (n[k] - 1));
  return { n, mean, deviation };
}
