/** The pieces of a training: what is published is what was fitted, and the same again is the same. */
import {
  familyOf,
  runTraining,
  type JudgedModel,
  type SnapshotReady,
  type TrainingJob,
} from '../../../activities/training/jobs';
import { readSnapshot } from '../../../activities/training/snapshot';
import { ModelRegistry } from '../../../activities/models/registry';
import { ServedModel } from '../../../activities/models/servedModel';
import { BASELINE_FEATURES } from '../../../graph/models/baselineFeatures';
import { WIDTH } from '../../../graph/models/training/example';
import { baselineLogits, fitOnBaseline, trainingData } from '../../../graph/models/training/foldForecasts';
import { FAMILY_NAMES } from '../../../graph/models/training/request';
import { shrunk } from '../../../graph/models/shrinkage';
import { softmaxRows } from '../../../graph/models/softmax';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import type { Lake } from '../../../lake/lake';
import { MEASURED, plantedApproaches } from '../../graph/models/training/planted';
import { goldLake } from '../../support/goldLake';
import { temporaryFolder } from '../../support/lake';

const writer = { workflowId: 'test', runId: 'test', fence: 1 };
const context = { progress: () => {}, signal: new AbortController().signal };

let lake: Lake;
let snapshot: string;
const run = <R>(job: TrainingJob): Promise<R> =>
  runTraining(job, context, {
    lake: lake.store.location,
    features: DEFAULT_SETTINGS,
  }) as Promise<R>;

beforeAll(async () => {
  lake = await goldLake(temporaryFolder(), plantedApproaches(14, { strength: 1.2, aSession: 8 }));
  const taken = await run<SnapshotReady>({ kind: 'snapshot', product: 'ES', writer });
  snapshot = taken.version;
  expect(taken.folds).toBeGreaterThan(3);
});

describe.each(FAMILY_NAMES)('%s', (family) => {
  const of = { product: 'ES', family, seed: 7 };
  const parameters =
    family === 'transformer' ? { ...familyOf(family).defaults, epochs: 2 } : familyOf(family).defaults;

  test('a fold costs the same whenever it is fitted', async () => {
    const fold = () => run({ kind: 'fold', ...of, snapshot, parameters, fold: 2, writer });
    expect(await fold()).toEqual(await fold());
  });

  test('what is served forecasts what the fit says, row by row', async () => {
    const trials = [{ parameters, folds: [] }];
    const judged = await run<JudgedModel>({ kind: 'judge', ...of, snapshot, trials, writer });
    const registry = new ModelRegistry(lake);
    const record = await registry.resolve('ES', judged.version);
    const served = await ServedModel.open(await registry.onnx(record), record.signature, record);
    const examples = await readSnapshot(lake, 'ES', snapshot);
    const data = trainingData(examples, MEASURED);
    const all = Array.from({ length: examples.count }, (_, row) => row);
    const fitted = await fitOnBaseline(familyOf(family), data, all, parameters, of.seed);
    const baseline = baselineLogits(fitted.baseline, data, all);
    const { share, temperature } = record.parameters as { share: number; temperature: number };
    const candidate = await fitted.candidate.logits(examples, all, baseline);
    const wanted = softmaxRows(shrunk({ share, temperature }, baseline, candidate), 3);
    const features = BASELINE_FEATURES.length;
    const length = examples.sequence.length / examples.count;
    const given = await served.probabilities(
      all.map((row) => ({
        vector: examples.raw.subarray(row * WIDTH, (row + 1) * WIDTH),
        baseline: data.baseline.subarray(row * features, (row + 1) * features),
        sequence: examples.sequence.subarray(row * length, (row + 1) * length),
      })),
    );
    expect(Math.max(...wanted.map((probability, k) => Math.abs(probability - given[k])))).toBeLessThan(1e-5);
    await served.close();
  });
});

test('a judgement that is interrupted publishes nothing', async () => {
  const abort = new AbortController();
  abort.abort();
  const before = (await new ModelRegistry(lake).list()).length;
  const { defaults: parameters } = familyOf('logistic');
  const job = {
    product: 'ES',
    family: 'logistic',
    seed: 99,
    snapshot,
    trials: [{ parameters, folds: [] }],
  } as const;
  await expect(
    runTraining(
      { kind: 'judge', ...job, writer },
      { ...context, signal: abort.signal },
      { lake: lake.store.location, features: DEFAULT_SETTINGS },
    ),
  ).rejects.toMatchObject({ code: 'Cancelled' });
  expect((await new ModelRegistry(lake).list()).length).toBe(before);
});
