/**
 * The partitions in which precedents are looked for - a kind of level, a direction and a part of the day - and the ladder along which a
 * search goes on where a partition holds too few: each rung holds the one below it.
 */
import type { Direction } from '../episodes/episode';
import type { LevelKind } from '../levels/kinds';

export interface PrecedentPartition {
  readonly levelKind: LevelKind;
  readonly direction: Direction;
  /** As in `gold.episodes`, e.g. `T0_15`. */
  readonly timeOfDay: string;
}

/** `PM_HIGH-UP-T0_15`. */
export const partitionName = ({ levelKind, direction, timeOfDay }: PrecedentPartition): string =>
  `${levelKind}-${direction}-${timeOfDay}`;

/** What a kind of level is to price: the upper or lower end of a range, a moving average, a price somebody chose. */
type LevelFamily = 'highs' | 'lows' | 'averages' | 'prices';

const FAMILY_OF: Readonly<Record<LevelKind, LevelFamily>> = {
  PM_HIGH: 'highs',
  PM_LOW: 'lows',
  OR_HIGH: 'highs',
  OR_LOW: 'lows',
  SMA_90: 'averages',
  EMA_20: 'averages',
  PD_HIGH: 'highs',
  PD_LOW: 'lows',
  ON_HIGH: 'highs',
  ON_LOW: 'lows',
  ROUND: 'prices',
  USER: 'prices',
};

/** Upside down a high is a low; vectors are oriented, so that approaches which mirror each other have the same one. */
const MIRRORED: Readonly<Record<LevelFamily, LevelFamily>> = {
  highs: 'lows',
  lows: 'highs',
  averages: 'averages',
  prices: 'prices',
};

/** From the narrowest to the widest. */
export const RUNGS = ['partition', 'all times of day', 'level family', 'mirrored direction', 'all'] as const;
export type Rung = (typeof RUNGS)[number];

/** Whether a rung of the ladder that begins at `wanted` holds a partition. */
export function isOnRung(rung: Rung, wanted: PrecedentPartition, other: PrecedentPartition): boolean {
  const sameDirection = other.direction === wanted.direction;
  const family = FAMILY_OF[wanted.levelKind];
  const otherFamily = FAMILY_OF[other.levelKind];
  if (rung === 'all') return true;
  if (rung === 'mirrored direction') return otherFamily === (sameDirection ? family : MIRRORED[family]);
  if (!sameDirection) return false;
  if (rung === 'level family') return otherFamily === family;
  const sameKind = other.levelKind === wanted.levelKind;
  return rung === 'all times of day' ? sameKind : sameKind && other.timeOfDay === wanted.timeOfDay;
}
