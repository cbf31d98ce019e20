/** The baseline's features of examples: volatility before the touch, distance, time of day. */
import { FEATURES } from '../../vectors/features';
import { BASELINE_FEATURES, baselineFeatures, type BaselineScale } from '../baselineFeatures';
import { WIDTH, type Examples } from './example';

/** How outcomes and vectors of the examples were measured. */
export interface Measured extends BaselineScale {
  readonly barSeconds: number;
}

/** ln1 of the root mean square of what price moved in a bar, over the 20 minutes before the touch. */
const VOLATILITY = FEATURES.findIndex(({ name }) => name === 'volatility_20m');

/**
 * Volatility before a touch, ticks per square root of a minute; NaN where it is undefined.
 * @param raw vector of the touch
 */
export const volatilityOf = (raw: ArrayLike<number>, barSeconds: number): number =>
  Math.expm1(raw[VOLATILITY]) * Math.sqrt(60 / barSeconds);

/** Rows x features of the baseline; NaN where volatility is undefined, or price did not move. */
export function baselineRows(examples: Examples, measured: Measured): Float32Array {
  const features = BASELINE_FEATURES.length;
  const rows = new Float32Array(examples.count * features);
  for (let i = 0; i < examples.count; i++) {
    const input = {
      volatility: volatilityOf(examples.raw.subarray(i * WIDTH, (i + 1) * WIDTH), measured.barSeconds),
      distance: examples.touchDistance[i],
      minutesSinceOpen: examples.minutesSinceOpen[i],
      minutesToClose: examples.minutesToClose[i],
    };
    const row = baselineFeatures(input, measured);
    rows.set(
      row.map((value) => (Number.isFinite(value) ? value : NaN)),
      i * features,
    );
  }
  return rows;
}
