/** Questions to a market session that the user named by its id. */
import {
  WorkflowNotFoundError,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { SessionPosition } from '../../../activities/session/followed';
import { SpymasterError } from '../../../graph/errors';
import { sessionProgressQuery, type SessionProgress } from '../../../workflows/messages';

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

/** How a session is now: what its workflow knows, and where its worker was a moment ago. */
export async function sessionNow(handle: WorkflowHandle): Promise<SessionProgress> {
  const progress = await handle.query(sessionProgressQuery);
  if (progress.workflowId !== null && progress.workflowId !== handle.workflowId)
    return sessionNow(handle.client.getHandle(progress.workflowId));
  const beaten = await positionOf(handle);
  const { position } = progress;
  return beaten && (!position || beaten.at > position.at) ? { ...progress, position: beaten } : progress;
}

/** What the last heartbeat of its activity said; undefined where none runs. */
async function positionOf(handle: WorkflowHandle): Promise<SessionPosition | undefined> {
  const { raw } = await handle.describe();
  const activity = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'followSession');
  const [beat] = activity?.heartbeatDetails?.payloads ?? [];
  return beat ? defaultPayloadConverter.fromPayload<SessionPosition>(beat) : undefined;
}
