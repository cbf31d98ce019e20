/**
 * What a family would have forecast of the sessions of a fold, fitted to those before them: the candidate's logits beside the baseline's
 * and the base rates of the episodes' partitions.
 */
import { fitLogistic, logisticLogits, type LogisticModel } from '../logistic/fit';
import { BASELINE_FEATURES } from '../baselineFeatures';
import { PartitionShares } from '../partitionShares';
import { fitScaling, scaled, type Scaling } from '../scaling';
import { CLASSES } from '../scores';
import type { Values } from '../search/space';
import type { Fold } from '../walkForward';
import { baselineRows, type Measured } from './baselineRows';
import type { Examples } from './example';
import type { Family, Fitted } from './families';

const classes = CLASSES.length;
/** Penalty on the baseline's seven weights. */
const BASELINE_RIDGE = 10;

/** Examples with what every fit needs of them, and how outcomes fell; shuffled outcomes are put in the place of the true ones. */
export interface TrainingData {
  readonly examples: Examples;
  /** Rows x `BASELINE_FEATURES`. */
  readonly baseline: Float32Array;
  readonly labels: Uint8Array;
}

export const trainingData = (examples: Examples, measured: Measured): TrainingData => ({
  examples,
  baseline: baselineRows(examples, measured),
  labels: examples.label,
});

/** Volatility, distance and time of day, fitted. */
export interface BaselineModel {
  readonly scaling: Scaling;
  readonly model: LogisticModel;
}

/** @throws SpymasterError BadArgument of no rows */
export function fitBaseline(
  { baseline, labels }: Pick<TrainingData, 'baseline' | 'labels'>,
  rows: readonly number[],
): BaselineModel {
  const features = BASELINE_FEATURES.length;
  const x = rowsOf(baseline, features, rows);
  const scaling = fitScaling(x, features);
  const labelled = { x: scaled(scaling, x), features, classes, labels: rows.map((row) => labels[row]) };
  return { scaling, model: fitLogistic(labelled, BASELINE_RIDGE) };
}

/** Logits of the baseline, rows x classes. */
export function baselineLogits(
  { scaling, model }: BaselineModel,
  { baseline }: Pick<TrainingData, 'baseline'>,
  rows: readonly number[],
): Float64Array {
  return logisticLogits(model, scaled(scaling, rowsOf(baseline, BASELINE_FEATURES.length, rows)));
}

/** A family fitted on top of the baseline. */
export interface FittedOnBaseline {
  readonly baseline: BaselineModel;
  readonly candidate: Fitted;
}

export async function fitOnBaseline(
  family: Family,
  data: TrainingData,
  rows: readonly number[],
  parameters: Values,
  seed: number,
): Promise<FittedOnBaseline> {
  const baseline = fitBaseline(data, rows);
  const candidate = await family.fit({
    examples: data.examples,
    rows,
    labels: Uint8Array.from(rows, (row) => data.labels[row]),
    offsets: baselineLogits(baseline, data, rows),
    parameters,
    seed,
  });
  return { baseline, candidate };
}

/** Forecasts of a fold's test rows, each rows x classes. */
export interface FoldForecast {
  readonly rows: readonly number[];
  readonly classes: number;
  readonly labels: Uint8Array;
  /** Logits. */
  readonly baseline: Float64Array;
  /** Logits. */
  readonly candidate: Float64Array;
  /** Probabilities. */
  readonly baseRates: Float64Array;
}

export async function forecastFold(
  family: Family,
  data: TrainingData,
  { train, test }: Pick<Fold, 'train' | 'test'>,
  parameters: Values,
  seed: number,
): Promise<FoldForecast> {
  const fitted = await fitOnBaseline(family, data, train, parameters, seed);
  const baseline = baselineLogits(fitted.baseline, data, test);
  return {
    rows: test,
    classes,
    labels: Uint8Array.from(test, (row) => data.labels[row]),
    baseline,
    candidate: await fitted.candidate.logits(data.examples, test, baseline),
    baseRates: partitionShares(data, train, test),
  };
}

/** Base rates of the partitions of test rows, among the rows fitted to. */
function partitionShares(
  { examples: { level, direction, timeOfDay }, labels }: TrainingData,
  train: readonly number[],
  test: readonly number[],
): Float64Array {
  const partition = (row: number) => `${level[row]} ${direction[row]} ${timeOfDay[row]}`;
  const shares = new PartitionShares();
  for (const row of train) shares.add(partition(row), labels[row]);
  return Float64Array.from(test.flatMap((row) => shares.of(partition(row))));
}

function rowsOf(from: Float32Array, width: number, rows: readonly number[]): Float32Array {
  const x = new Float32Array(rows.length * width);
  let at = 0;
  for (const row of rows) for (let k = row * width; k < (row + 1) * width; k++) x[at++] = from[k];
  return x;
}
