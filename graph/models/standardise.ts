/** Features in standard deviations from their mean, by the rows a model is fitted to. */
import { momentsOf } from '../statistics/moments';

/** Standard deviations at which a feature is cut off. */
const CLIP = 4;

/** 0 where a value is undefined (NaN), or the same in all rows. @param rows of equal length, at least one */
export function standardiser(rows: readonly ArrayLike<number>[]): (row: ArrayLike<number>) => Float64Array {
  const scales = Array.from(rows[0], (_, k) => {
    const values = rows.map((row) => row[k]).filter((value) => !Number.isNaN(value));
    return momentsOf(values, 'n');
  });
  return (row) =>
    Float64Array.from(scales, ({ mean, deviation }, k) => {
      const value = (row[k] - mean) / deviation;
      return Number.isFinite(value) ? Math.max(-CLIP, Math.min(CLIP, value)) : 0;
    });
}
