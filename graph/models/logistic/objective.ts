/**
 * The loss of a multinomial logistic model and its gradient. Parameters are one vector: weights class by class (classes x features),
 * then the intercepts.
 */
import type { LabelledRows } from '../labelledRows';
import { softmax } from '../softmax';
import type { Objective } from './lbfgs';

/**
 * Weighted mean of -ln p(label), plus ridge / 2 times the squared weights over the sum of row weights. Intercepts are not
 * penalised.
 * @param stride of how many rows one is looked at, for a mean that is near that of all; those looked at have some weight
 */
export function logisticObjective(rows: LabelledRows, ridge: number, stride = 1): Objective {
  const { x, features, classes, labels, weights, offsets } = rows;
  const n = Math.ceil(labels.length / stride);
  const total = weightOf(rows, stride);
  const penalty = ridge / weightOf(rows);
  const intercepts = classes * features;
  const block = new Float64Array(features * BLOCK);
  const errors = new Float64Array(classes * BLOCK);
  return (point, gradient) => {
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < n; row += BLOCK) {
      const size = Math.min(BLOCK, n - row);
      // Of a last block that is not full the rows left over are zeros, and so are their errors.
      if (size < BLOCK) block.fill(0);
      for (let r = 0; r < size; r++) copyRow(x, (row + r) * stride * features, features, block, r * features);
      logits(block, features, classes, point, errors);
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
      addProducts(block, features, classes, errors, gradient);
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

function copyRow(
  from: Float32Array | Float64Array,
  start: number,
  features: number,
  to: Float64Array,
  at: number,
): void {
  for (let k = 0; k < features; k++) to[at + k] = from[start + k];
}

/** Linear scores of the rows of a block, into `out` row by row. */
function logits(
  block: Float64Array,
  features: number,
  classes: number,
  point: Float64Array,
  out: Float64Array,
): void {
  const x1 = features;
  const x2 = 2 * features;
  const x3 = 3 * features;
  for (let c = 0; c < classes; c++) {
    const weights = c * features;
    const intercept = point[classes * features + c];
    let s0 = intercept;
    let s1 = intercept;
    let s2 = intercept;
    let s3 = intercept;
    for (let k = 0; k < features; k++) {
      const weight = point[weights + k];
      s0 += weight * block[k];
      s1 += weight * block[x1 + k];
      s2 += weight * block[x2 + k];
      s3 += weight * block[x3 + k];
    }
    out[c] = s0;
    out[classes + c] = s1;
    out[2 * classes + c] = s2;
    out[3 * classes + c] = s3;
  }
}

/** Adds error times features of the rows of a block to the gradient. */
function addProducts(
  block: Float64Array,
  features: number,
  classes: number,
  errors: Float64Array,
  gradient: Float64Array,
): void {
  const x1 = features;
  const x2 = 2 * features;
  const x3 = 3 * features;
  for (let c = 0; c < classes; c++) {
    const weights = c * features;
    const e0 = errors[c];
    const e1 = errors[classes + c];
    const e2 = errors[2 * classes + c];
    const e3 = errors[3 * classes + c];
    for (let k = 0; k < features; k++)
      gradient[weights + k] += e0 * block[k] + e1 * block[x1 + k] + e2 * block[x2 + k] + e3 * block[x3 + k];
  }
}

/** Weight of all rows, or of one of every `stride`. */
export function weightOf({ labels, weights }: LabelledRows, stride = 1): number {
  if (!weights) return Math.ceil(labels.length / stride);
  let sum = 0;
  for (let i = 0; i < weights.length; i += stride) sum += weights[i];
  return sum;
}
