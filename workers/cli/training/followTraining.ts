/** A training at the terminal: started, followed to its end, reported. */
import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { CancelledFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { RetrainInput } from '../../../activities/planning/requests';
import { SpymasterError } from '../../../graph/errors';
import { thousandths } from '../../../graph/models/gate';
import type { Estimate } from '../../../graph/models/registry/modelVersion';
import { retrainId } from '../../../workflows/ids';
import { trainingProgressQuery, type TrainingProgress } from '../../../workflows/messages';
import { controlQueue } from '../../../workflows/queues';
import type { retrain, RetrainResult } from '../../../workflows/retrain';
import { unservedQueues } from '../../temporal/client';
import { abortable, rootCause } from '../../temporal/followed';
import { noWorkerOf } from '../../backfills/askBackfill';
import { followRun } from '../terminal/followRun';
import { EXIT, note, print, printJson, printTable } from '../terminal/output';
import { withProgress } from '../terminal/progress';

/**
 * Starts a training in a lake.
 * @param conflict what to do when one of the product runs already: fail, or take that
 * @throws SpymasterError BadArgument when one runs and that is a failure
 */
export async function startTraining(
  client: Client,
  lake: string,
  input: RetrainInput,
  conflict: 'FAIL' | 'USE_EXISTING' = 'FAIL',
): Promise<WorkflowHandle> {
  const workflowId = retrainId(lake, input.symbol);
  try {
    return await client.workflow.start<typeof retrain>('retrain', {
      workflowId,
      workflowIdConflictPolicy: conflict,
      taskQueue: controlQueue(lake),
      args: [input],
      staticSummary: `training for ${input.symbol}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const message = `${workflowId} is running already: \`./spymaster train watch ${workflowId}\` shows how it goes`;
    throw new SpymasterError('BadArgument', message, { field: 'id' }, { cause: error });
  } finally {
    if ((await unservedQueues(client, lake)).length > 0) note(await noWorkerOf(client, controlQueue(lake)));
  }
}

/** @throws SpymasterError BadArgument when there is no training of that id */
export async function requireTraining(handle: WorkflowHandle): Promise<void> {
  const wrong = (message: string) => new SpymasterError('BadArgument', message, { field: 'id' });
  try {
    const { type } = await handle.describe();
    if (type !== 'retrain') throw wrong(`${handle.workflowId} is no training but a ${type}`);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw wrong(`There is no training ${handle.workflowId}`);
  }
}

/**
 * Shows progress until the training ends.
 * @returns its result; undefined when the signal was aborted first
 */
export const followTraining = (
  handle: WorkflowHandle,
  signal: AbortSignal,
): Promise<RetrainResult | undefined> =>
  withProgress((line) =>
    followRun(handle, signal, async () => {
      const asked = abortable(signal, handle, () => handle.query(trainingProgressQuery));
      const progress = await asked.catch(() => undefined);
      line.show(progress ? describe(progress) : 'waiting for a worker');
    }),
  );

/** `searching boosting: logistic 16 of 16 trials, boosting 3 of 16 (1 given up)`. */
function describe({ phase, families }: TrainingProgress): string {
  const parts = Object.entries(families).map(([family, { trials, of, pruned }]) => {
    const givenUp = pruned > 0 ? ` (${pruned} given up)` : '';
    return `${family} ${trials} of ${of} trials${givenUp}`;
  });
  return parts.length > 0 ? `${phase}: ${parts.join(', ')}` : phase;
}

/**
 * Follows a training and prints its result. The signal, of Ctrl-C, only stops watching; then how to come back is said.
 * @param cancelling that it is cancelled is what was asked for
 */
export async function watchTraining(
  handle: WorkflowHandle,
  signal: AbortSignal,
  { json, cancelling }: { json?: boolean; cancelling?: boolean } = {},
): Promise<void> {
  const { workflowId } = handle;
  try {
    const result = await followTraining(handle, signal);
    if (result) return json ? printJson({ workflowId, ...result }) : printTraining(result);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    if (!(error.cause instanceof CancelledFailure)) throw rootCause(workflowId, error.cause);
    process.exitCode = cancelling ? EXIT.ok : EXIT.failed;
    if (json) return printJson({ workflowId, outcome: 'cancelled' });
    return note(`${workflowId} was cancelled; models it had published are kept.`);
  }
  note(`${workflowId} goes on; watch it again, or end it:`);
  note(`  ./spymaster train watch ${workflowId}\n  ./spymaster train cancel ${workflowId}`);
  process.exitCode = EXIT.interrupted;
}

export function printTraining({ snapshot, models, decision, tracking }: RetrainResult): void {
  const { sessions, examples, firstSession, lastSession } = snapshot;
  print(`Trained on ${examples} episodes of ${sessions} sessions, ${firstSession} to ${lastSession}\n\n`);
  printTable(
    ['version', 'over base rate', 'over volatility', 'on shuffled outcomes', 'believed'],
    models.map((model) => [
      model.version,
      gain(model.gainOverBaseRate),
      gain(model.gainOverBaseline),
      gain(model.nullGain),
      `${Math.round(100 * model.share)} %`,
    ]),
  );
  note('Gains in thousandths of a nat an episode, out of sample, with 90 % intervals by whole sessions.');
  print(`\n${decision.words}\n`);
  if (tracking && 'problem' in tracking)
    note(
      `Not tracked in MLflow: ${tracking.problem}. \`./spymaster models track\` tells it of the models later.`,
      'warn',
    );
  else if (tracking)
    note(`Tracked in MLflow at ${tracking.trackingUri}, in the experiment ${tracking.experiment}.`);
  const best = decision.promoted ?? decision.challenger ?? models[0]?.version;
  if (best) note(`\`./spymaster models card ${best}\` tells how it was judged, and when not to trust it.`);
}

const gain = ({ value, low, high }: Estimate) =>
  `${thousandths(value)} [${thousandths(low)}, ${thousandths(high)}]`;
