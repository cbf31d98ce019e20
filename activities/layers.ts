/** One activity a layer: runs its stage in a thread, with heartbeats, cancellation and a fencing token. */
import { Context, type Info } from '@temporalio/activity';
import { LAYERS, type Layer } from '../graph/datasets/layers';
import type { Scope } from '../graph/planning/scope';
import type { StagePool } from './pool/pool';
import { fenceOf } from './publishing/fence';
import type { StageProgress, StageResult } from './stages/stage';

/** A layer to build, as a workflow requests it; the activity adds the rest of the stage's request. */
interface LayerRequest {
  scope: Scope;
  /** Rebuild although inputs, code and settings are unchanged. */
  force?: boolean;
}

type LayerActivity = (request: LayerRequest) => Promise<StageResult>;

/**
 * Heartbeats come from the main thread's timer, not from progress: a stage may sit in one long write. The main thread
 * is never busy for long, so a missing heartbeat means that the process is gone.
 */
const HEARTBEAT_EVERY_MS = 2_000;

export function createLayerActivities(pool: StagePool): Record<Layer, LayerActivity> {
  return Object.fromEntries(LAYERS.map((layer) => [layer, layerActivity(layer, pool)])) as Record<
    Layer,
    LayerActivity
  >;
}

function layerActivity(layer: Layer, pool: StagePool): LayerActivity {
  return async (request) => {
    const { info, heartbeat, cancellationSignal: signal } = Context.current();
    let latest: StageProgress = { phase: 'waiting for a thread', done: 0, total: 0 };
    const beat = setInterval(() => heartbeat(latest), HEARTBEAT_EVERY_MS);
    try {
      return await pool.run(
        { ...request, layer, fence: fenceOf(info), run: runOf(info) },
        { signal, progress: (progress) => (latest = progress) },
      );
    } finally {
      clearInterval(beat);
    }
  };
}

/** The workflow run an activity belongs to. */
export const runOf = ({ workflowExecution, activityId }: Info) =>
  workflowExecution ?? { workflowId: activityId, runId: '' };
