/** The distance as it is described: over groups that both vectors have, scaled up to all of them. */
import type { Touch } from '../../../graph/precedents/episodes';
import { FEATURES, GROUP_SIZES } from '../../../graph/vectors/features';

/** For vectors whose dimensions have mean 0 and deviation 1. */
export function groupDistanceTwin(a: Touch, b: Touch, weights: ArrayLike<number>): number {
  let [sum, all, common] = [0, 0, 0];
  for (const { index, group } of FEATURES) {
    const weight = weights[index] ** 2 / GROUP_SIZES[group];
    all += weight;
    if (a.masked[group] || b.masked[group]) continue;
    common += weight;
    const clip = (x: number) => Math.max(-4, Math.min(4, x));
    sum += weight * (clip(a.raw[index]) - clip(b.raw[index])) ** 2;
  }
  return common === 0 ? NaN : (sum * all) / common;
}
