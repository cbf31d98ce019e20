/** Rows whose classes depend on their features in a known way. */
import { Random } from '../../graph/random/random';

export interface Planted {
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  /** Rows x features. */
  readonly x: Float32Array;
  readonly labels: Uint8Array;
}

/**
 * Correlated normal features, and classes drawn from a multinomial logistic model with random weights.
 * @param strength deviation of the weights
 */
export function planted(
  seed: number,
  rows: number,
  features: number,
  { classes = 3, strength = 0.7 } = {},
): Planted {
  const random = new Random(seed);
  const truth = Float64Array.from({ length: classes * features }, () => strength * random.normal());
  const x = new Float32Array(rows * features);
  const labels = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const common = random.normal();
    for (let k = 0; k < features; k++)
      x[i * features + k] = 0.8 * random.normal() + (k % 3 === 0 ? 0.6 : 0) * common;
    let best = -Infinity;
    for (let c = 0; c < classes; c++) {
      // The largest of logits with Gumbel noise is of a class with its softmax probability.
      let score = -Math.log(random.exponential());
      for (let k = 0; k < features; k++) score += truth[c * features + k] * x[i * features + k];
      if (score <= best) continue;
      best = score;
      labels[i] = c;
    }
  }
  return { rows, features, classes, x, labels };
}
