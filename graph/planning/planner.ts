/**
 * Which layers of a contract-date have to be built: decided from what is published, what it should be built from now,
 * and how much the user asked to redo. Pure, so that workflows, the dry run and `spymaster partitions` agree.
 */
import { LAYERS, type Layer } from '../datasets/layers';

/** What the lake knows of one layer of one contract-date. */
export interface PartitionState {
  status: 'published' | 'failed' | 'blocked' | 'no_data';
  /** Digest over inputs, code and settings it was built from. */
  digest: string;
}

/** `stale`: published, but from other inputs, code or settings than it would be built from now. */
export type Freshness = 'current' | 'missing' | 'failed' | 'stale';

/**
 * How much to redo; each includes the ones before it. `missing` never built; `failed` also what failed or was blocked;
 * `stale` also what inputs, code or settings have overtaken; `all` everything.
 */
export const REPROCESS = ['missing', 'failed', 'stale', 'all'] as const;
export type Reprocess = (typeof REPROCESS)[number];

const REDONE: Record<Reprocess, readonly Freshness[]> = {
  missing: ['missing'],
  failed: ['missing', 'failed'],
  stale: ['missing', 'failed', 'stale'],
  all: ['missing', 'failed', 'stale', 'current'],
};

/** Judges one layer against the digest a build would have now. */
export function freshnessOf(state: PartitionState | undefined, digestNow: string): Freshness {
  if (!state) return 'missing';
  if (state.status === 'failed' || state.status === 'blocked') return 'failed';
  return state.digest === digestNow ? 'current' : 'stale';
}

/**
 * The layers to build, in order. A layer that is wanted brings along whatever below it was never built; a layer that
 * is rebuilt brings along whatever is wanted above it, since that would be stale the moment it lands.
 */
export function layersToBuild(
  wanted: readonly Layer[],
  freshness: Readonly<Record<Layer, Freshness>>,
  reprocess: Reprocess,
): Layer[] {
  const highest = Math.max(...wanted.map((layer) => LAYERS.indexOf(layer)));
  const chosen: Layer[] = [];
  for (const layer of LAYERS.slice(0, highest + 1)) {
    const stands = freshness[layer] === 'current' || freshness[layer] === 'stale';
    const build = wanted.includes(layer)
      ? chosen.length > 0 || REDONE[reprocess].includes(freshness[layer])
      : !stands && wantsAbove(layer, wanted, freshness, reprocess);
    if (build) chosen.push(layer);
    // Left as it is and not standing: nothing above it can be built.
    else if (!stands) break;
  }
  return chosen;
}

/** Whether some wanted layer above `layer` is going to be built. */
function wantsAbove(
  layer: Layer,
  wanted: readonly Layer[],
  freshness: Readonly<Record<Layer, Freshness>>,
  reprocess: Reprocess,
): boolean {
  return LAYERS.slice(LAYERS.indexOf(layer) + 1).some(
    (above) => wanted.includes(above) && REDONE[reprocess].includes(freshness[above]),
  );
}
