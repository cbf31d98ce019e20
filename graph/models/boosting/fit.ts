/**
 * Gradient boosting of regression trees on histograms, softmax over classes: in each round a tree a class, fitted to the first and
 * second derivatives of the loss (Friedman 2001; second order as in Chen & Guestrin, KDD 2016). No randomness.
 */
import { checkRows, type LabelledRows } from '../labelledRows';
import { lossOf, softmax } from '../softmax';
import { binned } from './bins';
import { growTree, treeValue, type Tree, type TreeSettings } from './tree';

export interface BoostingModel {
  readonly features: number;
  readonly classes: number;
  /** Logits before the first round, a class each: logarithms of the shares, 0 where the rows had offsets. */
  readonly intercepts: Float64Array;
  /** Round by round, a tree a class. */
  readonly rounds: readonly (readonly Tree[])[];
}

export interface BoostingSettings extends TreeSettings {
  readonly rounds: number;
}

export const BOOSTING_DEFAULTS: BoostingSettings = {
  rounds: 100,
  leaves: 31,
  splitRows: 100,
  sideHessian: 5,
  lambda: 1,
  learningRate: 0.1,
};

/** Second derivatives are not below it: a class that is certain would make its leaves unbounded. */
const LEAST_HESSIAN = 1e-6;

/**
 * @param rows features of any scale; undefined ones are NaN and go their own way
 * @throws SpymasterError BadArgument where the parts of `rows` do not fit together
 */
export function fitBoosting(
  rows: LabelledRows,
  settings: BoostingSettings = BOOSTING_DEFAULTS,
): BoostingModel {
  checkRows(rows);
  const { x, features, classes, labels, weights, offsets } = rows;
  const n = labels.length;
  const cut = binned(x, features);
  const intercepts = offsets ? new Float64Array(classes) : logShares(rows);
  const logits = Float64Array.from({ length: n * classes }, (_, i) =>
    offsets ? offsets[i] : intercepts[i % classes],
  );
  const shares = new Float64Array(n * classes);
  const gradients = new Float64Array(n);
  const hessians = new Float64Array(n);
  const rounds: Tree[][] = [];
  for (let round = 0; round < settings.rounds; round++) {
    shares.set(logits);
    for (let at = 0; at < shares.length; at += classes) softmax(shares, at, classes);
    const trees: Tree[] = [];
    for (let c = 0; c < classes; c++) {
      for (let i = 0; i < n; i++) {
        const weight = weights ? weights[i] : 1;
        const p = shares[i * classes + c];
        gradients[i] = weight * (p - (labels[i] === c ? 1 : 0));
        hessians[i] = weight * Math.max(p * (1 - p), LEAST_HESSIAN);
      }
      const { tree, fitted } = growTree(cut, gradients, hessians, settings);
      for (let i = 0; i < n; i++) logits[i * classes + c] += fitted[i];
      trees.push(tree);
    }
    rounds.push(trees);
  }
  return { features, classes, intercepts, rounds };
}

/** Logarithms of the shares of the classes; one that never came true counts as half a row. */
function logShares({ labels, classes, weights }: LabelledRows): Float64Array {
  const counts = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) counts[labels[i]] += weights ? weights[i] : 1;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => Math.fround(Math.log(Math.max(count, 0.5) / total)));
}

/**
 * Logits of rows, rows x classes.
 * @param offsets rows x classes, added where the model was fitted with some
 */
export function boostingLogits(
  model: BoostingModel,
  x: ArrayLike<number>,
  offsets?: ArrayLike<number>,
): Float64Array {
  const logits = startOf(model, x, offsets);
  for (const trees of model.rounds) addRound(model, trees, x, logits);
  return logits;
}

/**
 * Mean loss of rows after 0, 1, .. rounds: what early stopping chooses by, from rows that were not fitted to.
 * @returns one more than there are rounds
 */
export function lossByRound(model: BoostingModel, rows: LabelledRows): Float64Array {
  const { x, labels, classes, weights, offsets } = rows;
  const logits = startOf(model, x, offsets);
  const mean = () => {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < labels.length; i++) {
      const weight = weights ? weights[i] : 1;
      sum += weight * lossOf(logits, i * classes, classes, labels[i]);
      total += weight;
    }
    return sum / total;
  };
  const losses = new Float64Array(model.rounds.length + 1);
  losses[0] = mean();
  model.rounds.forEach((trees, round) => {
    addRound(model, trees, x, logits);
    losses[round + 1] = mean();
  });
  return losses;
}

/** The model as it was after so many rounds. */
export const afterRounds = (model: BoostingModel, rounds: number): BoostingModel => ({
  ...model,
  rounds: model.rounds.slice(0, rounds),
});

function startOf(
  { features, classes, intercepts }: BoostingModel,
  x: ArrayLike<number>,
  offsets?: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(
    { length: (x.length / features) * classes },
    (_, i) => intercepts[i % classes] + (offsets ? offsets[i] : 0),
  );
}

function addRound(
  { features, classes }: BoostingModel,
  trees: readonly Tree[],
  x: ArrayLike<number>,
  logits: Float64Array,
): void {
  for (let row = 0, at = 0; at < logits.length; row++)
    for (let c = 0; c < classes; c++, at++) logits[at] += treeValue(trees[c], x, row * features);
}
