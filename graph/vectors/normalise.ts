/**
 * Vectors made comparable: each dimension in standard deviations from its mean over earlier sessions, each group with the same
 * weight in a distance.
 *
 * - Statistics are of sessions before the one they are used for, the last 60 of those: older ones were another market.
 * - Beyond 4 standard deviations a figure is clipped. Most dimensions have heavier tails than a normal distribution, and a single
 *   outlier would dominate the sum of 144 squared differences that a distance is. A normal figure exceeds 4 once in 16,000
 *   times.
 * - A group's dimensions are divided by the square root of their number, so that the 64 of the book do not outweigh the 32 of
 *   the options.
 * - A masked group stays NaN: a distance must leave it out, and zeros would enter it as if they were data. A single undefined
 *   dimension becomes 0, the mean of earlier sessions.
 *
 * Vectors are stored raw and normalised where they are compared: all with the same statistics, those of the session the
 * comparison is made in.
 */
import type { IsoDate } from '../market/days';
import { momentsOf } from '../statistics/moments';
import { within } from './arithmetic';
import { digest, FEATURE_TABLE, FEATURES, GROUP_RANGES, GROUPS, type FeatureGroup } from './features';

/** Sessions looked back to. */
export const LOOK_BACK = 60;
/** Standard deviations at which figures are clipped. */
const CLIP = 4;

/** One vector of the past. */
export interface PastVector {
  /** Trade date. */
  readonly session: IsoDate;
  /** As in `gold.vectors`: NaN where undefined or masked. */
  readonly raw: ArrayLike<number>;
}

export interface FeatureStatistics {
  readonly center: number;
  /** Standard deviation; 0 where there are not two different values: the dimension says nothing then. */
  readonly scale: number;
  /** Values they are of. */
  readonly n: number;
}

/** Statistics vectors are normalised with, and what they are of. */
export interface Normalisation {
  /** Digest of the statistics and the table of features. */
  readonly version: string;
  /** Table of features the vectors were computed by. */
  readonly featureTable: string;
  /** Sessions with vectors among those looked back to. */
  readonly sessions: number;
  readonly firstSession: IsoDate;
  readonly lastSession: IsoDate;
  /** In the order of `FEATURES`. */
  readonly statistics: readonly FeatureStatistics[];
}

/**
 * Statistics for vectors of a session, from earlier ones alone; vectors of that session or later ones are disregarded.
 * @param past vectors in any order: the result does not depend on it
 * @returns null if there are no earlier vectors
 */
export function fitNormalisation(past: Iterable<PastVector>, session: IsoDate): Normalisation | null {
  const earlier = [...past].filter((vector) => vector.session < session);
  const sessions = [...new Set(earlier.map((vector) => vector.session))].sort().slice(-LOOK_BACK);
  if (sessions.length === 0) return null;
  const used = earlier.filter((vector) => vector.session >= sessions[0]);
  const statistics = FEATURES.map(({ index }) => statisticsOf(used.map(({ raw }) => raw[index])));
  return {
    version: digest(JSON.stringify([FEATURE_TABLE, statistics])),
    featureTable: FEATURE_TABLE,
    sessions: sessions.length,
    firstSession: sessions[0],
    lastSession: sessions[sessions.length - 1],
    statistics,
  };
}

function statisticsOf(values: readonly number[]): FeatureStatistics {
  // In ascending order sums come out the same however the vectors came in.
  const known = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  const n = known.length;
  if (n === 0) return { center: 0, scale: 0, n };
  const { mean, deviation } = momentsOf(known, 'n - 1');
  return { center: mean, scale: known[0] === known[n - 1] ? 0 : deviation, n };
}

/**
 * A raw vector normalised.
 * @param masked groups without data
 * @param into where it is put, from a place on: one of many in a table
 * @returns NaN all over masked groups, finite elsewhere
 */
export function normalise(
  raw: ArrayLike<number>,
  masked: Readonly<Record<FeatureGroup, boolean>>,
  { statistics }: Normalisation,
  into = new Float32Array(FEATURES.length),
  at = 0,
): Float32Array {
  for (const group of GROUPS) {
    const { start, end } = GROUP_RANGES[group];
    if (masked[group]) {
      into.fill(NaN, at + start, at + end);
      continue;
    }
    const size = Math.sqrt(end - start);
    for (let k = start; k < end; k++) {
      const { center, scale } = statistics[k];
      const deviation = scale > 0 ? (raw[k] - center) / scale : 0;
      into[at + k] = Number.isNaN(deviation) ? 0 : within(CLIP, deviation) / size;
    }
  }
  return into;
}
