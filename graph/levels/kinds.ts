/** The price levels Spymaster knows. */

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

/** What each is, in words. */
export const LEVEL_MEANINGS: Readonly<Record<LevelKind, string>> = {
  PM_HIGH: 'High of the pre-market, 04:00-09:30 ET; exists from 09:30',
  PM_LOW: 'Low of the pre-market, 04:00-09:30 ET; exists from 09:30',
  OR_HIGH: 'High of the opening range, 09:30-09:45 ET; exists from 09:45',
  OR_LOW: 'Low of the opening range, 09:30-09:45 ET; exists from 09:45',
  SMA_90: 'Simple average of the last 90 two-minute closes, as of now',
  EMA_20: 'Exponential average of the last 20 two-minute closes, as of now',
  PD_HIGH: 'High of regular trading hours of the previous trade date, same contract; exists from the start',
  PD_LOW: 'Low of regular trading hours of the previous trade date, same contract; exists from the start',
  ON_HIGH: 'High overnight, from the Globex open to 09:30 ET; exists from 09:30',
  ON_LOW: 'Low overnight, from the Globex open to 09:30 ET; exists from 09:30',
  ROUND: 'Multiples of a step',
  USER: "Prices of the user's own",
};
