/** Backfills that a server knows of, and how each goes. */
import type { Client } from '@temporalio/client';
import { controlQueue, lakeOfQueue } from '../../workflows/queues';
import type { BackfillPhase, BackfillProgress } from '../../workflows/messages';
import { progressOf } from './askBackfill';

export interface ListedBackfill {
  workflowId: string;
  runId: string;
  /** Id of the lake; null of a queue that is no lake's. */
  lake: string | null;
  /** `running`, `completed`, ...; `paused` of one that runs. */
  status: string;
  /** Null where nothing is known: of one that failed, or whose worker is away. */
  phase: BackfillPhase | null;
  counts: BackfillProgress['counts'] | null;
  /** ISO UTC. */
  started: string;
  ended: string | undefined;
}

/** Backfills that are listed, and asked how they go: the latest. */
export const MAX_LISTED = 20;
/** The last run of each: one that continued in another, of a long plan or of a lake that was still to be found, is the same backfill. */
const LISTED = 'WorkflowType = "backfill" AND ExecutionStatus != "ContinuedAsNew"';
const UNKNOWN = { phase: null, counts: null };

/**
 * Those that run, then the latest.
 * @param lake id of the one whose are listed; of every lake, without
 */
export async function listBackfills(client: Client, lake?: string): Promise<ListedBackfill[]> {
  const query = lake === undefined ? LISTED : `${LISTED} AND TaskQueue = "${controlQueue(lake)}"`;
  const found = [];
  for await (const execution of client.workflow.list({ query })) {
    found.push(execution);
    if (found.length === MAX_LISTED) break;
  }
  return Promise.all(
    found.map(async ({ workflowId, runId, taskQueue, status, startTime, closeTime }) => {
      const handle = client.workflow.getHandle(workflowId, runId);
      const { phase, counts } = await progressOf(client, handle).catch(() => UNKNOWN);
      return {
        workflowId,
        runId,
        lake: lakeOfQueue(taskQueue) ?? null,
        status: phase === 'paused' ? phase : status.name.toLowerCase(),
        phase,
        counts,
        started: startTime.toISOString(),
        ended: closeTime?.toISOString(),
      };
    }),
  );
}
