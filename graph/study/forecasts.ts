/**
 * What can be forecast of an episode's outcome, judged walk-forward by session: by base rate, by time of day, by volatility, distance
 * and time of day, and by how price came besides.
 */
import { fitLogistic, logisticLogits } from '../models/logistic/fit';
import {
  brierScore,
  calibrationError,
  calibrationSlope,
  chopLosses,
  CLASSES,
  directionLosses,
  givenDirectionLosses,
  logLosses,
  type Forecasts,
} from '../models/scores';
import { softmaxRows } from '../models/softmax';
import { fitScaling, scaled } from '../models/scaling';
import { walkForwardFolds, type Fold } from '../models/walkForward';
import { blocksOf, bootstrapMean, type BlockMean } from '../statistics/blockBootstrap';
import { joined } from '../statistics/joined';
import type { MinuteObservation } from './observations';

interface Candidate {
  readonly name: string;
  /** What its own features add to: the logits of this one. */
  readonly on?: Candidate;
  readonly featuresOf: (observation: MinuteObservation) => ArrayLike<number>;
  readonly ridge: number;
}

/** The first features of the baseline are volatility's and distance's, the others those of the time of day. */
const TIME_OF_DAY = 3;
const RIDGE = 10;
/** Of features that may well tell nothing: without a signal the loss must hardly rise. */
const STRONG_RIDGE = 300;

const VOLATILITY: Candidate = {
  name: 'volatility + distance + time of day',
  featuresOf: ({ baseline }) => baseline,
  ridge: RIDGE,
};

const CANDIDATES: readonly Candidate[] = [
  { name: 'time of day', featuresOf: ({ baseline }) => baseline.subarray(TIME_OF_DAY), ridge: RIDGE },
  VOLATILITY,
  {
    name: 'the same + path of price',
    on: VOLATILITY,
    featuresOf: ({ path }) => path,
    ridge: STRONG_RIDGE,
  },
];

/** How good the forecasts of one candidate were; gains are nats an episode, with 90 % intervals by drawing sessions. */
export interface ForecastScore {
  readonly name: string;
  /** Log loss below that of the base rates of earlier sessions. */
  readonly gain: BlockMean;
  /** The part of it that is about CHOP. */
  readonly chop: BlockMean;
  /** Among decided episodes: loss of direction below that of the martingale value of the touch's distance. */
  readonly direction: BlockMean;
  /** And below that of a walk of the same volatility that is decided within the horizon. */
  readonly directionOverWalk: BlockMean;
  /** Log loss below that of volatility, distance and time of day. */
  readonly gainOverVolatility: BlockMean;
  readonly brier: number;
  readonly calibrationError: number;
  /** NaN where it cannot be told. */
  readonly calibrationSlope: number;
}

export interface ForecastStudy {
  readonly scoredSessions: number;
  readonly episodes: number;
  /** Of the base rates of earlier sessions. */
  readonly baseRate: { readonly loss: number; readonly brier: number };
  readonly scores: readonly ForecastScore[];
}

/** Sessions before the first one judged: a third. */
const BURN_IN = 1 / 3;
const EMBARGO = 1;
/** Sessions judged by one fit, and the most fits. */
const LEAST_BLOCK = 5;
const MOST_FOLDS = 40;
/** Fewest sessions that are judged. */
export const LEAST_SESSIONS = 12;

/**
 * Yields after every fit.
 * @param observations of sessions in order
 * @returns null of fewer than `LEAST_SESSIONS` sessions
 */
export function* judgeForecasts(
  observations: readonly MinuteObservation[],
  seed: number,
): Generator<{ done: number; total: number }, ForecastStudy | null> {
  const days = observations.map(({ tradeDate }) => tradeDate);
  const sessions = new Set(days).size;
  if (sessions < LEAST_SESSIONS) return null;
  const burnIn = Math.ceil(sessions * BURN_IN);
  const block = Math.max(LEAST_BLOCK, Math.ceil((sessions - burnIn) / MOST_FOLDS));
  const folds = walkForwardFolds(days, { burnIn, block, embargo: EMBARGO });
  const tested = folds.flatMap(({ test }) => test);
  const judged = tested.map((i) => observations[i]);
  const judgedDays = tested.map((i) => days[i]);
  const labels = judged.map(labelOf);

  const total = folds.length * CANDIDATES.length;
  const forecasts = new Map<Candidate, Forecasts>();
  let done = 0;
  for (const candidate of CANDIDATES) {
    const shares: Float64Array[] = [];
    for (const fold of folds) {
      shares.push(forecast(candidate, observations, fold));
      yield { done: ++done, total };
    }
    forecasts.set(candidate, { shares: joined(shares), labels });
  }

  const base: Forecasts = { shares: joined(folds.map((fold) => earlierRates(observations, fold))), labels };
  const martingale = givenDirectionLosses(
    labels,
    judged.map((one) => one.martingale),
  );
  const walk = givenDirectionLosses(
    labels,
    judged.map((one) => one.walk),
  );
  const below = (reference: Float64Array, losses: Float64Array) =>
    bootstrapMean(
      blocksOf(
        judgedDays,
        losses.map((loss, i) => reference[i] - loss),
      ),
      { seed },
    );
  const scores = [...forecasts].map(([{ name }, given]) => ({
    name,
    gain: below(logLosses(base), logLosses(given)),
    chop: below(chopLosses(base), chopLosses(given)),
    direction: below(martingale, directionLosses(given)),
    directionOverWalk: below(walk, directionLosses(given)),
    gainOverVolatility: below(logLosses(forecasts.get(VOLATILITY)!), logLosses(given)),
    brier: brierScore(given),
    calibrationError: calibrationError(given),
    calibrationSlope: calibrationSlope(given),
  }));
  const loss = logLosses(base).reduce((sum, one) => sum + one, 0) / labels.length;
  return {
    scoredSessions: new Set(judgedDays).size,
    episodes: labels.length,
    baseRate: { loss, brier: brierScore(base) },
    scores,
  };
}

const labelOf = ({ outcome }: MinuteObservation): number => CLASSES.indexOf(outcome);

/** Probabilities of a fold's judged episodes by a fit to its earlier ones. */
function forecast(
  candidate: Candidate,
  observations: readonly MinuteObservation[],
  fold: Fold,
): Float64Array {
  const logits = fitted(candidate, observations, fold.train)(fold.test);
  return softmaxRows(logits, CLASSES.length);
}

/** Logits of any episodes by a fit to some. */
function fitted(
  { on, featuresOf, ridge }: Candidate,
  observations: readonly MinuteObservation[],
  train: readonly number[],
): (of: readonly number[]) => Float64Array {
  const below = on && fitted(on, observations, train);
  const rowsOf = (of: readonly number[]) =>
    joined(of.map((i) => Float64Array.from(featuresOf(observations[i]))));
  const features = featuresOf(observations[train[0]]).length;
  const scaling = fitScaling(rowsOf(train), features);
  const matrix = (of: readonly number[]) => scaled(scaling, rowsOf(of));
  const model = fitLogistic(
    {
      x: matrix(train),
      features,
      classes: CLASSES.length,
      labels: train.map((i) => labelOf(observations[i])),
      offsets: below?.(train),
    },
    ridge,
  );
  return (of) => logisticLogits(model, matrix(of), below?.(of));
}

/** Shares of the classes among a fold's earlier episodes, one more of each added, for every judged one. */
function earlierRates(observations: readonly MinuteObservation[], { train, test }: Fold): Float64Array {
  const counts = CLASSES.map(
    (outcome) => 1 + train.filter((i) => observations[i].outcome === outcome).length,
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  return joined(test.map(() => Float64Array.from(counts, (count) => count / total)));
}
