/** A market session at the terminal: started, watched to its end, reported. */
import { WorkflowFailedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { SessionInput } from '../../../activities/planning/requests';
import { SpymasterError } from '../../../graph/errors';
import { sessionId } from '../../../workflows/ids';
import type { marketSession, SessionResult } from '../../../workflows/marketSession';
import { controlQueue } from '../../../workflows/queues';
import { unservedQueues } from '../../temporal/client';
import { abortable, rootCause } from '../../temporal/followed';
import { sessionNow } from '../../temporal/sessionNow';
import { noWorkerOf } from '../../backfills/askBackfill';
import { followRun } from '../terminal/followRun';
import { aborted } from '../terminal/interrupt';
import { EXIT, note, print, printJson } from '../terminal/output';
import { withProgress } from '../terminal/progress';
import { SessionAnswers } from './sessionAnswers';
import { reportSession, sessionLine } from './sessionReport';

/**
 * Starts the workflow in a lake.
 * @param conflict what to do when one of the product and date runs already: fail, or take that
 * @throws SpymasterError BadArgument when one runs and that is a failure
 */
export async function startSession(
  client: Client,
  lake: string,
  input: SessionInput & { tradeDate: string },
  conflict: 'FAIL' | 'USE_EXISTING' = 'FAIL',
): Promise<WorkflowHandle> {
  const { symbol, tradeDate } = input;
  const workflowId = sessionId(lake, symbol, tradeDate);
  try {
    return await client.workflow.start<typeof marketSession>('marketSession', {
      workflowId,
      workflowIdConflictPolicy: conflict,
      taskQueue: controlQueue(lake),
      args: [input],
      staticSummary: `session of ${symbol} ${tradeDate}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const message = `${workflowId} is running already: \`./spymaster session watch ${workflowId}\` shows how it goes`;
    throw new SpymasterError('BadArgument', message, { field: 'id' }, { cause: error });
  } finally {
    if ((await unservedQueues(client, lake, { live: true })).length > 0)
      note(await noWorkerOf(client, controlQueue(lake)));
  }
}

/**
 * Shows how it goes until the session ends.
 * @param quiet prints no answers
 * @returns its result; undefined when the signal was aborted first
 */
const followSession = (
  handle: WorkflowHandle,
  signal: AbortSignal,
  quiet: boolean,
): Promise<SessionResult | undefined> =>
  withProgress(async (line) => {
    const answers = quiet ? undefined : new SessionAnswers((text) => print(`${text}\n`));
    try {
      const result = await followRun<SessionResult>(handle, signal, async () => {
        const progress = await abortable(signal, handle, () => sessionNow(handle)).catch(() => undefined);
        if (progress) answers?.show(progress);
        line.show(progress ? sessionLine(progress) : 'waiting for a worker');
      });
      if (result) answers?.show(result);
      await Promise.race([answers?.settled(), aborted(signal)]);
      return result;
    } finally {
      await answers?.close();
    }
  });

/** Watches a session and prints its result. The signal, of Ctrl-C, only stops watching; then how to come back is said. */
export async function watchSession(
  handle: WorkflowHandle,
  signal: AbortSignal,
  json?: boolean,
): Promise<void> {
  const { workflowId } = handle;
  try {
    const result = await followSession(handle, signal, json === true);
    if (result) return reportSession(workflowId, result, json);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    if (!(error.cause instanceof CancelledFailure)) throw rootCause(workflowId, error.cause);
    process.exitCode = EXIT.failed;
    if (json) return printJson({ workflowId, outcome: 'cancelled' });
    return note(
      `${workflowId} was cancelled; what it has taken is kept, and another one goes on from there.`,
    );
  }
  note(`${workflowId} goes on; watch it again, or end it:`);
  note(`  ./spymaster session watch ${workflowId}`);
  note(`  ./spymaster session drain ${workflowId}`);
  note(`  ./spymaster session stop ${workflowId}`);
  process.exitCode = EXIT.interrupted;
}
