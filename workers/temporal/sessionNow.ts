/** Where a market session is, as its workflow and its worker tell. */
import type { WorkflowHandle } from '@temporalio/client';
import type { SessionPosition } from '../../activities/session/followed';
import { sessionProgressQuery, type SessionProgress } from '../../workflows/messages';
import { heartbeatOf } from './heartbeats';

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
  return heartbeatOf<SessionPosition>(handle.client, activity);
}
