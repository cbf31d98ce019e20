/** The work of a training, piece by piece, as threads do it: the snapshot, one fold of one trial, and the judgement of a family. */
import { SpymasterError } from '../../graph/errors';
import { baselineRows, type Measured } from '../../graph/models/training/baselineRows';
import { measuredBy, measurementVersion } from '../models/measured';
import { evaluate, gainOverBaseRate } from '../../graph/models/training/evaluate';
import type { Examples } from '../../graph/models/training/example';
import { BOOSTING, LOGISTIC, type Family } from '../../graph/models/training/families';
import {
  fitOnBaseline,
  forecastFold,
  type FoldForecast,
  type TrainingData,
} from '../../graph/models/training/foldForecasts';
import { foldCount, trainingFolds, trialFor, type TrialResult } from '../../graph/models/training/plan';
import { servedModel } from '../../graph/models/training/served';
import { shuffledLabels } from '../../graph/models/training/shuffle';
import type { FamilyName } from '../../graph/models/training/request';
import { versionText, type Estimate } from '../../graph/models/registry/modelVersion';
import type { Values } from '../../graph/models/search/space';
import { logLosses } from '../../graph/models/scores';
import { softmaxRows } from '../../graph/models/softmax';
import type { Fold } from '../../graph/models/walkForward';
import { Random } from '../../graph/random/random';
import type { FeatureSettings } from '../../graph/settings';
import { FEATURE_TABLE } from '../../graph/vectors/features';
import type { Lake } from '../../lake/lake';
import { ModelRegistry, type Writer } from '../models/registry';
import { sharedLake } from '../stages/sharedLake';
import type { StageContext } from '../stages/stage';
import type { StageSettings } from '../stages/stages';
import { readSnapshot, takeSnapshot, type SnapshotTaken } from './snapshot';
import { TRANSFORMER } from './transformerFamily';

/** Raised when the same snapshot and parameters make another model. */
const CODE_VERSION = '1';

const FAMILIES: Readonly<Record<FamilyName, Family>> = {
  logistic: LOGISTIC,
  boosting: BOOSTING,
  transformer: TRANSFORMER,
};

export const familyOf = (name: FamilyName): Family => FAMILIES[name];

interface OfSnapshot {
  product: string;
  /** Version of the training snapshot. */
  snapshot: string;
  family: FamilyName;
  seed: number;
}

/** What a thread is asked for; plain data. */
export type TrainingJob =
  | { kind: 'snapshot'; product: string; start?: string; end?: string; writer: Writer }
  | (OfSnapshot & { kind: 'fold'; parameters: Values; fold: number; writer: Writer })
  | (OfSnapshot & { kind: 'judge'; trials: readonly TrialResult[]; writer: Writer });

export interface SnapshotReady extends SnapshotTaken {
  /** Folds every trial goes through. */
  folds: number;
}

/** How a trial did in one fold. */
export interface FoldLoss {
  /** Sum over its episodes, nats. */
  loss: number;
  n: number;
}

/** A family's model, published. */
export interface JudgedModel {
  /** `logistic@3`. */
  version: string;
  parameters: Values;
  /** How much of the candidate is believed, 0 to 1. */
  share: number;
  /** Gains are nats an episode, out of sample. */
  gainOverBaseRate: Estimate;
  gainOverBaseline: Estimate;
  /** What the same training finds in outcomes that are shuffled by session. */
  nullGain: Estimate;
}

export type TrainingResult = SnapshotReady | FoldLoss | JudgedModel;

/** @throws SpymasterError NoInput where there is nothing to train on; Cancelled */
export async function runTraining(
  job: TrainingJob,
  context: StageContext,
  settings: StageSettings,
): Promise<TrainingResult> {
  const lake = await sharedLake(settings);
  switch (job.kind) {
    case 'snapshot': {
      const { product, start, end, writer } = job;
      const taken = await takeSnapshot(lake, { product, start, end, run: writer }, settings, context);
      return { ...taken, folds: foldCount(taken.sessions) };
    }
    case 'fold': {
      const { data, folds } = await trainingSet(lake, job.product, job.snapshot, settings.features);
      const fold = folds[job.fold];
      context.progress({ phase: `fitting ${job.family}`, done: 0, total: 1 });
      return lossOf(await forecastFold(familyOf(job.family), data, fold, job.parameters, job.seed));
    }
    default:
      return judgeFamily(lake, job, context, settings.features);
  }
}

function lossOf({ candidate, classes, labels }: FoldForecast): FoldLoss {
  const losses = logLosses({ shares: softmaxRows(candidate, classes), labels });
  return { loss: losses.reduce((sum, one) => sum + one, 0), n: losses.length };
}

interface TrainingSet {
  data: TrainingData;
  measured: Measured;
  folds: Fold[];
}

/** The last snapshot read: trials of one training read the same again and again. */
let latest: { name: string; set: Promise<TrainingSet> } | undefined;

function trainingSet(
  lake: Lake,
  product: string,
  version: string,
  features: FeatureSettings,
): Promise<TrainingSet> {
  const name = `${product} ${version}`;
  if (latest?.name !== name) {
    const set = read(lake, product, version, features);
    latest = { name, set };
    set.catch(() => (latest = undefined));
  }
  return latest.set;
}

async function read(
  lake: Lake,
  product: string,
  version: string,
  features: FeatureSettings,
): Promise<TrainingSet> {
  const examples: Examples = await readSnapshot(lake, product, version);
  const measured = measuredBy(features, lake.products.productOf(product));
  const data = { examples, baseline: baselineRows(examples, measured), labels: examples.label };
  return { data, measured, folds: trainingFolds(examples) };
}

async function judgeFamily(
  lake: Lake,
  { product, snapshot, family: name, seed, trials, writer }: Extract<TrainingJob, { kind: 'judge' }>,
  { progress, signal }: StageContext,
  features: FeatureSettings,
): Promise<JudgedModel> {
  const family = familyOf(name);
  const { data, measured, folds } = await trainingSet(lake, product, snapshot, features);
  const { examples } = data;
  // Forecasts of all folds, those on shuffled outcomes, and the fit to all.
  const total = 2 * folds.length + 1;
  let done = 0;
  const step = () => {
    if (signal.aborted) throw new SpymasterError('Cancelled', 'The training was interrupted');
    progress({ phase: `judging ${name}`, done: done++, total });
  };
  const forecasts = async (of: TrainingData) => {
    const made: FoldForecast[] = [];
    for (const [k, fold] of folds.entries()) {
      step();
      made.push(await forecastFold(family, of, fold, trialFor(trials, k).parameters, seed));
    }
    return made;
  };
  const { shrinkage, metrics, sessions, reliability, partitions } = evaluate(
    examples,
    await forecasts(data),
    measured,
  );
  const shuffled = shuffledLabels(examples, new Random(seed).fork('shuffled outcomes'));
  const nullGain = gainOverBaseRate(examples, await forecasts({ ...data, labels: shuffled }), measured);
  step();
  const { parameters } = trialFor(trials, folds.length);
  const all = Array.from({ length: examples.count }, (_, row) => row);
  const fitted = await fitOnBaseline(family, data, all, parameters, seed);
  const code = { training: CODE_VERSION, features: FEATURE_TABLE };
  const { onnx, signature } = servedModel(family, fitted, shrinkage, {
    name: `${product} ${name}`,
    metadata: { feature_table: FEATURE_TABLE, training_snapshot: snapshot, code: CODE_VERSION },
  });
  const record = await new ModelRegistry(lake).publish(
    {
      product,
      model: name,
      onnx,
      signature,
      featureTable: FEATURE_TABLE,
      training: {
        snapshot,
        firstSession: examples.sessions[0],
        lastSession: examples.sessions[examples.sessions.length - 1],
        sessions: examples.sessions.length,
        episodes: examples.count,
      },
      settingsVersion: measurementVersion(measured),
      code,
      seed,
      parameters: { ...parameters, share: shrinkage.share, temperature: shrinkage.temperature },
      metrics,
      evaluation: {
        sessions,
        folds: folds.map(({ train, test, trainDays, testDays }) => ({
          trainFrom: trainDays[0],
          trainTo: trainDays[trainDays.length - 1],
          testFrom: testDays[0],
          testTo: testDays[testDays.length - 1],
          trained: train.length,
          tested: test.length,
        })),
        reliability,
        partitions,
        nullGain,
      },
    },
    writer,
  );
  return {
    version: versionText(record),
    parameters,
    share: shrinkage.share,
    gainOverBaseRate: metrics.gain_over_base_rate,
    gainOverBaseline: metrics.gain_over_baseline,
    nullGain,
  };
}
