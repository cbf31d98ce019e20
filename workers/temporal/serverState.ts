/** How the Temporal server is, and what it does for a lake: asked of it, and given up soon where it does not answer. */
import type { Client } from '@temporalio/client';
import { SpymasterError, type FailureCode } from '../../graph/errors';
import { progressQuery, type BackfillProgress, type SessionProgress } from '../../workflows/messages';
import { controlQueue } from '../../workflows/queues';
import { compiledBuild } from './build';
import { withClient } from './client';
import { configuredPlace, connectConfig } from './connection';
import { sessionNow } from './sessionNow';
import { workersOf, type WorkerState } from './servedLakes';
import { loadTemporalSettings } from './settings';

const ANSWER_LIMIT_MS = 5_000;
const AWAY: readonly FailureCode[] = ['StoreUnavailable', 'AccessDenied'];

export interface RunningBackfill {
  workflowId: string;
  /** ISO UTC. */
  started: string;
  /** Null where no worker tells. */
  progress: Pick<BackfillProgress, 'phase' | 'counts'> | null;
}

export interface RunningSession {
  workflowId: string;
  /** ISO UTC. */
  started: string;
  /** Null where no worker tells. */
  progress: SessionProgress | null;
}

export interface ServerState {
  address: string;
  up: boolean;
  /** Why it does not answer, or what it refused to tell, in its words. */
  problem?: string;
  workers: WorkerState[];
  /** Build of the code that is compiled here; null where none is. */
  build: string | null;
  backfills: RunningBackfill[];
  sessions: RunningSession[];
}

/**
 * @param lake id of the lake; undefined of one that has none yet
 * @throws SpymasterError BadConfig for settings that name no server
 */
export async function serverState(lake: string | undefined): Promise<ServerState> {
  const settings = loadTemporalSettings();
  const address = connectConfig(settings).connectionOptions.address ?? configuredPlace(settings).address;
  const build = compiledBuild() ?? null;
  const state: ServerState = { address, up: false, workers: [], build, backfills: [], sessions: [] };
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
          const askBackfill = async (id: string) => {
            const { phase, counts } = await client.workflow.getHandle(id).query(progressQuery);
            return { phase, counts };
          };
          const askSession = (id: string) => sessionNow(client.workflow.getHandle(id));
          const running = <Progress>(type: string, ask: (id: string) => Promise<Progress>) =>
            runningOf(client, { type, lake, workers: state.workers }, ask);
          state.backfills = await running('backfill', askBackfill);
          state.sessions = await running('marketSession', askSession);
        });
      },
      settings,
      ANSWER_LIMIT_MS,
    );
  } catch (error) {
    if (error instanceof SpymasterError && !AWAY.includes(error.code)) throw error;
    state.problem = refusal(error);
  }
  return state;
}

/** Workflows of a type that run for a lake, and how each goes. */
async function runningOf<Progress>(
  client: Client,
  { type, lake, workers }: { type: string; lake: string; workers: readonly WorkerState[] },
  ask: (workflowId: string) => Promise<Progress>,
): Promise<{ workflowId: string; started: string; progress: Progress | null }[]> {
  const served = workers.some(({ takes }) => takes.includes('control'));
  const query = `WorkflowType = "${type}" AND ExecutionStatus = "Running" AND TaskQueue = "${controlQueue(lake)}"`;
  const found = [];
  for await (const { workflowId, startTime } of client.workflow.list({ query })) {
    // A worker that is busy, or has just gone, does not answer in time: then that is not known.
    const progress = served ? await ask(workflowId).catch(() => null) : null;
    found.push({ workflowId, started: startTime.toISOString(), progress });
  }
  return found;
}

const refusal = (error: unknown): string =>
  error instanceof Error && 'details' in error && typeof error.details === 'string'
    ? error.details
    : String(error instanceof Error ? error.message : error);
