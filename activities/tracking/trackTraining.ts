/** A training in MLflow: a run of its own, a run beneath it for every trial, with its losses fold by fold, and for every version published. */
import type { ModelCard } from '../../graph/models/card';
import { lossOver, type TrialResult } from '../../graph/models/training/plan';
import type { FamilyName } from '../../graph/models/training/request';
import type { ModelRegistry } from '../models/registry';
import type { JudgedModel, SnapshotReady } from '../training/jobs';
import type { MlflowClient } from './mlflowClient';
import { trackModels, type TrackedModel } from './trackModels';
import { experimentName } from './trackVersion';

/** Tag by which a training is found again: the run of its workflow. */
const RUN_TAG = 'spymaster.training_run';
/** Trials that are logged at once. */
const AT_ONCE = 4;

/** What a training has done. */
export interface Trained {
  product: string;
  seed: number;
  snapshot: SnapshotReady;
  /** In the order in which they were begun. */
  families: readonly { family: FamilyName; trials: readonly TrialResult[] }[];
  models: readonly JudgedModel[];
  /** What came of it, in a sentence. */
  words: string;
}

export interface TrackedTraining {
  experiment: string;
  /** MLflow's id of the training's run. */
  runId: string;
  models: TrackedModel[];
}

interface How {
  cardPage: (card: ModelCard) => string;
  workflowId: string;
  /** Run of the workflow: what was logged whole of it is not logged again. */
  workflowRun: string;
  signal: AbortSignal;
}

/** @throws SpymasterError StoreUnavailable of a server that does not answer, and what it refuses with */
export async function trackTraining(
  client: MlflowClient,
  registry: ModelRegistry,
  trained: Trained,
  { cardPage, workflowId, workflowRun, signal }: How,
): Promise<TrackedTraining> {
  const { product, models, words } = trained;
  const experiment = experimentName(product);
  const experimentId = await client.experiment(experiment);
  const records = await Promise.all(models.map(({ version }) => registry.resolve(product, version)));
  const known = await client.findRun(experimentId, RUN_TAG, workflowRun);
  if (known)
    return { experiment, runId: known, models: await trackModels(client, registry, records, { cardPage }) };

  const { runId } = await client.createRun(experimentId, {
    name: `training ${trained.snapshot.lastSession}`,
    startTime: Date.now(),
    tags: { [RUN_TAG]: workflowRun, 'spymaster.workflow': workflowId, 'mlflow.note.content': words },
  });
  try {
    await client.log(runId, { params: parametersOf(trained), metrics: lossesOf(trained) });
    const trials = trained.families.flatMap(({ family, trials }) =>
      trials.map((trial, k) => ({ family, trial, number: k + 1 })),
    );
    for (let at = 0; at < trials.length; at += AT_ONCE) {
      signal.throwIfAborted();
      const some = trials.slice(at, at + AT_ONCE);
      await Promise.all(some.map((one) => logTrial(client, experimentId, runId, one)));
    }
    const tracked = await trackModels(client, registry, records, { cardPage, parent: runId });
    await client.endRun(runId, 'FINISHED', Date.now());
    return { experiment, runId, models: tracked };
  } catch (error) {
    await client.endRun(runId, 'FAILED', Date.now()).catch(() => {});
    throw error;
  }
}

async function logTrial(
  client: MlflowClient,
  experimentId: string,
  parent: string,
  { family, trial, number }: { family: FamilyName; trial: TrialResult; number: number },
): Promise<void> {
  const { parameters, folds } = trial;
  const name = `${family} ${number}`;
  const { runId } = await client.createRun(experimentId, { name, startTime: Date.now(), parent });
  const timestamp = Date.now();
  const texts = Object.entries(parameters).map(([key, value]) => [key, String(value)]);
  await client.log(runId, {
    params: { family, ...(Object.fromEntries(texts) as Record<string, string>) },
    metrics: [
      ...folds.flatMap(({ loss, n }, step) => [
        { key: 'fold_loss', value: loss / n, step, timestamp },
        { key: 'fold_episodes', value: n, step, timestamp },
      ]),
      { key: 'loss', value: lossOver(trial, folds.length)!, timestamp },
      { key: 'folds', value: folds.length, timestamp },
    ],
  });
  await client.endRun(runId, 'FINISHED', timestamp);
}

const parametersOf = ({ product, seed, snapshot, families }: Trained): Record<string, string> => ({
  product,
  seed: String(seed),
  snapshot: snapshot.version,
  first_session: snapshot.firstSession,
  last_session: snapshot.lastSession,
  sessions: String(snapshot.sessions),
  episodes: String(snapshot.examples),
  folds: String(snapshot.folds),
  families: families.map(({ family }) => family).join(','),
});

/** Of every family, trial by trial, the mean loss over the folds it got to; nats an episode. */
function lossesOf({ families }: Trained) {
  const timestamp = Date.now();
  return families.flatMap(({ family, trials }) =>
    trials.map((trial, step) => ({
      key: `${family}_loss`,
      value: lossOver(trial, trial.folds.length)!,
      step,
      timestamp,
    })),
  );
}
