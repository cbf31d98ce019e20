/**
 * Features cut into bins, so that a split is looked for among few values. Cuts are float32: ONNX compares float32, and a value
 * that is equal to a cut must fall on the same side there.
 */

/** Most bins a feature has, the one of undefined values among them. */
const BINS = 64;
/** Rows the quantiles are taken of, evenly spaced among all. */
const SAMPLE = 10_000;
/** No number is above it, but NaN is not at most it: as last cut it parts undefined values from all others. */
const LARGEST = 3.4028234663852886e38;

export interface BinnedRows {
  readonly rows: number;
  /** Of each feature: rising; a value is of the first bin whose cut it is not above, and of the one after the last otherwise. */
  readonly cuts: readonly Float32Array[];
  /** Of each feature: the bin of each row. */
  readonly bins: readonly Uint8Array[];
}

/** @param x rows x features; NaN is of the bin behind all others */
export function binned(x: Float32Array | Float64Array, features: number): BinnedRows {
  const rows = x.length / features;
  const cuts = Array.from({ length: features }, (_, k) => cutsOf(x, features, rows, k));
  const bins = cuts.map((ofFeature, k) =>
    Uint8Array.from({ length: rows }, (_, i) => binOf(ofFeature, Math.fround(x[i * features + k]))),
  );
  return { rows, cuts, bins };
}

/** Midway between all different values of the sample where they are few, at its quantiles where they are many. */
function cutsOf(x: ArrayLike<number>, features: number, rows: number, k: number): Float32Array {
  let hasUndefined = false;
  for (let i = 0; i < rows && !hasUndefined; i++) hasUndefined = Number.isNaN(x[i * features + k]);
  const size = Math.min(rows, SAMPLE);
  const sample = Float32Array.from(
    { length: size },
    (_, s) => x[Math.floor((s * rows) / size) * features + k],
  )
    .filter((value) => !Number.isNaN(value))
    .sort();
  const most = hasUndefined ? BINS - 1 : BINS;
  const different = sample.filter((value, i) => i === 0 || value !== sample[i - 1]);
  const cuts: number[] = [];
  if (different.length <= most)
    for (let i = 1; i < different.length; i++) cuts.push(midway(different[i - 1], different[i]));
  else
    for (let step = 1; step < most; step++) {
      // Many values may be equal: the cut is below the first of them.
      const above = different.indexOf(sample[Math.floor((step * sample.length) / most)]);
      if (above === 0) continue;
      const cut = midway(different[above - 1], different[above]);
      if (cut !== cuts[cuts.length - 1]) cuts.push(cut);
    }
  if (hasUndefined) cuts.push(LARGEST);
  return Float32Array.from(cuts);
}

/** A float32 at least `low` and below `high`. */
function midway(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle < high ? middle : low;
}

function binOf(cuts: Float32Array, value: number): number {
  if (Number.isNaN(value)) return cuts.length;
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= cuts[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}
