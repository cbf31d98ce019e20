/** How the layers of a partition ended, built one upon the other. */
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

/** Builds layers in order. One that is not published in the end leaves those above it untried. */
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
    if (!isPublished(outcome)) obstacle = `${layer}: ${outcome.status}`;
  }
  return outcomes;
}

const isPublished = ({ status }: LayerOutcome) => status === 'published' || status === 'current';

/** How the build as a whole ended: its first obstacle, or whether anything new was published. */
export function overallStatus(outcomes: readonly LayerOutcome[]): LayerOutcome['status'] {
  const obstacle = outcomes.find((outcome) => !isPublished(outcome));
  if (obstacle) return obstacle.status;
  return outcomes.some(({ status }) => status === 'published') ? 'published' : 'current';
}
