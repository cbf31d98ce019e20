/**
 * What features add to the base rate, out of sample: log loss under walk-forward by day.
 *
 * Days are judged in blocks by models fitted to all earlier days alone, scales included. The baseline knows the base rates and
 * geometry alone; the other model has the features besides. The gain is averaged over observations, with a bootstrap interval
 * over whole days: the observations of one day are not independent.
 */
import { bootstrapMean, type Block } from '../statistics/blockBootstrap';
import type { Interval } from '../statistics/proportion';
import { fitLogistic, logisticShares } from './logistic/fit';
import { fitScaling, scaled } from './scaling';
import { walkForwardFolds } from './walkForward';

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

/** @param observations of at least 3 days */
export function walkForwardSkill(
  observations: readonly Observation[],
  { classes, seed }: SkillOptions,
): Skill {
  const days = observations.map(({ day }) => day);
  const burnIn = Math.ceil(new Set(days).size * BURN_IN);
  const judged: Block[] = [];
  let baselineLoss = 0;
  let loss = 0;
  for (const { train, test, testDays } of walkForwardFolds(days, { burnIn, block: BLOCK })) {
    const earlier = train.map((i) => observations[i]);
    const base = modelOf(earlier, ({ baseline }) => baseline, classes, BASELINE_RIDGE);
    const full = modelOf(
      earlier,
      ({ baseline, features }) => [...toList(baseline), ...toList(features)],
      classes,
      RIDGE,
    );
    for (const day of testDays) {
      const ofDay = test.map((i) => observations[i]).filter((observation) => observation.day === day);
      const sum = (model: Model) => ofDay.reduce((total, observation) => total + model(observation), 0);
      const [without, withFeatures] = [sum(base), sum(full)];
      baselineLoss += without;
      loss += withFeatures;
      judged.push({ sum: without - withFeatures, n: ofDay.length });
    }
  }
  const { n, mean, interval } = bootstrapMean(judged, { seed, level: 0.95 });
  return {
    observations: n,
    judgedDays: judged.length,
    baselineLoss: baselineLoss / n,
    loss: loss / n,
    skill: mean,
    interval,
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
  const features = columnsOf(earlier[0]).length;
  const x = new Float64Array(earlier.length * features);
  earlier.forEach((observation, i) => x.set(columnsOf(observation), i * features));
  const scaling = fitScaling(x, features);
  const labels = earlier.map(({ label }) => label);
  const fit = fitLogistic({ x: scaled(scaling, x), features, classes, labels }, ridge);
  return (observation) =>
    -Math.log(logisticShares(fit, scaled(scaling, columnsOf(observation)))[observation.label]);
}
