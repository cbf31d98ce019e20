/**
 * How much a candidate is believed: its logits are drawn toward those of a baseline, and the result is calibrated by a temperature.
 * Both are learned from forecasts of rows the models had not been fitted to, by walk-forward folds: a share of 0, the baseline
 * alone, is among what can be learned, and is what is learned of a candidate that knows nothing.
 */
import { badArgument } from './labelledRows';
import { softmax } from './softmax';

/** Forecasts of rows by models fitted to earlier sessions alone. */
export interface ForwardForecasts {
  readonly classes: number;
  /** Class that came true, a row each. */
  readonly labels: ArrayLike<number>;
  /** Logits, rows x classes. */
  readonly baseline: ArrayLike<number>;
  readonly candidate: ArrayLike<number>;
}

/** Calibrated logits = (baseline + share (candidate - baseline)) / temperature. */
export interface Shrinkage {
  /** 0: baseline alone, 1: candidate alone. */
  readonly share: number;
  /** Above 1 the forecasts were too sure, below 1 too timid. */
  readonly temperature: number;
}

/** The baseline as it is: what is believed before there is a forecast to learn from. */
export const BASELINE_ALONE: Shrinkage = { share: 0, temperature: 1 };

/** Temperatures that are learned; beyond them there is something wrong with a model that calibration cannot mend. */
const TEMPERATURES = { low: 0.2, high: 5 };

/**
 * The share in [0, 1] of least loss, then the temperature of least loss at that share. The loss is convex in the share, and in the
 * inverse of the temperature, so that each is found by halving where its slope changes sign.
 * @throws SpymasterError BadArgument where the parts do not fit together
 */
export function fitShrinkage(forecasts: ForwardForecasts): Shrinkage {
  const { classes, labels, baseline, candidate } = forecasts;
  const n = labels.length * classes;
  if (baseline.length !== n || candidate.length !== n)
    badArgument(
      `${baseline.length} and ${candidate.length} logits`,
      'baseline, candidate',
      `${n} each, ${labels.length} rows x ${classes} classes`,
    );
  if (labels.length === 0) return BASELINE_ALONE;
  const difference = Float64Array.from({ length: n }, (_, i) => candidate[i] - baseline[i]);
  const share = leastLoss(baseline, difference, forecasts, 0, 1);
  const believed = shrunk({ share, temperature: 1 }, baseline, candidate);
  const none = new Float64Array(n);
  const inverse = leastLoss(none, believed, forecasts, 1 / TEMPERATURES.high, 1 / TEMPERATURES.low);
  return { share, temperature: 1 / inverse };
}

/** Logits, rows x classes, believed so much. */
export function shrunk(
  { share, temperature }: Shrinkage,
  baseline: ArrayLike<number>,
  candidate: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(
    { length: baseline.length },
    (_, i) => (baseline[i] + share * (candidate[i] - baseline[i])) / temperature,
  );
}

/**
 * Forecasts calibrated honestly: those of each fold by what was learned of the folds before it.
 * @param folds in the order of time
 * @returns logits of each fold, and what would be learned for the fold after the last
 */
export function shrinkForward(folds: readonly ForwardForecasts[]): {
  logits: Float64Array[];
  next: Shrinkage;
} {
  const learned = folds.map((_, k) => fitShrinkage(joined(folds.slice(0, k))));
  return {
    logits: folds.map(({ baseline, candidate }, k) => shrunk(learned[k], baseline, candidate)),
    next: fitShrinkage(joined(folds)),
  };
}

function joined(folds: readonly ForwardForecasts[]): ForwardForecasts {
  const all = (part: (fold: ForwardForecasts) => ArrayLike<number>) =>
    folds.flatMap((fold) => Array.from(part(fold)));
  return {
    classes: folds[0]?.classes ?? 0,
    labels: all(({ labels }) => labels),
    baseline: all(({ baseline }) => baseline),
    candidate: all(({ candidate }) => candidate),
  };
}

/** The factor in [low, high] at which start + factor direction has the least loss. */
function leastLoss(
  start: ArrayLike<number>,
  direction: ArrayLike<number>,
  rows: Pick<ForwardForecasts, 'labels' | 'classes'>,
  low: number,
  high: number,
): number {
  if (slopeAt(low, start, direction, rows) >= 0) return low;
  if (slopeAt(high, start, direction, rows) <= 0) return high;
  // 40 halvings: to the twelfth decimal.
  for (let k = 0; k < 40; k++) {
    const middle = (low + high) / 2;
    if (slopeAt(middle, start, direction, rows) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Slope of the summed loss by the factor: what the direction is expected to be, less what it was of the classes that came true. */
function slopeAt(
  factor: number,
  start: ArrayLike<number>,
  direction: ArrayLike<number>,
  { labels, classes }: Pick<ForwardForecasts, 'labels' | 'classes'>,
): number {
  // A row's logits, then its probabilities.
  const logits = new Float64Array(classes);
  let slope = 0;
  for (let i = 0, at = 0; i < labels.length; i++, at += classes) {
    for (let c = 0; c < classes; c++) logits[c] = start[at + c] + factor * direction[at + c];
    softmax(logits, 0, classes);
    for (let c = 0; c < classes; c++) slope += logits[c] * direction[at + c];
    slope -= direction[at + labels[i]];
  }
  return slope;
}
