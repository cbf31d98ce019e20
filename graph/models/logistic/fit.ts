/** Multinomial logistic regression with a ridge penalty: probabilities of classes that depend on features. */
import { badArgument, checkRows, type LabelledRows } from '../labelledRows';
import { softmaxRows } from '../softmax';
import { minimise, type Objective, type Stops } from './lbfgs';
import { logisticObjective, weightOf } from './objective';

export interface LogisticModel {
  readonly features: number;
  readonly classes: number;
  /** Classes x features, class by class. */
  readonly weights: Float64Array;
  /** One a class; they sum to 0. */
  readonly intercepts: Float64Array;
}

export interface LogisticFit extends LogisticModel {
  /** Mean loss of the rows fitted to, nats, the penalty included. */
  readonly objective: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** From so many rows on the search begins where that of one in `STRIDE` of them ends: such steps cost little, and lead most of the way. */
const MANY = 10_000;
const STRIDE = 8;
const NEAR: Stops = { gradient: 1e-4, decrease: 1e-6, iterations: 30 };

/**
 * @param rows to fit to, at least one of positive weight; features are finite and of one scale: the penalty treats all alike
 * @param ridge penalty: ridge / 2 times the squared weights beside the summed loss, as if the weights had been seen with precision
 * `ridge` to be 0; at least 0. In scikit-learn's words C = 1 / ridge
 * @throws SpymasterError BadArgument where the parts of `rows` do not fit together, or a number is not finite
 */
export function fitLogistic(rows: LabelledRows, ridge: number): LogisticFit {
  check(rows, ridge);
  const { features, classes } = rows;
  const scales = naturalScales(rows, ridge);
  const loss = logisticObjective(rows, ridge);
  let start: Float64Array = new Float64Array(scales.length);
  if (rows.labels.length >= MANY && weightOf(rows, STRIDE) > 0) {
    const near = inUnits(scales, (point, gradient) => loss(point, gradient, STRIDE));
    start = minimise(near, start, NEAR).point;
  }
  const { point, value, iterations, converged } = minimise(inUnits(scales, loss), start);
  const found = point.map((coordinate, i) => scales[i] * coordinate);
  const weights = found.slice(0, classes * features);
  const intercepts = found.slice(classes * features);
  return { features, classes, weights, intercepts, objective: value, iterations, converged };
}

/** An objective of parameters that are measured in units of their own. */
function inUnits(units: Float64Array, objective: Objective): Objective {
  const point = new Float64Array(units.length);
  return (position, gradient) => {
    for (let i = 0; i < point.length; i++) point[i] = units[i] * position[i];
    const value = objective(point, gradient);
    for (let i = 0; i < point.length; i++) gradient[i] *= units[i];
    return value;
  };
}

/**
 * How far each parameter has to move to change the loss by as much as any other: 1 / sqrt of its curvature where all classes are
 * equally likely. Searched in these units, a strong ridge or an unequal scale costs no further steps.
 */
function naturalScales({ x, features, classes, labels, weights }: LabelledRows, ridge: number): Float64Array {
  const squares = new Float64Array(features);
  let total = 0;
  for (let i = 0, at = 0; i < labels.length; i++) {
    const weight = weights ? weights[i] : 1;
    total += weight;
    for (let k = 0; k < features; k++, at++) squares[k] += weight * x[at] * x[at];
  }
  const spread = (classes - 1) / classes ** 2;
  const scales = new Float64Array(classes * (features + 1)).fill(1 / Math.sqrt(spread));
  for (let c = 0; c < classes; c++)
    for (let k = 0; k < features; k++) {
      const curvature = (spread * squares[k] + ridge) / total;
      // A feature that is always 0 has a weight of 0 in any unit.
      scales[c * features + k] = curvature > 0 ? 1 / Math.sqrt(curvature) : 1;
    }
  return scales;
}

/**
 * Logits of rows, rows x classes.
 * @param x rows x features
 * @param offsets rows x classes, added where the model was fitted with some
 */
export function logisticLogits(
  { features, classes, weights, intercepts }: LogisticModel,
  x: ArrayLike<number>,
  offsets?: ArrayLike<number>,
): Float64Array {
  const rows = x.length / features;
  const out = new Float64Array(rows * classes);
  for (let row = 0, at = 0; row < rows; row++)
    for (let c = 0; c < classes; c++, at++) {
      let sum = intercepts[c];
      for (let k = 0; k < features; k++) sum += weights[c * features + k] * x[row * features + k];
      out[at] = sum;
    }
  if (offsets) for (let i = 0; i < out.length; i++) out[i] += offsets[i];
  return out;
}

/** Probabilities of rows, rows x classes. */
export function logisticShares(
  model: LogisticModel,
  x: ArrayLike<number>,
  offsets?: ArrayLike<number>,
): Float64Array {
  return softmaxRows(logisticLogits(model, x, offsets), model.classes);
}

function check(rows: LabelledRows, ridge: number): void {
  checkRows(rows);
  const { x, features } = rows;
  if (!(ridge >= 0 && ridge < Infinity))
    badArgument(`A ridge of ${ridge}`, 'ridge', 'a number of at least 0');
  const undefinedAt = x.findIndex((value) => !Number.isFinite(value));
  if (undefinedAt >= 0)
    badArgument(
      `Feature ${undefinedAt % features} of row ${Math.floor(undefinedAt / features)} is ${x[undefinedAt]}`,
      'x',
      'finite numbers: scale and fill them first',
    );
}
