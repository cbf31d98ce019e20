/**
 * The loss of a multinomial logistic model and its gradient. Parameters are one vector: weights class by class (classes x features),
 * then the intercepts.
 */
import type { LabelledRows } from '../labelledRows';
import { softmax } from '../softmax';

/**
 * Weighted mean of -ln p(label), plus ridge / 2 times the squared weights over the sum of row weights. Intercepts are not
 * penalised.
 * @returns takes, third, of how many rows one is looked at, for a mean that is near that of all; those looked at have some weight
 */
export function logisticObjective(
  rows: LabelledRows,
  ridge: number,
): (point: Float64Array, gradient: Float64Array, stride?: number) => number {
  const { features, classes, labels, weights, offsets } = rows;
  // Converted once: every step of a search reads all of it.
  const x = Float64Array.from(rows.x);
  const penalty = ridge / weightOf(rows);
  const intercepts = classes * features;
  const starts = new Int32Array(BLOCK);
  const errors = new Float64Array(classes * BLOCK);
  return (point, gradient, stride = 1) => {
    const n = Math.ceil(labels.length / stride);
    const total = weightOf(rows, stride);
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < n; row += BLOCK) {
      const size = Math.min(BLOCK, n - row);
      // A last block that is not full is filled with its last row, whose errors are zeros there.
      for (let r = 0; r < BLOCK; r++) starts[r] = (row + Math.min(r, size - 1)) * stride * features;
      logits(x, starts, features, classes, point, errors);
      errors.fill(0, size * classes);
      for (let r = 0; r < size; r++) {
        const i = (row + r) * stride;
        const weight = (weights ? weights[i] : 1) / total;
        const at = r * classes;
        if (offsets) for (let c = 0; c < classes; c++) errors[at + c] += offsets[i * classes + c];
        const label = at + labels[i];
        const own = errors[label];
        loss += weight * (softmax(errors, at, classes) - own);
        errors[label] -= 1;
        for (let c = 0; c < classes; c++) {
          errors[at + c] *= weight;
          gradient[intercepts + c] += errors[at + c];
        }
      }
      addProducts(x, starts, features, classes, errors, gradient);
    }
    let squares = 0;
    for (let i = 0; i < intercepts; i++) {
      squares += point[i] * point[i];
      gradient[i] += penalty * point[i];
    }
    return loss + (penalty / 2) * squares;
  };
}

/** Rows taken together: each weight is loaded once for all of them. */
const BLOCK = 4;

/** Linear scores of the rows of a block, into `out` row by row. */
function logits(
  x: Float64Array,
  starts: Int32Array,
  features: number,
  classes: number,
  point: Float64Array,
  out: Float64Array,
): void {
  const x0 = starts[0];
  const x1 = starts[1];
  const x2 = starts[2];
  const x3 = starts[3];
  for (let c = 0; c < classes; c++) {
    const weights = c * features;
    const intercept = point[classes * features + c];
    let s0 = intercept;
    let s1 = intercept;
    let s2 = intercept;
    let s3 = intercept;
    for (let k = 0; k < features; k++) {
      const weight = point[weights + k];
      s0 += weight * x[x0 + k];
      s1 += weight * x[x1 + k];
      s2 += weight * x[x2 + k];
      s3 += weight * x[x3 + k];
    }
    out[c] = s0;
    out[classes + c] = s1;
    out[2 * classes + c] = s2;
    out[3 * classes + c] = s3;
  }
}

/** Adds error times features of the rows of a block to the gradient. */
function addProducts(
  x: Float64Array,
  starts: Int32Array,
  features: number,
  classes: number,
  errors: Float64Array,
  gradient: Float64Array,
): void {
  const x0 = starts[0];
  const x1 = starts[1];
  const x2 = starts[2];
  const x3 = starts[3];
  for (let c = 0; c < classes; c++) {
    const weights = c * features;
    const e0 = errors[c];
    const e1 = errors[classes + c];
    const e2 = errors[2 * classes + c];
    const e3 = errors[3 * classes + c];
    for (let k = 0; k < features; k++)
      gradient[weights + k] += e0 * x[x0 + k] + e1 * x[x1 + k] + e2 * x[x2 + k] + e3 * x[x3 + k];
  }
}

/** Weight of all rows, or of one of every `stride`. */
export function weightOf({ labels, weights }: LabelledRows, stride = 1): number {
  if (!weights) return Math.ceil(labels.length / stride);
  let sum = 0;
  for (let i = 0; i < weights.length; i += stride) sum += weights[i];
  return sum;
}
