/** How the Temporal server is, and what it does for a lake: asked of it, and given up soon where it does not answer. */
import type { Client } from '@temporalio/client';
import { SpymasterError } from '../../graph/errors';
import { progressQuery, type BackfillProgress } from '../../workflows/messages';
import { controlQueue } from '../../workflows/queues';
import { compiledBuild } from './build';
import { withClient } from './client';
import { configuredPlace, connectConfig } from './connection';
import { workersOf, type WorkerState } from './servedLakes';
import { loadTemporalSettings } from './settings';

const ANSWER_LIMIT_MS = 2_000;

export interface RunningBackfill {
  workflowId: string;
  /** ISO UTC. */
  started: string;
  /** Null where no worker tells. */
  progress: Pick<BackfillProgress, 'phase' | 'counts'> | null;
}

export interface ServerState {
  address: string;
  up: boolean;
  /** What it refused to tell, in its words. */
  problem?: string;
  workers: WorkerState[];
  /** Build of the code that is compiled here; null where none is. */
  build: string | null;
  backfills: RunningBackfill[];
}

/**
 * @param lake id of the lake; undefined of one that has none yet
 * @throws SpymasterError BadConfig for settings that name no server
 */
export async function serverState(lake: string | undefined): Promise<ServerState> {
  const settings = loadTemporalSettings();
  const address = connectConfig(settings).connectionOptions.address ?? configuredPlace(settings).address;
  const build = compiledBuild() ?? null;
  const state: ServerState = { address, up: false, workers: [], build, backfills: [] };
  const deadline = Date.now() + ANSWER_LIMIT_MS;
  try {
    await withClient(
      async (client) => {
        state.up = true;
        const { namespace } = client.options;
        await client.withDeadline(deadline, async () => {
          await client.workflowService.describeNamespace({ namespace });
          if (lake === undefined) return;
          state.workers = await workersOf(client, namespace, lake);
          state.backfills = await runningBackfills(client, lake, state.workers);
        });
      },
      settings,
      ANSWER_LIMIT_MS,
    );
  } catch (error) {
    if (error instanceof SpymasterError && error.code !== 'StoreUnavailable') throw error;
    if (state.up) state.problem = refusal(error);
  }
  return state;
}

async function runningBackfills(
  client: Client,
  lake: string,
  workers: readonly WorkerState[],
): Promise<RunningBackfill[]> {
  const served = workers.some(({ takes }) => takes.includes('control'));
  const query = `WorkflowType = "backfill" AND ExecutionStatus = "Running" AND TaskQueue = "${controlQueue(lake)}"`;
  const found: RunningBackfill[] = [];
  for await (const { workflowId, startTime } of client.workflow.list({ query })) {
    const asked = served ? client.workflow.getHandle(workflowId).query(progressQuery) : null;
    // A worker that is busy, or has just gone, does not answer in time: then that is not known.
    const progress = await Promise.resolve(asked).catch(() => null);
    found.push({
      workflowId,
      started: startTime.toISOString(),
      progress: progress && { phase: progress.phase, counts: progress.counts },
    });
  }
  return found;
}

const refusal = (error: unknown): string =>
  error instanceof Error && 'details' in error && typeof error.details === 'string'
    ? error.details
    : String(error instanceof Error ? error.message : error);
