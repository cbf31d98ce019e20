/** One activity a layer: runs its stage in a thread, with heartbeats, cancellation and a fencing token. */
import { Context, type Info } from '@temporalio/activity';
import { label } from '../graph/datasets/units';
import { LAYERS, type Layer } from '../graph/datasets/layers';
import type { Scope } from '../graph/planning/scope';
import { runInThread, type Ended } from './pool/activity';
import type { StagePool } from './pool/pool';
import { fenceOf } from './publishing/fence';
import type { StageResult } from './stages/stage';

/** A layer to build, as a workflow requests it; the activity adds the rest of the stage's request. */
interface LayerRequest {
  scope: Scope;
  /** Rebuild although inputs, code and settings are unchanged. */
  force?: boolean;
}

type LayerActivity = (request: LayerRequest) => Promise<StageResult>;

/** @param told of every stage that has ended: what was built, and how that went */
export function createLayerActivities(
  pool: StagePool,
  told: (ended: Ended) => void = () => {},
): Record<Layer, LayerActivity> {
  return Object.fromEntries(LAYERS.map((layer) => [layer, layerActivity(layer, pool, told)])) as Record<
    Layer,
    LayerActivity
  >;
}

function layerActivity(layer: Layer, pool: StagePool, told: (ended: Ended) => void): LayerActivity {
  return (request) => {
    const { info } = Context.current();
    const what = `${label(request.scope)} ${layer}`;
    const asked = { ...request, layer, fence: fenceOf(info), run: runOf(info) };
    const about = { layer, ...request.scope.key };
    return runInThread(pool, asked, { what, about, describe, figures, told });
  };
}

/** `published, 70441 rows, 3.2 s`. */
function describe(result: StageResult): string {
  const { status, rows } = figures(result);
  const { seconds, reason } = result;
  return `${status}, ${rows} rows, ${seconds.toFixed(1)} s${reason ? `: ${reason}` : ''}`;
}

const figures = ({ status, rows }: StageResult) => ({
  status,
  rows: Object.values(rows).reduce((sum, n) => sum + n, 0),
});

/** The workflow run an activity belongs to. */
export const runOf = ({ workflowExecution, activityId }: Info) =>
  workflowExecution ?? { workflowId: activityId, runId: '' };
