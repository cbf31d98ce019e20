/** How far the stages are that a backfill runs, as told by the heartbeats of its builds. */
import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import type { StageProgress } from '../../../activities/stages/stage';
import { heartbeatOf } from '../../temporal/heartbeats';
import { describeStage } from '../terminal/stageProgress';

/** Builds that are looked at: more would not fit on the line. */
const MAX_SHOWN = 3;

/** Stages under way, such as `ESH4 2024-01-02 silver: replay 37 %`. */
export async function stagesUnderWay(backfill: WorkflowHandle): Promise<string[]> {
  const { raw } = await backfill.describe();
  const builds = (raw.pendingChildren ?? []).slice(0, MAX_SHOWN);
  const stages = builds.map(({ workflowId }) => stageOf(backfill.client.getHandle(workflowId ?? '')));
  return (await Promise.all(stages)).flat();
}

async function stageOf(build: WorkflowHandle): Promise<string[]> {
  // It is about to start, or has ended meanwhile and is forgotten.
  const described = await build.describe().catch(ifUnknown);
  const [activity] = described?.raw.pendingActivities ?? [];
  const progress = await heartbeatOf<StageProgress>(build.client, activity);
  if (!progress) return [];
  const [what] = ((await described?.staticSummary()) ?? build.workflowId).split(':');
  return [`${what} ${activity.activityType?.name}: ${describeStage(progress)}`];
}

function ifUnknown(error: unknown): undefined {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}
