/** Episodes of the past, as precedents are made of them. */
import type { Direction } from '../episodes/episode';
import type { LevelKind } from '../levels/kinds';
import type { IsoDate } from '../market/days';
import type { FeatureGroup } from '../vectors/features';
import type { PrecedentPartition } from './partition';

/** Which groups of a vector are without data. */
export type Masked = Readonly<Record<FeatureGroup, boolean>>;

/** A touch as it is compared. */
export interface Touch extends PrecedentPartition {
  readonly id: string;
  readonly contract: string;
  /** Trade date. */
  readonly session: IsoDate;
  /** ns UTC. */
  readonly at: bigint;
  readonly levelId: string;
  readonly levelKind: LevelKind;
  readonly direction: Direction;
  /** Volatility, distance and time of day: `BASELINE_FEATURES`, NaN where undefined. */
  readonly baseline: ArrayLike<number>;
  /** As in `gold.vectors`. */
  readonly raw: ArrayLike<number>;
  readonly masked: Masked;
}

/** What became of a touch within one horizon. */
export interface Result {
  readonly minutes: number;
  /** Place in `CLASSES`; null where the data ended first. */
  readonly outcome: number | null;
  /** Ticks, as in `gold.outcomes`. */
  readonly favorable: number;
  readonly adverse: number;
}

/** A touch with what became of it. */
export interface PastEpisode extends Touch {
  /** By horizon, ascending. */
  readonly results: readonly Result[];
  /** Place of the primary horizon in `results`. */
  readonly primary: number;
  /** What a walk without memory gives for BREAK among decided ones, by the distance of the touch from the level: `martingaleBreak`. */
  readonly martingale: number;
  /** The same of a walk of the volatility before the touch that is decided within the horizon: `walkBreak`. */
  readonly walk: number;
}

/** Place in `CLASSES` of the outcome at the primary horizon; null where it is not known. */
export const primaryOutcome = ({ results, primary }: PastEpisode): number | null => results[primary].outcome;

/** The same at another horizon; null also where it was not measured. */
export function outcomeAt({ results }: PastEpisode, minutes: number): number | null {
  for (const result of results) if (result.minutes === minutes) return result.outcome;
  return null;
}

/** By session, then time, then id: the order that makes "known before" a prefix, whatever the order they came in. */
export function inOrderOfTime<T extends Touch>(episodes: readonly T[]): T[] {
  const later = (a: T, b: T): boolean =>
    a.session !== b.session ? a.session > b.session : a.at !== b.at ? a.at > b.at : a.id > b.id;
  return [...episodes].sort((a, b) => (later(a, b) ? 1 : -1));
}
