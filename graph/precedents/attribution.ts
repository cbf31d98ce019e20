/** Why precedents are precedents: what makes them alike, and what sets those that broke through apart from those that did not. */
import { columnMoments } from '../statistics/moments';
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
const WIDTH = FEATURES.length;
/** From a normalised dimension, which its group's size has divided, to standard deviations. */
const TO_DEVIATIONS = Float64Array.from(FEATURES, ({ group }) => Math.sqrt(GROUP_SIZES[group]));

/** An approach, as far as its vector describes it. */
type Described = Pick<PastEpisode, 'raw' | 'masked'>;

/**
 * Of a touch and its precedents. An unrelated approach is expected to lie, in each dimension, at the mean of earlier sessions with their
 * deviation: q^2 + 1 squared deviations from a touch that lies at q.
 * @param most features and contrasts given
 */
export function attribute(
  touch: Described,
  precedents: readonly PastEpisode[],
  { normalisation, weights }: { readonly normalisation: Normalisation; readonly weights: Weights },
  most: number,
): Attribution {
  const deviations = deviationsOf([touch, ...precedents], normalisation);
  const { counted, near, usual } = squaresOf(deviations, touch.masked, weights);
  const total = counted.reduce((sum, k) => sum + usual[k] - near[k], 0);
  const likenessOf = (...dimensions: readonly number[]): Likeness => {
    const expected = dimensions.reduce((sum, k) => sum + usual[k], 0);
    const found = dimensions.reduce((sum, k) => sum + near[k], 0);
    return { likeness: 1 - found / expected, share: total > 0 ? (expected - found) / total : 0 };
  };
  return {
    features: greatest(counted, (k) => (total > 0 ? usual[k] - near[k] : 0), most).map((k) => {
      const { likeness, share } = likenessOf(k);
      return { feature: FEATURES[k].name, group: FEATURES[k].group, likeness, share };
    }),
    groups: GROUPS.flatMap((group) => {
      const of = counted.filter((k) => FEATURES[k].group === group);
      if (of.length === 0) return [];
      const { likeness, share } = likenessOf(...of);
      return [{ group, likeness, share }];
    }),
    contrasts: contrasts(deviations, precedents, most),
  };
}

/** Standard deviations from the mean of earlier sessions, approaches x dimensions. */
function deviationsOf(approaches: readonly Described[], normalisation: Normalisation): Float32Array {
  const all = new Float32Array(approaches.length * WIDTH);
  approaches.forEach(({ raw, masked }, i) => {
    const at = i * WIDTH;
    normalise(raw, masked, normalisation, all, at);
    for (let k = 0; k < WIDTH; k++) all[at + k] *= TO_DEVIATIONS[k];
  });
  return all;
}

/**
 * What each dimension adds to the mean squared distance of the precedents, and would add to that of unrelated approaches.
 * @param deviations the touch first
 * @returns with the dimensions that count, of which touch and precedents have data
 */
function squaresOf(deviations: Float32Array, masked: Masked, weights: Weights) {
  const near = new Float64Array(WIDTH);
  const usual = new Float64Array(WIDTH);
  const known = new Int32Array(WIDTH);
  for (let at = WIDTH; at < deviations.length; at += WIDTH)
    for (let k = 0; k < WIDTH; k++) {
      const other = deviations[at + k];
      if (Number.isNaN(other)) continue;
      known[k]++;
      near[k] += (deviations[k] - other) ** 2;
    }
  const counted: number[] = [];
  for (const { index: k, group } of FEATURES) {
    const weight = weights[k] ** 2 / GROUP_SIZES[group];
    if (weight === 0 || masked[group] || known[k] === 0) continue;
    counted.push(k);
    near[k] = weight * (near[k] / known[k]);
    usual[k] = weight * (deviations[k] ** 2 + 1);
  }
  return { counted, near, usual };
}

/** @param deviations of the touch, then of its precedents */
function contrasts(deviations: Float32Array, precedents: readonly PastEpisode[], most: number): Contrast[] {
  const [broke, rejected] = [0, 1].map((outcome) => {
    const rows = precedents.flatMap((one, i) => (primaryOutcome(one) === outcome ? [i + 1] : []));
    return columnMoments(deviations, WIDTH, rows);
  });
  const errorOf = (k: number) =>
    Math.sqrt(broke.deviation[k] ** 2 / broke.n[k] + rejected.deviation[k] ** 2 / rejected.n[k]);
  const tOf = (k: number) => (broke.mean[k] - rejected.mean[k]) / errorOf(k);
  const told = FEATURES.map(({ index }) => index).filter(
    (k) => broke.n[k] >= LEAST && rejected.n[k] >= LEAST && !Number.isNaN(deviations[k]) && errorOf(k) !== 0,
  );
  return greatest(told, (k) => Math.abs(tOf(k)), most).map((k) => ({
    feature: FEATURES[k].name,
    group: FEATURES[k].group,
    broke: broke.mean[k],
    rejected: rejected.mean[k],
    touch: deviations[k],
    t: tOf(k),
  }));
}

/** Those of which a value is greatest, that one first; of equals the earlier one. */
function greatest(of: readonly number[], valueOf: (k: number) => number, most: number): number[] {
  const found: number[] = [];
  for (const k of of) {
    const value = valueOf(k);
    let at = found.length;
    while (at > 0 && valueOf(found[at - 1]) < value) at--;
    found.splice(at, 0, k);
    if (found.length > most) found.pop();
  }
  return found;
}
