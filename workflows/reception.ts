/** How a workflow comes to the lake it is meant for. */
import { ApplicationFailure, makeContinueAsNewFunc, workflowInfo, type Workflow } from '@temporalio/workflow';
import { chooseLake } from './activities';
import { controlQueue, lakeOfQueue } from './queues';

/**
 * Continues on the queue of the lake that the input names, where the workflow was started on the queue that is no lake's. Without a name
 * it must be the only one that has workers.
 * @param carried the arguments of the run that continues this one
 * @throws ApplicationFailure BadArgument where the name, or its absence, leaves open which lake is meant
 */
export async function reachLake<F extends Workflow>(
  input: { lake?: string } | undefined,
  carried: () => Parameters<F>,
): Promise<void> {
  if (lakeOfQueue(workflowInfo().taskQueue) !== undefined) return;
  const lake = await chooseLake(input?.lake);
  await makeContinueAsNewFunc<F>({ taskQueue: controlQueue(lake) })(...carried());
}

/** The lake on whose queue this workflow runs. */
export function thisLake(): string {
  const { taskQueue } = workflowInfo();
  const lake = lakeOfQueue(taskQueue);
  if (lake !== undefined) return lake;
  throw ApplicationFailure.nonRetryable(`The task queue ${taskQueue} is no lake's`, 'BadArgument');
}
