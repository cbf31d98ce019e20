/** Which contract-dates a range needs, and how every partition stands: read from the lake, judged by the planner. */
import type { Layer } from '../graph/datasets/layers';
import type { PlanItem } from '../graph/datasets/marks';
import type { PartitionState } from '../graph/datasets/planner';
import { SpymasterError } from '../graph/errors';
import type { PlanRequest } from './requests';
import type { StageRequest } from './stage';
import type { StageSettings } from './stages';

export interface BackfillPlan {
  /** In the order they shall be built. */
  items: PlanItem[];
  /** Contract-dates with nothing to do. */
  upToDate: number;
  /** Trade dates no raw file covers. */
  withoutData: string[];
}

/** How one layer of one contract-date stands in the lake. */
export interface PartitionRow {
  contract: string;
  tradeDate: string;
  layer: Layer;
  status: PartitionState['status'];
  /** When that status was recorded, ISO UTC. */
  at: string;
  reason?: string;
}

export function planBackfill(_request: PlanRequest, settings: StageSettings): Promise<BackfillPlan> {
  return unavailable(settings);
}

/** Every partition the lake knows of. */
export function partitionGrid(settings: StageSettings): Promise<PartitionRow[]> {
  return unavailable(settings);
}

/** Records that a layer failed for good, so that `reprocess: failed` finds it. */
export function recordFailure(
  _request: StageRequest,
  _failure: { type: string; message: string },
  settings: StageSettings,
): Promise<void> {
  return unavailable(settings);
}

function unavailable(settings: StageSettings): Promise<never> {
  return Promise.reject(
    new SpymasterError('StoreUnavailable', 'This build has no lake to plan from', { file: settings.lake }),
  );
}
