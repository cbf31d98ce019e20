/** Functions the formulas of the vector are written in. */

/** ln(1 + v): counts and sizes, whose tails are long. */
export const ln1 = (v: number) => Math.log(1 + v);

/** sign(v) ln(1 + |v|): the same for figures of either sign. */
export const slog = (v: number) => (v < 0 ? -Math.log(1 - v) : Math.log(1 + v));

/** ln((a + 1) / (b + 1)): a ratio of lots, finite also where either side has none. */
export const lnRatio = (a: number, b: number) => Math.log((a + 1) / (b + 1));

/** (a + 1/2) / (a + b + 1): the share of a, 1/2 where there is neither. */
export const share = (a: number, b: number) => (a + 0.5) / (a + b + 1);

export const within = (limit: number, v: number) => (v > limit ? limit : v < -limit ? -limit : v);

/** Slope of the least-squares line through equally spaced values, per step. NaN of one value, or with a NaN among them. */
export function slope(values: Float64Array): number {
  const n = values.length;
  const middle = (n - 1) / 2;
  let moment = 0;
  for (let i = 0; i < n; i++) moment += (i - middle) * values[i];
  // Sum of squared distances from the middle.
  return moment / ((n * (n * n - 1)) / 12);
}

/** Twice the quadratic coefficient of the least-squares parabola through equally spaced values, per step squared. */
export function curvature(values: Float64Array): number {
  const n = values.length;
  const middle = (n - 1) / 2;
  const meanSquare = (n * n - 1) / 12;
  // Projection on the second of the polynomials orthogonal over these points: (i - middle)^2 less its mean.
  let projection = 0;
  let norm = 0;
  for (let i = 0; i < n; i++) {
    const weight = (i - middle) * (i - middle) - meanSquare;
    projection += weight * values[i];
    norm += weight * weight;
  }
  return (2 * projection) / norm;
}

/** Coefficient `k` >= 1 of the orthonormal DCT-II: how much of a cosine of k half periods there is in the values. */
export function dct(values: Float64Array, k: number): number {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i] * Math.cos((Math.PI * (i + 0.5) * k) / n);
  return Math.sqrt(2 / n) * sum;
}
