/** Questions to a market session that the user named by its id. */
import {
  WorkflowNotFoundError,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import { SpymasterError } from '../../../graph/errors';

const wrongId = (message: string) => new SpymasterError('BadArgument', message, { field: 'id' });

/**
 * What the server says of a session.
 * @throws SpymasterError BadArgument when it knows none of that id
 */
export async function describeSessionOf(handle: WorkflowHandle): Promise<WorkflowExecutionDescription> {
  const { workflowId } = handle;
  try {
    const description = await handle.describe();
    if (description.type === 'marketSession') return description;
    throw wrongId(`${workflowId} is no market session but a ${description.type}`);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw wrongId(
      `There is no market session ${workflowId}: \`./spymaster session list\` shows those there are`,
    );
  }
}

/** @throws SpymasterError BadArgument when there is none of that id, or it has ended */
export async function requireRunningSession(handle: WorkflowHandle): Promise<WorkflowExecutionDescription> {
  const description = await describeSessionOf(handle);
  if (description.status.name === 'RUNNING') return description;
  throw wrongId(`${handle.workflowId} has ended: it is ${description.status.name.toLowerCase()}`);
}
