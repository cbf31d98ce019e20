/**
 * The baseline that counts: what volatility, distance and time of day say of an episode before anything of its approach is looked at.
 *
 * A walk of so much volatility reaches a barrier within the horizon or does not; that is most of what can be known of CHOP. A claim to
 * know more is made against these features.
 */

export interface BaselineInput {
  /** Of the price before the touch, ticks per square root of a minute; NaN where it is not known. */
  readonly volatility: number;
  /** Of the touch from the level along the approach, ticks: negative before the level. */
  readonly distance: number;
  /** From the RTH open to the touch. */
  readonly minutesSinceOpen: number;
  /** From the touch to the close of its session. */
  readonly minutesToClose: number;
}

export interface BaselineScale {
  /** Of either barrier from the level, ticks. */
  readonly barrierTicks: number;
  readonly horizonMinutes: number;
}

/** Names of the features, in their order. */
export const BASELINE_FEATURES = [
  'reach',
  'reach squared',
  'distance',
  'first 15 minutes',
  'first half hour',
  'first hour',
  'first two hours',
] as const;

/** The features of the time of day alone begin here. */
const PARTS = [15, 30, 60, 120];

/**
 * `reach`: ln of the standard deviation of price over the horizon (as much of it as is left before the close), in barriers. `distance`
 * in barriers. The time of day is whether the touch is earlier than 15, 30, 60, 120 minutes after the open.
 */
export function baselineFeatures(
  { volatility, distance, minutesSinceOpen, minutesToClose }: BaselineInput,
  { barrierTicks, horizonMinutes }: BaselineScale,
): Float64Array {
  const minutes = Math.min(horizonMinutes, minutesToClose);
  const reach = Math.log((volatility * Math.sqrt(minutes)) / barrierTicks);
  return Float64Array.of(
    reach,
    reach * reach,
    distance / barrierTicks,
    ...PARTS.map((part) => (minutesSinceOpen < part ? 1 : 0)),
  );
}
