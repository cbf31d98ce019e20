/**
 * How often the interval of a few clusters contains the share of all others: what its nominal probability promises, tested on the data
 * themselves.
 *
 * The share of the others has an error too. Were clusters alike and independent, the variance of the difference would be that of the
 * block's share times 1 + k / rest, k and rest being the clusters of either; the sides of the interval are widened by the root of that.
 */
import type { Random } from '../random/random';
import type { Cluster } from './clustered';
import type { Interval } from './proportion';

/** Disjoint blocks: of clusters drawn at random, or of such as follow each other. */
export type BlockOrder = 'drawn' | 'consecutive';

export interface Coverage {
  /** Blocks that were asked. */
  blocks: number;
  /** Share of them whose interval contains the share of the others; NaN of no blocks. */
  covered: number;
}

interface CoverageRequest {
  /** Clusters a block. */
  size: number;
  order: BlockOrder;
  /** How often the clusters are divided into blocks; consecutive ones begin one cluster later each time. */
  divisions: number;
  random: Random;
}

/** @param intervalOf the interval under test */
export function intervalCoverage(
  clusters: readonly Cluster[],
  intervalOf: (block: readonly Cluster[]) => Interval,
  { size, order, divisions, random }: CoverageRequest,
): Coverage {
  let blocks = 0;
  let covered = 0;
  const widening = Math.sqrt(1 + size / (clusters.length - size));
  for (let division = 0; division < divisions; division++) {
    const arranged = order === 'drawn' ? shuffled(clusters, random) : rotated(clusters, division);
    for (let from = 0; from + size <= arranged.length; from += size) {
      const block = arranged.slice(from, from + size);
      const others = shareOf([...arranged.slice(0, from), ...arranged.slice(from + size)]);
      const own = shareOf(block);
      if (Number.isNaN(own) || Number.isNaN(others)) continue;
      const { low, high } = intervalOf(block);
      blocks++;
      if (others >= own - (own - low) * widening && others <= own + (high - own) * widening) covered++;
    }
  }
  return { blocks, covered: covered / blocks };
}

function shareOf(clusters: readonly Cluster[]): number {
  const total = (of: keyof Cluster) => clusters.reduce((sum, cluster) => sum + cluster[of], 0);
  return total('successes') / total('n');
}

const rotated = <T>(list: readonly T[], by: number): T[] => {
  const at = by % Math.max(list.length, 1);
  return [...list.slice(at), ...list.slice(0, at)];
};

/** In random order (R. Durstenfeld, Algorithm 235, 1964). */
function shuffled<T>(list: readonly T[], random: Random): T[] {
  const out = [...list];
  for (let k = out.length - 1; k > 0; k--) {
    const other = random.below(k + 1);
    [out[k], out[other]] = [out[other], out[k]];
  }
  return out;
}
