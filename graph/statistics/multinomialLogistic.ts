/**
 * Multinomial logistic regression with a ridge penalty: shares of classes that depend on features.
 *
 * Fitted by ascending a quadratic lower bound of the likelihood (D. Böhning, Ann. Inst. Statist. Math. 44, 1992): its curvature is
 * never more than half that of X'X, the same in every step and for every class, so one factorisation serves them all, and no step
 * can overshoot. No randomness, no step length to choose.
 */

interface LogisticFit {
  /** Shares of the classes at a point, in their order. */
  shares(features: ArrayLike<number>): Float64Array;
}

interface LogisticOptions {
  classes: number;
  /** Penalty on half the squared weights, intercepts apart: equal to the information of this many observations at a distance of 2. */
  ridge: number;
}

const MOST_STEPS = 200;
/** Largest change of a weight at which the ascent has converged. */
const CONVERGED = 1e-5;

/**
 * @param rows one row of features an observation; they should be of one scale
 * @param labels class of each, 0 .. classes - 1
 */
export function fitLogistic(
  rows: readonly ArrayLike<number>[],
  labels: readonly number[],
  { classes, ridge }: LogisticOptions,
): LogisticFit {
  const width = rows[0].length + 1;
  const design = designOf(rows, width);
  const curvature = halfGram(design, width);
  // A tiny penalty on the intercepts, without which adding a constant to those of all classes would change nothing.
  for (let k = 0; k < width; k++) curvature[k * width + k] += k === 0 ? 1e-3 : ridge;
  factorise(curvature, width);

  const weights = Array.from({ length: classes }, () => new Float64Array(width));
  const gradients = weights.map(() => new Float64Array(width));
  const shares = new Float64Array(classes);
  for (let step = 0, change = Infinity; step < MOST_STEPS && change > CONVERGED; step++) {
    gradients.forEach((gradient, c) => {
      for (let k = 0; k < width; k++) gradient[k] = -(k === 0 ? 1e-3 : ridge) * weights[c][k];
    });
    for (let i = 0; i < labels.length; i++) {
      const from = i * width;
      sharesAt(weights, design, from, width, shares);
      for (let c = 0; c < classes; c++) {
        const error = (labels[i] === c ? 1 : 0) - shares[c];
        const gradient = gradients[c];
        for (let k = 0; k < width; k++) gradient[k] += error * design[from + k];
      }
    }
    change = 0;
    for (let c = 0; c < classes; c++) {
      solve(curvature, width, gradients[c]);
      for (let k = 0; k < width; k++) {
        weights[c][k] += gradients[c][k];
        change = Math.max(change, Math.abs(gradients[c][k]));
      }
    }
  }
  return {
    shares(features) {
      const out = new Float64Array(classes);
      sharesAt(weights, designOf([features], width), 0, width, out);
      return out;
    },
  };
}

/** Rows with a leading 1, one behind another. */
function designOf(rows: readonly ArrayLike<number>[], width: number): Float64Array {
  const design = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    design[i * width] = 1;
    for (let k = 1; k < width; k++) design[i * width + k] = row[k - 1];
  });
  return design;
}

/** Softmax of the linear scores of one row. */
function sharesAt(
  weights: readonly Float64Array[],
  design: Float64Array,
  from: number,
  width: number,
  out: Float64Array,
): void {
  let highest = -Infinity;
  for (let c = 0; c < weights.length; c++) {
    let score = 0;
    for (let k = 0; k < width; k++) score += weights[c][k] * design[from + k];
    out[c] = score;
    if (score > highest) highest = score;
  }
  let sum = 0;
  for (let c = 0; c < weights.length; c++) sum += out[c] = Math.exp(out[c] - highest);
  for (let c = 0; c < weights.length; c++) out[c] /= sum;
}

/** Half of X'X, row by row. */
function halfGram(design: Float64Array, width: number): Float64Array {
  const gram = new Float64Array(width * width);
  for (let from = 0; from < design.length; from += width)
    for (let a = 0; a < width; a++) {
      const value = design[from + a] / 2;
      if (value === 0) continue;
      for (let b = 0; b <= a; b++) gram[a * width + b] += value * design[from + b];
    }
  return gram;
}

/** Cholesky's factor L of a symmetric positive definite matrix, in the place of its lower half. */
function factorise(matrix: Float64Array, width: number): void {
  for (let a = 0; a < width; a++)
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * width + b];
      for (let k = 0; k < b; k++) sum -= matrix[a * width + k] * matrix[b * width + k];
      matrix[a * width + b] = a === b ? Math.sqrt(sum) : sum / matrix[b * width + b];
    }
}

/** Solves L L' x = b in the place of b. */
function solve(factor: Float64Array, width: number, b: Float64Array): void {
  for (let a = 0; a < width; a++) {
    let sum = b[a];
    for (let k = 0; k < a; k++) sum -= factor[a * width + k] * b[k];
    b[a] = sum / factor[a * width + a];
  }
  for (let a = width - 1; a >= 0; a--) {
    let sum = b[a];
    for (let k = a + 1; k < width; k++) sum -= factor[k * width + a] * b[k];
    b[a] = sum / factor[a * width + a];
  }
}
