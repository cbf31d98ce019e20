/** Versions of models for tests. */
import { measuredBy, measurementVersion } from '../../activities/models/measured';
import { DEFAULT_SETTINGS } from '../../graph/settings';
import { logisticNode, scaledNode } from '../../graph/models/onnx/layers';
import { scorerOnnx } from '../../graph/models/onnx/scorer';
import { FEATURE_TABLE, FEATURES } from '../../graph/vectors/features';
import { isoDate, dayNumber } from '../../graph/market/days';
import type { Estimate, NewModelVersion } from '../../graph/models/registry/modelVersion';
import type { ScoredSession } from '../../graph/models/scoredSessions';
import { Products } from '../../graph/products/catalog';
import { Random } from '../../graph/random/random';

/** Trade dates, one after another. */
export const sessionDates = (count: number, first = '2024-03-04'): string[] =>
  Array.from({ length: count }, (_, k) => isoDate(dayNumber(first) + k));

export interface Skill {
  /** Mean gain over each baseline, nats an episode. */
  gain: number;
  /** Standard deviation of a session's mean gain. */
  spread?: number;
  directionGain?: number;
}

/** Scored sessions of a model that gains so much over the base rate and the volatility baseline. */
export function scored(
  dates: readonly string[],
  { gain, spread = 0.05, directionGain = 0 }: Skill,
  random = new Random(7),
): ScoredSession[] {
  return dates.map((session) => {
    const n = 10 + random.below(20);
    const decided = Math.floor(n * 0.7);
    const baseRateLoss = n * 1.05;
    const baselineLoss = n * 1.04;
    const martingaleLoss = decided * 0.68;
    return {
      session,
      n,
      baseRateLoss,
      baselineLoss,
      loss: baselineLoss - n * (gain + spread * random.normal()),
      decided,
      martingaleLoss,
      directionLoss: martingaleLoss - decided * (directionGain + spread * random.normal()),
    };
  });
}

export const estimate = (
  value: number,
  half = 0.01,
  n = 900,
  unit: Estimate['unit'] = 'nats gained',
): Estimate => ({
  value,
  low: value - half,
  high: value + half,
  n,
  unit,
});

/**
 * An ONNX file that makes probabilities of the first dimension of a vector, or of its weight alone where that is undefined.
 * @param weight logit of BREAK a unit of that dimension
 * @param intercept logit of BREAK
 */
export function servableOnnx(weight = 1, intercept = 0): Uint8Array {
  const weights = new Float64Array(3 * FEATURES.length);
  weights[0] = weight;
  const model = {
    features: FEATURES.length,
    classes: 3,
    weights,
    intercepts: Float64Array.of(intercept, 0, 0),
  };
  const scaling = {
    centers: new Float32Array(FEATURES.length),
    factors: new Float32Array(FEATURES.length).fill(1),
    limit: 4,
  };
  return scorerOnnx(
    {
      inputs: { vector: [FEATURES.length] },
      classes: 3,
      candidate: (graph, { vector }) =>
        logisticNode(graph, scaledNode(graph, vector, scaling, 'vector'), model, 'logistic'),
    },
    { name: 'test', metadata: {} },
  );
}

/** A version that can be published; of what is not given something plausible. */
export function modelVersion(more: Partial<NewModelVersion> = {}): NewModelVersion {
  const sessions = more.evaluation?.sessions ?? scored(sessionDates(40), { gain: 0.1 });
  const days = sessions.map(({ session }) => session);
  return {
    product: 'ES',
    model: 'logistic',
    onnx: servableOnnx(),
    signature: {
      inputs: [{ name: 'vector', shape: [-1, 144], from: 'vector' }],
      output: { name: 'probabilities', shape: [-1, 3] },
    },
    featureTable: FEATURE_TABLE,
    training: {
      snapshot: 'snapshot-1',
      firstSession: days[0],
      lastSession: days.at(-1)!,
      sessions: days.length,
      episodes: 900,
    },
    settingsVersion: measurementVersion(measuredBy(DEFAULT_SETTINGS, new Products().productOf('ES'))),
    code: { 'gold.vectors': '4', 'models/logistic': '1' },
    seed: 42,
    parameters: { ridge: 1000, shrinkage: 0.8 },
    metrics: {
      log_loss: estimate(0.95, 0.01, 900, 'nats'),
      gain_over_base_rate: estimate(0.11),
      gain_over_baseline: estimate(0.1),
      brier: estimate(0.55, 0.01, 900, '1'),
      ece: estimate(0.03, 0.01, 900, '1'),
      calibration_slope: estimate(0.97, 0.1, 900, '1'),
    },
    evaluation: {
      sessions,
      folds: [
        {
          trainFrom: days[0],
          trainTo: days[0],
          testFrom: days[1] ?? days[0],
          testTo: days.at(-1)!,
          trained: 20,
          tested: 880,
        },
      ],
      reliability: [
        { outcome: 'BREAK', forecast: 0.25, observed: 0.22, low: 0.18, high: 0.27, n: 300 },
        { outcome: 'BREAK', forecast: 0.55, observed: 0.58, low: 0.51, high: 0.64, n: 300 },
        { outcome: 'REJECT', forecast: 0.4, observed: 0.41, low: 0.36, high: 0.47, n: 300 },
      ],
      partitions: [
        {
          level: 'PM_HIGH',
          direction: 'UP',
          timeOfDay: 'T0_15',
          n: 60,
          sessions: 30,
          shares: [0.4, 0.4, 0.2],
          gain: 0.09,
          low: 0.02,
          high: 0.15,
        },
      ],
      nullGain: estimate(-0.002),
    },
    ...more,
  };
}
