/**
 * What features add to the base rate, out of sample: log loss under walk-forward by day.
 *
 * Days are judged in blocks by models fitted to all earlier days alone, scales included. The baseline knows the base rates and
 * geometry alone; the other model has the features besides. The gain is averaged over observations, with a bootstrap interval
 * over whole days: the observations of one day are not independent.
 */
import { Random } from '../random/random';
import { momentsOf } from '../statistics/moments';
import type { Interval } from '../statistics/proportion';
import { fitLogistic, logisticShares } from './logistic/fit';

export interface Observation {
  /** Trade date. */
  readonly day: string;
  /** Class that came true, 0 .. classes - 1. */
  readonly label: number;
  /** What the baseline knows, undefined as NaN. */
  readonly baseline: ArrayLike<number>;
  /** What the other model knows besides. */
  readonly features: ArrayLike<number>;
}

export interface Skill {
  /** Observations judged, and days they are of. */
  observations: number;
  judgedDays: number;
  /** Mean log loss, nats an observation. */
  baselineLoss: number;
  loss: number;
  /** How much less the loss is with the features; negative where they mislead. */
  skill: number;
  /** 95 % interval of it, by drawing days. */
  interval: Interval;
}

interface SkillOptions {
  classes: number;
  seed: number;
}

/** Days before the first one judged: a third of them. */
const BURN_IN = 1 / 3;
/** Days judged by one fit. */
const BLOCK = 5;
/** Chosen for hundreds of observations and about as many features: without any signal the loss hardly rises. */
const RIDGE = 300;
const BASELINE_RIDGE = 10;
/** Standard deviations at which a feature is cut off. */
const CLIP = 4;
const DRAWS = 2000;

/** @param observations of at least 3 days */
export function walkForwardSkill(
  observations: readonly Observation[],
  { classes, seed }: SkillOptions,
): Skill {
  const days = [...new Set(observations.map(({ day }) => day))].sort();
  const first = Math.ceil(days.length * BURN_IN);
  const judged: { gain: number; count: number }[] = [];
  let baselineLoss = 0;
  let loss = 0;
  for (let from = first; from < days.length; from += BLOCK) {
    const earlier = observations.filter(({ day }) => day < days[from]);
    const base = modelOf(earlier, ({ baseline }) => baseline, classes, BASELINE_RIDGE);
    const full = modelOf(
      earlier,
      ({ baseline, features }) => [...toList(baseline), ...toList(features)],
      classes,
      RIDGE,
    );
    for (const day of days.slice(from, from + BLOCK)) {
      const ofDay = observations.filter((observation) => observation.day === day);
      const sum = (model: Model) => ofDay.reduce((total, observation) => total + model(observation), 0);
      const [without, withFeatures] = [sum(base), sum(full)];
      baselineLoss += without;
      loss += withFeatures;
      judged.push({ gain: without - withFeatures, count: ofDay.length });
    }
  }
  const count = judged.reduce((total, day) => total + day.count, 0);
  return {
    observations: count,
    judgedDays: judged.length,
    baselineLoss: baselineLoss / count,
    loss: loss / count,
    skill: (baselineLoss - loss) / count,
    interval: bootstrap(judged, new Random(seed)),
  };
}

const toList = (values: ArrayLike<number>): number[] => Array.from(values);

/** Log loss of an observation. */
type Model = (observation: Observation) => number;

function modelOf(
  earlier: readonly Observation[],
  columnsOf: (observation: Observation) => ArrayLike<number>,
  classes: number,
  ridge: number,
): Model {
  const scaled = scalerOf(earlier.map(columnsOf));
  const features = columnsOf(earlier[0]).length;
  const x = new Float64Array(earlier.length * features);
  earlier.forEach((observation, i) => x.set(scaled(columnsOf(observation)), i * features));
  const fit = fitLogistic({ x, features, classes, labels: earlier.map(({ label }) => label) }, ridge);
  return (observation) => -Math.log(logisticShares(fit, scaled(columnsOf(observation)))[observation.label]);
}

/** Standard deviations from the mean of these rows; 0 where a value is undefined, or always the same. */
function scalerOf(rows: readonly ArrayLike<number>[]): (row: ArrayLike<number>) => Float64Array {
  const scales = Array.from(rows[0], (_, k) => {
    const values = rows.map((row) => row[k]).filter((value) => !Number.isNaN(value));
    return momentsOf(values, 'n');
  });
  return (row) =>
    Float64Array.from(scales, ({ mean, deviation }, k) => {
      const value = (row[k] - mean) / deviation;
      return Number.isFinite(value) ? Math.max(-CLIP, Math.min(CLIP, value)) : 0;
    });
}

/** Mean gain an observation over days drawn with replacement. */
function bootstrap(days: readonly { gain: number; count: number }[], random: Random): Interval {
  const means = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw++) {
    let gain = 0;
    let count = 0;
    for (let k = 0; k < days.length; k++) {
      const day = days[random.below(days.length)];
      gain += day.gain;
      count += day.count;
    }
    means[draw] = gain / count;
  }
  means.sort();
  return { low: means[Math.floor(0.025 * DRAWS)], high: means[Math.floor(0.975 * DRAWS)] };
}
