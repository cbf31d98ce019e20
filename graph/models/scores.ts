/**
 * How good forecasts of BREAK, REJECT and CHOP were. Losses are nats an episode, less is better.
 *
 * The log loss of an episode is exactly that of "CHOP or not" plus, where it was decided, that of "BREAK or REJECT" among the decided:
 * the two parts are told apart because volatility alone forecasts the first well and says nothing of the second.
 */
import { minimise } from './logistic/lbfgs';
import { softmax } from './softmax';

/** Classes in the order of forecasts and labels. */
export const CLASSES = ['BREAK', 'REJECT', 'CHOP'] as const;
export type OutcomeClass = (typeof CLASSES)[number];
const BREAK = 0;
const CHOP = 2;
const N = CLASSES.length;

export interface Forecasts {
  /** Probabilities, episodes x classes. */
  readonly shares: Float64Array;
  /** Class that came true, of each episode. */
  readonly labels: ArrayLike<number>;
}

/** The least probability that is judged: below it, one surprise would outweigh everything. */
const LEAST = 1e-9;
const loss = (probability: number): number => -Math.log(Math.max(probability, LEAST));

const each = ({ labels }: Forecasts, of: (at: number, label: number) => number): Float64Array =>
  Float64Array.from({ length: labels.length }, (_, i) => of(N * i, labels[i]));

/** -ln of the probability of what came true, of each episode. */
export const logLosses = (forecasts: Forecasts): Float64Array =>
  each(forecasts, (at, label) => loss(forecasts.shares[at + label]));

/** The part that is about CHOP, of each episode. */
export const chopLosses = (forecasts: Forecasts): Float64Array =>
  each(forecasts, (at, label) => {
    const chop = forecasts.shares[at + CHOP];
    return loss(label === CHOP ? chop : 1 - chop);
  });

/** The part that is about direction: of each decided episode, NaN of the others. */
export const directionLosses = (forecasts: Forecasts): Float64Array =>
  each(forecasts, (at, label) => {
    if (label === CHOP) return NaN;
    const decided = forecasts.shares[at] + forecasts.shares[at + 1];
    return loss(forecasts.shares[at + label] / decided);
  });

/**
 * Probability of BREAK among decided episodes where price is a martingale: that of a walk that starts `distance` beyond the level to
 * reach the barrier on that side first.
 * @param distance ticks of the touch from the level along the approach, negative before it
 * @param barrier ticks of either barrier from the level
 */
export const martingaleBreak = (distance: number, barrier: number): number =>
  Math.min(Math.max((barrier + distance) / (2 * barrier), 0), 1);

/** Terms of the series below: at the least spread it is asked for, the last ones are far below rounding. */
const TERMS = 60;
/** Least spread, in distances between the barriers, of which anything is said: within less hardly any walk is decided. */
const LEAST_SPREAD = 0.1;

/**
 * The same among episodes decided within the horizon: the nearer barrier is not only reached more often but also sooner, so that BREAK
 * is rarer still where a walk has little time. From the distribution of the first exit of Brownian motion from an interval (W. Feller,
 * An Introduction to Probability Theory and Its Applications, vol. 2, 1971, ch. X.5).
 * @param spread standard deviation of the price over the horizon, ticks; where it is not known (NaN), the martingale's value
 */
export function walkBreak(distance: number, barrier: number, spread: number): number {
  const through = martingaleBreak(distance, barrier);
  if (Number.isNaN(spread) || through <= 0 || through >= 1) return through;
  const s = Math.max(spread / (2 * barrier), LEAST_SPREAD);
  let breaks = through;
  let rejects = 1 - through;
  for (let n = 1; n <= TERMS; n++) {
    const term =
      (2 / (n * Math.PI)) * Math.exp((-(n * n) * Math.PI ** 2 * s * s) / 2) * Math.sin(n * Math.PI * through);
    breaks += n % 2 === 0 ? term : -term;
    rejects -= term;
  }
  // Rounding may leave less than nothing of what hardly ever happens.
  return Math.min(Math.max(breaks / (breaks + rejects), 0), 1);
}

/**
 * Loss of a forecast of direction that is given: of each decided episode, NaN of the others.
 * @param through probability of BREAK among decided ones, of each episode
 */
export const givenDirectionLosses = (labels: ArrayLike<number>, through: ArrayLike<number>): Float64Array =>
  Float64Array.from({ length: labels.length }, (_, i) => {
    if (labels[i] === CHOP) return NaN;
    return loss(labels[i] === BREAK ? through[i] : 1 - through[i]);
  });

/** Sum over classes of squared differences between forecast and outcome, mean over episodes (G. Brier, 1950): 0 to 2. */
export function brierScore({ shares, labels }: Forecasts): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++)
    for (let c = 0; c < N; c++) sum += (shares[N * i + c] - (labels[i] === c ? 1 : 0)) ** 2;
  return sum / labels.length;
}

/** Episodes of like probability that are taken together to see how often they came true. */
const BINS = 10;

/**
 * Expected calibration error, mean over classes: episodes in ten bins of equal number by the class's probability, mean distance of that
 * probability from the share that came true (M. Kull et al., Advances in Neural Information Processing Systems 32, 2019).
 */
export function calibrationError({ shares, labels }: Forecasts): number {
  const n = labels.length;
  let error = 0;
  for (let c = 0; c < N; c++) {
    const order = Array.from({ length: n }, (_, i) => i).sort(
      (a, b) => shares[N * a + c] - shares[N * b + c] || a - b,
    );
    for (let bin = 0; bin < BINS; bin++) {
      let difference = 0;
      for (const i of order.slice(Math.floor((bin * n) / BINS), Math.floor(((bin + 1) * n) / BINS)))
        difference += shares[N * i + c] - (labels[i] === c ? 1 : 0);
      error += Math.abs(difference);
    }
  }
  return error / (n * N);
}

/**
 * By how much log probabilities must be multiplied, base rates refitted, to fit what came true best (D. Cox, Biometrika 45, 1958): 1 if
 * forecasts are calibrated, less if they claim too much, more if too little. NaN where it cannot be told: of forecasts all alike, or if
 * everything came true as one class.
 */
export function calibrationSlope({ shares, labels }: Forecasts): number {
  const n = labels.length;
  const logs = shares.map((share) => Math.log(Math.max(share, LEAST)));
  const alike = logs.every((value, k) => Math.abs(value - logs[k % N]) < 1e-12);
  const seen = new Set(Array.from(labels)).size;
  if (n === 0 || alike || seen < 2) return NaN;
  const values = new Float64Array(N);
  // Parameters: the slope, then an intercept a class.
  const start = Float64Array.of(1, 0, 0, 0);
  const { point } = minimise((at, gradient) => {
    gradient.fill(0);
    let total = 0;
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < N; c++) values[c] = at[0] * logs[N * i + c] + at[1 + c];
      const own = values[labels[i]];
      total += softmax(values, 0, N) - own;
      for (let c = 0; c < N; c++) {
        const error = values[c] - (labels[i] === c ? 1 : 0);
        gradient[0] += (error * logs[N * i + c]) / n;
        gradient[1 + c] += error / n;
      }
    }
    return total / n;
  }, start);
  return point[0];
}
