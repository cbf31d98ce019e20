/**
 * How far the values of one session lie from those of earlier ones.
 *
 * Two measures: the *standardised mean difference*, the distance of the means in pooled standard deviations, sqrt((s1^2 + s2^2) / 2);
 * and the *population stability index*, sum over bins of (p - q) ln(p / q), with p and q the shares of either side in the bin. Bins are
 * cut at quantiles of the earlier values; by convention an index under 0.1 is stable, and one of 0.25 or more a large shift.
 */
import { momentsOf, type Moments } from '../statistics/moments';

/** Quantiles are tenths, or fewer where there are not `PER_BIN` values a bin on either side. */
const MOST_BINS = 10;
const PER_BIN = 10;
/** Least share of a bin: the index of an empty one would be infinite. */
const LEAST_SHARE = 1e-4;

export const PSI_MODERATE = 0.1;
export const PSI_LARGE = 0.25;

export interface Drift {
  /** Deviations are those of the values themselves, over n. */
  current: Moments;
  reference: Moments;
  /** Standard deviations; NaN where either side is empty, or both are constant and differ. */
  standardised: number;
  /** NaN where either side has too few values for two bins. */
  psi: number;
  /** Bins of the index, 0 where there is none. */
  bins: number;
}

/** NaN are left out. */
export function drift(current: ArrayLike<number>, reference: ArrayLike<number>): Drift {
  const [now, before] = [sorted(current), sorted(reference)];
  const [c, r] = [momentsOf(now, 'n'), momentsOf(before, 'n')];
  return { current: c, reference: r, standardised: standardised(c, r), ...stability(now, before) };
}

/** The conventional reading of the index. */
export function judgeDrift(psi: number): 'stable' | 'moderate' | 'large' | 'too few values' {
  if (Number.isNaN(psi)) return 'too few values';
  if (psi < PSI_MODERATE) return 'stable';
  return psi < PSI_LARGE ? 'moderate' : 'large';
}

const sorted = (values: ArrayLike<number>): Float64Array =>
  Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();

function standardised(current: Moments, reference: Moments): number {
  if (current.mean === reference.mean) return 0;
  const pooled = Math.sqrt((current.deviation ** 2 + reference.deviation ** 2) / 2);
  return pooled > 0 ? (current.mean - reference.mean) / pooled : NaN;
}

function stability(current: Float64Array, reference: Float64Array): { psi: number; bins: number } {
  const wanted = Math.min(MOST_BINS, Math.floor(Math.min(current.length, reference.length) / PER_BIN));
  if (wanted < 2) return { psi: NaN, bins: 0 };
  const edges = cuts(reference, wanted);
  const [p, q] = [shares(current, edges), shares(reference, edges)];
  const psi = p.reduce((sum, share, bin) => sum + (share - q[bin]) * Math.log(share / q[bin]), 0);
  return { psi, bins: p.length };
}

/**
 * Upper ends of all bins but the last, each included in its bin. Where many values are the same (no lots, a spread of one tick)
 * quantiles fall together; that value then gets a bin of its own, so that more or fewer of it show.
 */
function cuts(reference: Float64Array, bins: number): number[] {
  const ends = new Set<number>();
  for (let k = 1; k < bins; k++) {
    const value = reference[Math.ceil((k * reference.length) / bins) - 1];
    if (ends.has(value)) ends.add(justBelow(value));
    ends.add(value);
  }
  return [...ends].sort((a, b) => a - b);
}

/** Just below `value`: closer than any other value a feature takes. */
const justBelow = (value: number) => value - Math.max(1, Math.abs(value)) * 2 ** -40;

function shares(values: Float64Array, ends: readonly number[]): number[] {
  const upTo = [...ends.map((end) => upperBound(values, end)), values.length];
  return upTo.map((count, bin) => Math.max(LEAST_SHARE, (count - (upTo[bin - 1] ?? 0)) / values.length));
}

/** How many of sorted values are at most `value`. */
function upperBound(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
