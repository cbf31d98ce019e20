/** The order of a contract-date's layers, and what the end of one means for the next. */
import type { Layer } from '../datasets/layers';

export interface LayerOutcome {
  layer: Layer;
  /** `skipped`: not tried, for a layer below it was not built. */
  status: 'published' | 'current' | 'blocked' | 'no_data' | 'failed' | 'skipped';
  /** Rows written, by table. */
  rows: Record<string, number>;
  seconds: number;
  /** Why it was not published. */
  reason?: string;
}

/** Builds layers one upon the other. One that is not there in the end leaves those above it untried. */
export async function buildInOrder(
  layers: readonly Layer[],
  build: (layer: Layer) => Promise<LayerOutcome>,
): Promise<LayerOutcome[]> {
  const outcomes: LayerOutcome[] = [];
  let obstacle: string | undefined;
  for (const layer of layers) {
    if (obstacle) {
      outcomes.push({ layer, status: 'skipped', rows: {}, seconds: 0, reason: obstacle });
      continue;
    }
    const outcome = await build(layer);
    outcomes.push(outcome);
    if (!stands(outcome)) obstacle = `${layer}: ${outcome.status}`;
  }
  return outcomes;
}

const stands = ({ status }: LayerOutcome) => status === 'published' || status === 'current';

/** How the contract-date as a whole came out: its first obstacle, or whether anything new was published. */
export function overallStatus(outcomes: readonly LayerOutcome[]): LayerOutcome['status'] {
  const obstacle = outcomes.find((outcome) => !stands(outcome));
  if (obstacle) return obstacle.status;
  return outcomes.some(({ status }) => status === 'published') ? 'published' : 'current';
}
