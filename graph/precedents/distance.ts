/**
 * How far apart two approaches are: the squared Euclidean distance of their normalised vectors, each dimension multiplied by a weight.
 *
 * A group without data in either vector is left out, and the rest is scaled up to what all groups together are expected to give, so that
 * distances remain comparable: of two unrelated approaches each dimension is expected to differ by twice its variance, which is one before
 * weighting.
 */
import { FEATURES, GROUP_RANGES, GROUP_SIZES, GROUPS, type FeatureGroup } from '../vectors/features';
import type { Masked } from './episodes';

/** Factors of the dimensions of a normalised vector (`normalise`), in their order; 0 leaves a dimension out. */
export type Weights = Float32Array;

/** Where nothing is learned yet: normalised vectors as they are, in which each group weighs the same. */
export const EVEN_WEIGHTS: Weights = new Float32Array(FEATURES.length).fill(1);

/** The weights of some groups, the rest left out. */
export const ofGroups = (weights: Weights, groups: readonly FeatureGroup[]): Weights =>
  weights.map((weight, k) => (groups.includes(FEATURES[k].group) ? weight : 0));

/** Half of what a group is expected to add to the squared distance of unrelated approaches. */
export function groupMasses(weights: Weights): Record<FeatureGroup, number> {
  return Object.fromEntries(
    GROUPS.map((group) => {
      const { start, end } = GROUP_RANGES[group];
      let mass = 0;
      for (let k = start; k < end; k++) mass += weights[k] ** 2 / GROUP_SIZES[group];
      return [group, mass];
    }),
  ) as Record<FeatureGroup, number>;
}

/** Groups that have weight and are masked neither here nor there. */
export const commonGroups = (
  masses: Readonly<Record<FeatureGroup, number>>,
  ...masked: readonly Masked[]
): FeatureGroup[] => GROUPS.filter((group) => masses[group] > 0 && !masked.some((one) => one[group]));

/** What a squared distance over some groups is multiplied with; infinite of none. */
export function rescaling(
  masses: Readonly<Record<FeatureGroup, number>>,
  common: readonly FeatureGroup[],
): number {
  const sum = (groups: readonly FeatureGroup[]) => groups.reduce((total, group) => total + masses[group], 0);
  return sum(GROUPS) / sum(common);
}
