/**
 * Which layers of a partition have to be built: decided from what is published, what it would be built from now, and how much the
 * user asked to redo. Pure, so that workflows, the dry run and `spymaster partitions` agree.
 */
import type { LastBuild } from '../catalog/partitionsTable';
import type { Layer } from '../datasets/layers';

/** What the lake knows of one layer of one partition. */
type LayerState = Pick<LastBuild, 'status' | 'digest'>;

/** `stale`: published, but from other inputs, code or settings than it would be built from now. */
export type Freshness = 'current' | 'missing' | 'failed' | 'stale';

/**
 * How much to redo; each includes the ones before it. `missing` never built, or cut short while it was; `failed` also what failed or was blocked;
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

/** Worst first: what a partition is planned for. */
const WORST: readonly Freshness[] = ['missing', 'failed', 'stale', 'current'];

/** Whether what is so fresh is built again. */
const isRedone = (reprocess: Reprocess, freshness: Freshness): boolean =>
  REDONE[reprocess].includes(freshness);

export const worstOf = (found: readonly Freshness[]): Freshness =>
  WORST.find((freshness) => found.includes(freshness)) ?? 'current';

/** Judges one layer against the digest a build would have now. */
export function freshnessOf(state: LayerState | undefined, digestNow: string): Freshness {
  // A build that was cut short has left a mixture of two, which is as good as nothing; one under way is joined.
  if (!state || state.status === 'building') return 'missing';
  if (state.status === 'failed' || state.status === 'blocked') return 'failed';
  return state.digest === digestNow ? 'current' : 'stale';
}

/**
 * The layers to build, in order. A layer that is wanted brings along whatever below it was never built; a layer that
 * is rebuilt brings along whatever is wanted above it, since that would be stale the moment it lands.
 * @param layers all layers of the unit, in order
 */
export function layersToBuild(
  layers: readonly Layer[],
  wanted: readonly Layer[],
  freshness: Readonly<Partial<Record<Layer, Freshness>>>,
  reprocess: Reprocess,
): Layer[] {
  const of = (layer: Layer) => freshness[layer] ?? 'missing';
  const highest = Math.max(...wanted.map((layer) => layers.indexOf(layer)));
  const chosen: Layer[] = [];
  for (const [place, layer] of layers.slice(0, highest + 1).entries()) {
    const published = of(layer) === 'current' || of(layer) === 'stale';
    const neededAbove = layers
      .slice(place + 1)
      .some((above) => wanted.includes(above) && isRedone(reprocess, of(above)));
    const build = wanted.includes(layer)
      ? chosen.length > 0 || isRedone(reprocess, of(layer))
      : !published && neededAbove;
    if (build) chosen.push(layer);
    // Left as it is and not published: nothing above it can be built.
    else if (!published) break;
  }
  return chosen;
}
