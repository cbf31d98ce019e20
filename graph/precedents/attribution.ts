/** Why precedents are precedents: what makes them alike, and what sets those that broke through apart from those that did not. */
import { momentsOf, type Moments } from '../statistics/moments';
import { FEATURES, GROUP_SIZES, GROUPS, type FeatureGroup } from '../vectors/features';
import { normalise, type Normalisation } from '../vectors/normalise';
import type { Weights } from './distance';
import { primaryOutcome, type Masked, type PastEpisode } from './episodes';

/** What a dimension, or a group of them, adds to the likeness of the precedents. */
export interface Likeness {
  /** Of the difference that unrelated approaches would have, how much is not there: 1 none of it is, 0 all, below 0 more than all. */
  readonly likeness: number;
  /** Share of all the difference that is not there. */
  readonly share: number;
}

export interface Contrast {
  readonly feature: string;
  readonly group: FeatureGroup;
  /** Mean among precedents that broke and that were rejected, standard deviations from the mean of earlier sessions. */
  readonly broke: number;
  readonly rejected: number;
  /** Of the touch itself. */
  readonly touch: number;
  /** Difference of the means over its standard error (Welch). */
  readonly t: number;
}

export interface Attribution {
  readonly features: readonly (Likeness & { readonly feature: string; readonly group: FeatureGroup })[];
  readonly groups: readonly (Likeness & { readonly group: FeatureGroup })[];
  /** Greatest first; none with fewer than `LEAST` of either outcome. */
  readonly contrasts: readonly Contrast[];
}

/** Fewest of an outcome of which a mean says something. */
const LEAST = 5;
/** From a normalised dimension, which its group's size has divided, to standard deviations. */
const TO_DEVIATIONS = Float64Array.from(FEATURES, ({ group }) => Math.sqrt(GROUP_SIZES[group]));

/**
 * Of a touch and its precedents. An unrelated approach is expected to lie, in each dimension, at the mean of earlier sessions with their
 * deviation: q^2 + 1 squared deviations from a touch that lies at q.
 * @param most features and contrasts given
 */
export function attribute(
  touch: { readonly raw: ArrayLike<number>; readonly masked: Masked },
  precedents: readonly PastEpisode[],
  { normalisation, weights }: { readonly normalisation: Normalisation; readonly weights: Weights },
  most: number,
): Attribution {
  const deviations = ({ raw, masked }: { raw: ArrayLike<number>; masked: Masked }) => {
    const vector = normalise(raw, masked, normalisation);
    for (let k = 0; k < vector.length; k++) vector[k] *= TO_DEVIATIONS[k];
    return vector;
  };
  const own = deviations(touch);
  const others = precedents.map(deviations);
  const parts = FEATURES.flatMap(({ index: k, name: feature, group }) => {
    const weight = weights[k] ** 2 / GROUP_SIZES[group];
    if (weight === 0 || touch.masked[group]) return [];
    const near = meanSquare(own, others, k);
    if (Number.isNaN(near)) return [];
    return [{ feature, group, near: weight * near, usual: weight * (own[k] ** 2 + 1) }];
  });
  const total = parts.reduce((sum, { near, usual }) => sum + usual - near, 0);
  const likeness = (of: readonly { near: number; usual: number }[]): Likeness => {
    const usual = of.reduce((sum, part) => sum + part.usual, 0);
    const near = of.reduce((sum, part) => sum + part.near, 0);
    return { likeness: 1 - near / usual, share: total > 0 ? (usual - near) / total : 0 };
  };
  return {
    features: parts
      .map(({ feature, group, ...part }) => ({ feature, group, ...likeness([part]) }))
      .sort((a, b) => b.share - a.share)
      .slice(0, most),
    groups: GROUPS.flatMap((group) => {
      const of = parts.filter((part) => part.group === group);
      return of.length > 0 ? [{ group, ...likeness(of) }] : [];
    }),
    contrasts: contrasts(own, others, precedents).slice(0, most),
  };
}

/** Of the differences of a dimension, from those that have it; NaN where none has. */
function meanSquare(own: Float32Array, others: readonly Float32Array[], k: number): number {
  let known = 0;
  let squares = 0;
  for (const other of others) {
    if (Number.isNaN(other[k])) continue;
    known++;
    squares += (own[k] - other[k]) ** 2;
  }
  return squares / known;
}

function contrasts(
  own: Float32Array,
  others: readonly Float32Array[],
  precedents: readonly PastEpisode[],
): Contrast[] {
  const [broke, rejected] = [0, 1].map((outcome) =>
    others.filter((_, i) => primaryOutcome(precedents[i]) === outcome),
  );
  const values = new Float64Array(others.length);
  return FEATURES.flatMap(({ index: k, name: feature, group }) => {
    const one = momentsIn(broke, k, values);
    const other = momentsIn(rejected, k, values);
    if (one.n < LEAST || other.n < LEAST || Number.isNaN(own[k])) return [];
    const error = Math.sqrt(one.deviation ** 2 / one.n + other.deviation ** 2 / other.n);
    if (error === 0) return [];
    const t = (one.mean - other.mean) / error;
    return [{ feature, group, broke: one.mean, rejected: other.mean, touch: own[k], t }];
  }).sort((a, b) => Math.abs(b.t) - Math.abs(a.t));
}

/** Of a dimension, of those that have it. @param values room for them */
function momentsIn(vectors: readonly Float32Array[], k: number, values: Float64Array): Moments {
  let known = 0;
  for (const vector of vectors) if (!Number.isNaN(vector[k])) values[known++] = vector[k];
  return momentsOf(values.subarray(0, known), 'n - 1');
}
