/**
 * Features of one scale: standard deviations from the mean of the rows fitted to, clipped. What is undefined or masked becomes 0,
 * the mean. All in float32, as the exported model computes it.
 */

export interface Scaling {
  readonly centers: Float32Array;
  /** 1 / standard deviation; 0 where there are not two different values: the feature says nothing then. */
  readonly factors: Float32Array;
  /** Standard deviations at which a value is cut off. */
  readonly limit: number;
}

/** A normal figure exceeds it once in 16,000 times; most features have heavier tails. */
const LIMIT = 4;

/** @param x rows x features, NaN where undefined */
export function fitScaling(x: ArrayLike<number>, features: number): Scaling {
  const rows = x.length / features;
  const centers = new Float32Array(features);
  const factors = new Float32Array(features);
  for (let k = 0; k < features; k++) {
    let n = 0;
    let sum = 0;
    for (let i = k; i < rows * features; i += features)
      if (!Number.isNaN(x[i])) {
        n++;
        sum += x[i];
      }
    if (n === 0) continue;
    const center = Math.fround(sum / n);
    let squares = 0;
    for (let i = k; i < rows * features; i += features)
      if (!Number.isNaN(x[i])) squares += (x[i] - center) ** 2;
    centers[k] = center;
    // Rounding alone makes a constant differ from its mean by less.
    const deviation = Math.sqrt(squares / n);
    factors[k] = deviation > 1e-6 * Math.abs(center) ? 1 / deviation : 0;
  }
  return { centers, factors, limit: LIMIT };
}

/** Rows x features of one scale, finite. */
export function scaled({ centers, factors, limit }: Scaling, x: ArrayLike<number>): Float32Array {
  const features = centers.length;
  const all = new Float32Array(x.length);
  for (let i = 0; i < all.length; i++) {
    const k = i % features;
    const value = Math.fround(Math.fround(x[i]) - centers[k]) * factors[k];
    all[i] = Number.isNaN(value) ? 0 : Math.max(-limit, Math.min(limit, value));
  }
  return all;
}
