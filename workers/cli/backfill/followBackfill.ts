/** A backfill at the terminal: started, followed to its end, reported. */
import { WorkflowFailedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { BackfillResult } from '../../../workflows/backfill';
import { progressQuery } from '../../../workflows/messages';
import { controlQueue } from '../../../workflows/queues';
import { cancelledProgress, describeBackfill, noWorkerOf, progressOf } from '../../backfills/askBackfill';
import { startBackfill } from '../../backfills/startBackfill';
import { unservedQueues } from '../../temporal/client';
import { abortable, rootCause } from '../../temporal/followed';
import { followRun } from '../terminal/followRun';
import {
  describeProgress,
  printFailures,
  reportCancelled,
  reportResult,
  type ReportOptions,
} from './backfillReport';
import { stagesUnderWay } from './stagesUnderWay';
import { EXIT, note, print, printJson } from '../terminal/output';
import { withProgress } from '../terminal/progress';

/** Starts the workflow in a lake, and says where no worker takes it. See `startBackfill`. */
export async function startAndNote(
  client: Client,
  lake: string,
  ...of: DropTwo<Parameters<typeof startBackfill>>
): ReturnType<typeof startBackfill> {
  try {
    return await startBackfill(client, lake, ...of);
  } finally {
    if ((await unservedQueues(client, lake)).length > 0) note(await noWorkerOf(client, controlQueue(lake)));
  }
}

type DropTwo<List extends readonly unknown[]> = List extends [unknown, unknown, ...infer Rest] ? Rest : never;

/**
 * Shows progress until the backfill ends.
 * @returns its result; undefined when the signal was aborted first
 * @throws WorkflowFailedError when it failed or was cancelled
 */
export const followBackfill = (
  handle: WorkflowHandle,
  signal: AbortSignal,
): Promise<BackfillResult | undefined> =>
  withProgress((line) =>
    followRun(handle, signal, async () => {
      const progress = await abortable(signal, handle, () => handle.query(progressQuery)).catch(
        () => undefined,
      );
      const stages = await abortable(signal, handle, () => stagesUnderWay(handle)).catch(() => []);
      line.show(progress ? describeProgress(progress, stages) : 'waiting for a worker');
    }),
  );

/** Follows a backfill and prints its result. The signal, of Ctrl-C, only stops watching; then how to come back is said. */
export async function watch(
  handle: WorkflowHandle,
  signal: AbortSignal,
  options: ReportOptions,
): Promise<void> {
  const { workflowId } = handle;
  await describeBackfill(handle);
  try {
    const result = await followBackfill(handle, signal);
    if (result) return reportResult(workflowId, result, options);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    if (!(error.cause instanceof CancelledFailure)) throw rootCause(workflowId, error.cause);
    return reportCancelled(workflowId, cancelledProgress(await describeBackfill(handle)), options);
  }
  note(`${workflowId} goes on; watch it again, or end it:`);
  note(`  ./spymaster backfill watch ${workflowId}\n  ./spymaster backfill cancel ${workflowId}`);
  process.exitCode = EXIT.interrupted;
}

/** Prints a backfill's progress once. */
export async function printProgress(client: Client, handle: WorkflowHandle, json?: boolean): Promise<void> {
  const { workflowId } = handle;
  const progress = await progressOf(client, handle).catch((error: unknown) => {
    throw error instanceof WorkflowFailedError ? rootCause(workflowId, error.cause) : error;
  });
  if (json) return printJson({ workflowId, ...progress });
  print(`${describeProgress(progress)}\n`);
  if (progress.failed.length > 0) printFailures(progress.failed);
}
