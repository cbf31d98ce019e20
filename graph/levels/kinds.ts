/** The price levels Spymaster knows. */

/**
 * - `PM_*`: pre-market, 04:00-09:30 ET; exists from 09:30.
 * - `OR_*`: opening range, 09:30-09:45 ET; exists from 09:45.
 * - `SMA_90`, `EMA_20`: of two-minute closes, as of now.
 * - `PD_*`: RTH of the previous trade date, same contract; exists from the start.
 * - `ON_*`: overnight, the Globex open to 09:30 ET; exists from 09:30.
 * - `ROUND`: multiples of a step.
 * - `USER`: prices of the user's own.
 */
export const LEVEL_KINDS = [
  'PM_HIGH',
  'PM_LOW',
  'OR_HIGH',
  'OR_LOW',
  'SMA_90',
  'EMA_20',
  'PD_HIGH',
  'PD_LOW',
  'ON_HIGH',
  'ON_LOW',
  'ROUND',
  'USER',
] as const;
export type LevelKind = (typeof LEVEL_KINDS)[number];

/** Six levels, two directions and five times of day make the sixty partitions of precedents. */
export const DEFAULT_KINDS = ['PM_HIGH', 'PM_LOW', 'OR_HIGH', 'OR_LOW', 'SMA_90', 'EMA_20'] as const;
