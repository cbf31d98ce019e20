/**
 * How a candidate did out of sample: its forecasts of every fold, drawn toward the baseline as far as the folds before had earned it, beside
 * the baselines; everything a card and the gate need.
 */
import { reliabilityOf } from '../reliability';
import type { Estimate, NewModelVersion, PartitionScore, ReliabilityBin } from '../registry/modelVersion';
import { DRAWS_SEED, type ScoredSession } from '../scoredSessions';
import {
  brierScore,
  calibrationError,
  calibrationSlope,
  chopLosses,
  CLASSES,
  directionLosses,
  givenDirectionLosses,
  logLosses,
  martingaleBreak,
  walkBreak,
} from '../scores';
import { shrinkForward, type Shrinkage } from '../shrinkage';
import { softmaxRows } from '../softmax';
import { blocksOf, bootstrapMean } from '../../statistics/blockBootstrap';
import { joined } from '../../statistics/joined';
import { Z90 } from '../../statistics/proportion';
import { volatilityOf, type Measured } from './baselineRows';
import { WIDTH, type Examples } from './example';
import type { FoldForecast } from './foldForecasts';

export interface Evaluation {
  readonly metrics: NewModelVersion['metrics'];
  readonly sessions: ScoredSession[];
  readonly reliability: ReliabilityBin[];
  readonly partitions: PartitionScore[];
  /** What is believed of the candidate from all folds: how it is served. */
  readonly shrinkage: Shrinkage;
}

interface Scored {
  /** Rows of the examples, and the session of each. */
  readonly rows: readonly number[];
  readonly days: readonly string[];
  readonly labels: Uint8Array;
  /** Probabilities, rows x classes. */
  readonly shares: Float64Array;
  readonly losses: Float64Array;
  readonly baseRateLosses: Float64Array;
  readonly baselineLosses: Float64Array;
  readonly baselineChop: Float64Array;
  readonly direction: Float64Array;
  /** Losses of what price without memory would give for direction. */
  readonly martingale: Float64Array;
}

const classes = CLASSES.length;
/** Episodes below which nothing is said of a partition. */
const LEAST_OF_PARTITION = 10;

/** @param folds in order of time, at least one with rows */
export function evaluate(examples: Examples, folds: readonly FoldForecast[], measured: Measured): Evaluation {
  const { logits, next } = shrinkForward(folds);
  const scored = scoredOf(examples, folds, logits, measured);
  return {
    metrics: metricsOf(scored),
    sessions: sessionsOf(scored),
    reliability: reliabilityOf(scored),
    partitions: partitionsOf(examples, scored),
    shrinkage: next,
  };
}

/** Gain over the base rate, as `metrics` has it: what a training on shuffled outcomes is asked for alone. */
export function gainOverBaseRate(
  examples: Examples,
  folds: readonly FoldForecast[],
  measured: Measured,
): Estimate {
  const { logits } = shrinkForward(folds);
  const { days, losses, baseRateLosses } = scoredOf(examples, folds, logits, measured);
  return estimate(days, less(baseRateLosses, losses));
}

function scoredOf(
  examples: Examples,
  folds: readonly FoldForecast[],
  logits: readonly Float64Array[],
  measured: Measured,
): Scored {
  const rows = folds.flatMap((fold) => fold.rows);
  const labels = Uint8Array.from(folds.flatMap((fold) => [...fold.labels]));
  const shares = softmaxRows(joined(logits), classes);
  const baseline = softmaxRows(joined(folds.map((fold) => fold.baseline)), classes);
  const baseRates = joined(folds.map((fold) => fold.baseRates));
  return {
    rows,
    days: rows.map((row) => examples.sessions[examples.session[row]]),
    labels,
    shares,
    losses: logLosses({ shares, labels }),
    baseRateLosses: logLosses({ shares: baseRates, labels }),
    baselineLosses: logLosses({ shares: baseline, labels }),
    baselineChop: chopLosses({ shares: baseRates, labels }),
    direction: directionLosses({ shares, labels }),
    martingale: directionReference(examples, rows, labels, measured),
  };
}

/**
 * What a claim of direction is made against: the martingale value of the touch distance, or that of a walk which is decided within the
 * horizon, whichever forecast these episodes better. Volatility tells the second, and must not pass for knowing direction.
 */
function directionReference(
  examples: Examples,
  rows: readonly number[],
  labels: Uint8Array,
  { barrierTicks, horizonMinutes, barSeconds }: Measured,
): Float64Array {
  const distance = (row: number) => examples.touchDistance[row];
  const spread = (row: number) =>
    volatilityOf(examples.raw.subarray(row * WIDTH, (row + 1) * WIDTH), barSeconds) *
    Math.sqrt(Math.min(horizonMinutes, examples.minutesToClose[row]));
  const given = [
    rows.map((row) => martingaleBreak(distance(row), barrierTicks)),
    rows.map((row) => walkBreak(distance(row), barrierTicks, spread(row))),
  ].map((through) => givenDirectionLosses(labels, through));
  const sum = (losses: Float64Array) =>
    losses.reduce((total, loss) => total + (Number.isNaN(loss) ? 0 : loss), 0);
  return sum(given[0]) <= sum(given[1]) ? given[0] : given[1];
}

const less = (reference: Float64Array, losses: Float64Array) => reference.map((one, i) => one - losses[i]);

function estimate(
  days: readonly string[],
  values: ArrayLike<number>,
  unit: Estimate['unit'] = 'nats gained',
): Estimate {
  const { n, mean, interval } = bootstrapMean(blocksOf(days, values), { seed: DRAWS_SEED });
  return { value: mean, low: finite(interval.low, mean), high: finite(interval.high, mean), n, unit };
}

/** Of one session alone there is no interval: it is the value itself. */
const finite = (bound: number, otherwise: number) => (Number.isFinite(bound) ? bound : otherwise);

function metricsOf(scored: Scored): Evaluation['metrics'] {
  const { days, labels, shares, losses, baseRateLosses, baselineLosses, baselineChop } = scored;
  const chop = chopLosses({ shares, labels });
  const metrics: Record<string, Estimate> = {
    log_loss: estimate(days, losses, 'nats'),
    gain_over_base_rate: estimate(days, less(baseRateLosses, losses)),
    gain_over_baseline: estimate(days, less(baselineLosses, losses)),
    chop_gain: estimate(days, less(baselineChop, chop)),
    brier: ofSessions(scored, brierScore),
    ece: ofSessions(scored, calibrationError),
  };
  const direction = estimate(days, less(scored.martingale, scored.direction));
  if (direction.n > 0) metrics.direction_gain = direction;
  const slope = ofSessions(scored, calibrationSlope);
  if (Number.isFinite(slope.value)) metrics.calibration_slope = slope;
  return metrics;
}

/** Parts of the sessions that are left out in turn, for figures that are no means. */
const PARTS = 10;

/**
 * A figure of all forecasts with its interval by the jackknife over groups of whole sessions (J. Shao and D. Tu, The Jackknife and
 * Bootstrap, 1995, ch. 2.3): it costs ten evaluations, where drawing sessions would cost thousands.
 */
function ofSessions(
  { days, labels, shares }: Scored,
  figure: (forecasts: { shares: Float64Array; labels: Uint8Array }) => number,
): Estimate {
  const value = figure({ shares, labels });
  const unit = '1';
  const n = labels.length;
  const sessions = [...new Set(days)];
  const parts = Math.min(PARTS, sessions.length);
  const partOf = new Map(sessions.map((day, k) => [day, k % parts]));
  const without = Array.from({ length: parts }, (_, part) => {
    const kept = days.flatMap((day, i) => (partOf.get(day) === part ? [] : [i]));
    return figure({
      shares: Float64Array.from(kept.flatMap((i) => [...shares.subarray(i * classes, (i + 1) * classes)])),
      labels: Uint8Array.from(kept, (i) => labels[i]),
    });
  }).filter(Number.isFinite);
  if (without.length < 2 || !Number.isFinite(value)) return { value, low: value, high: value, n, unit };
  const mean = without.reduce((sum, one) => sum + one, 0) / without.length;
  const squares = without.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const error = Math.sqrt(((without.length - 1) / without.length) * squares);
  return { value, low: value - Z90 * error, high: value + Z90 * error, n, unit };
}

function sessionsOf(scored: Scored): ScoredSession[] {
  const sessions = new Map<string, ScoredSession>();
  scored.days.forEach((session, i) => {
    const of = sessions.get(session) ?? {
      session,
      n: 0,
      loss: 0,
      baseRateLoss: 0,
      baselineLoss: 0,
      decided: 0,
      directionLoss: 0,
      martingaleLoss: 0,
    };
    sessions.set(session, of);
    of.n++;
    of.loss += scored.losses[i];
    of.baseRateLoss += scored.baseRateLosses[i];
    of.baselineLoss += scored.baselineLosses[i];
    if (Number.isNaN(scored.direction[i])) return;
    of.decided++;
    of.directionLoss += scored.direction[i];
    of.martingaleLoss += scored.martingale[i];
  });
  return [...sessions.values()].sort((a, b) => (a.session < b.session ? -1 : 1));
}

function partitionsOf(examples: Examples, scored: Scored): PartitionScore[] {
  const members = new Map<string, number[]>();
  scored.rows.forEach((row, i) => {
    const name = `${examples.level[row]} ${examples.direction[row]} ${examples.timeOfDay[row]}`;
    members.set(name, [...(members.get(name) ?? []), i]);
  });
  return [...members]
    .filter(([, of]) => of.length >= LEAST_OF_PARTITION)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, of]): PartitionScore => {
      const [level, direction, timeOfDay] = name.split(' ');
      const days = of.map((i) => scored.days[i]);
      const gains = of.map((i) => scored.baseRateLosses[i] - scored.losses[i]);
      const { value: gain, low, high, n } = estimate(days, gains);
      const share = (c: number) => of.filter((i) => scored.labels[i] === c).length / n;
      return {
        level,
        direction,
        timeOfDay,
        n,
        sessions: new Set(days).size,
        shares: [share(0), share(1), share(2)],
        gain,
        low,
        high,
      };
    });
}
