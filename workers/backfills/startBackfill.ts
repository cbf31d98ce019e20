/** Starts the workflow `backfill`, whoever asks for it: a command, or a page. */
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { BackfillInput } from '../../activities/planning/requests';
import { SpymasterError } from '../../graph/errors';
import type { backfill } from '../../workflows/backfill';
import { controlQueue } from '../../workflows/queues';

/**
 * Starts the workflow in a lake.
 * @param conflict what to do when one of that id runs already: fail, or take that
 * @throws SpymasterError BadArgument when one runs and that is a failure
 */
export async function startBackfill(
  client: Client,
  lake: string,
  workflowId: string,
  input: BackfillInput,
  conflict: 'FAIL' | 'USE_EXISTING' = 'FAIL',
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof backfill>> {
  const { symbol, contract, start, end, reprocess = 'missing' } = input;
  try {
    return await client.workflow.start<typeof backfill>('backfill', {
      workflowId,
      workflowIdConflictPolicy: conflict,
      taskQueue: controlQueue(lake),
      args: [input],
      staticSummary: `${contract ?? symbol} ${start} to ${end}, ${reprocess}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const message = `${workflowId} is running already: \`./spymaster backfill watch ${workflowId}\` shows how it goes`;
    throw new SpymasterError('BadArgument', message, { field: 'id' }, { cause: error });
  }
}
