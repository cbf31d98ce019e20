/**
 * What an episode is: price came to a level and touched it. And what became of it.
 *
 * Times are ns since the session's origin and follow the events (`ts_event`) in the order of their arrival, never going
 * back; prices and distances are ticks, fractional where the level is a moving average.
 */
import { LEVEL_KINDS, type LevelKind } from '../levels/kinds';
import { SESSION_NAMES, SessionCode, type SessionClock } from '../market/calendar';
import { NS_PER_MINUTE } from '../market/time';
import { nullable, number, oneOf, record, text, type ValueCodec } from '../state/valueCodec';

/** UP: price comes from below the level. DOWN: from above. */
export const DIRECTIONS = ['UP', 'DOWN'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** An approach that ended in a touch. The touch is the anchor: features end with it, outcomes begin with it. */
export interface Episode {
  /** `contract-date-level-direction-attempt`, the same in every build. */
  readonly id: string;
  /** The approach that was told on the way to it, `episode/approach/n`; null where price was in the touch band with its first trade. */
  readonly approachId: string | null;
  readonly levelId: string;
  readonly kind: LevelKind;
  /** Price of the level at the touch; barriers are measured from it even if the level moves on. */
  readonly levelPrice: number;
  readonly levelKnownFrom: number;
  readonly direction: Direction;
  /** 1 for the first episode of this level and direction in the contract-date. */
  readonly attempt: number;
  /** Touches of the level before this one since it came into being, of either direction and at any hour. */
  readonly touchesBefore: number;
  /** When price came into the approach band, where, and how far from the level that was. */
  readonly approachStart: number;
  readonly approachStartPrice: number;
  readonly approachStartDistance: number;
  /** Trades from the first in the band to the touch, both included. */
  readonly approachTrades: number;
  readonly touchAt: number;
  /** Capture time of the touch: when a live system could have known it. */
  readonly touchRecv: number;
  readonly touchPrice: number;
  readonly session: SessionCode;
  readonly timeOfDay: string;
  /** Minutes from the RTH open; negative before it. */
  readonly minutesSinceOpen: number;
}

export const episodeCodec: ValueCodec<Episode> = record<Episode>({
  id: text,
  approachId: nullable(text),
  levelId: text,
  kind: oneOf(LEVEL_KINDS),
  levelPrice: number,
  levelKnownFrom: number,
  direction: oneOf(DIRECTIONS),
  attempt: number,
  touchesBefore: number,
  approachStart: number,
  approachStartPrice: number,
  approachStartDistance: number,
  approachTrades: number,
  touchAt: number,
  touchRecv: number,
  touchPrice: number,
  session: oneOf(Object.values(SessionCode)),
  timeOfDay: text,
  minutesSinceOpen: number,
});

/** Which barrier an episode reached first: the one beyond the level, or the one before it. */
export const DECISIONS = ['BREAK', 'REJECT'] as const;
export type Decision = (typeof DECISIONS)[number];

/** CHOP: neither barrier was reached in time. */
type OutcomeName = Decision | 'CHOP';

/** What became of an episode within one horizon. */
export interface Outcome {
  readonly episodeId: string;
  readonly horizonMinutes: number;
  readonly primary: boolean;
  /** Null if the data ended first, undecided: what would have become of it is unknown, so it is no CHOP. */
  readonly outcome: OutcomeName | null;
  /** What ended the measurement: the horizon, the close of the session, or the end of the data. */
  readonly endedBy: 'horizon' | 'close' | 'data_end';
  readonly touchAt: number;
  readonly endAt: number;
  /** First trades at or beyond either barrier, whichever decided; null where there was none. */
  readonly breakAt: number | null;
  readonly rejectAt: number | null;
  /** Farthest trades from the level along the approach and against it, from the touch to the end. */
  readonly favorable: number;
  readonly adverse: number;
  readonly high: number;
  readonly low: number;
  /** Last trade before the end, the touch itself where none followed. */
  readonly endPrice: number;
  /** Trades after the touch. */
  readonly trades: number;
}

/**
 * The part of the day a touch is filed under: `T0_15`, `T15_30`, ..., `T120_CLOSE` by minutes from the RTH open, or the name
 * of the session outside RTH.
 * @param edges minutes that divide RTH, ascending
 */
export function timeOfDay(clock: SessionClock, edges: readonly number[], t: number): string {
  const code = clock.codeAt(t);
  if (code !== SessionCode.Rth) return SESSION_NAMES[code].toUpperCase();
  const minutes = (t - clock.rthOpen) / NS_PER_MINUTE;
  const next = edges.findIndex((edge) => minutes < edge);
  return partOfRth(edges, next < 0 ? edges.length : next);
}

const partOfRth = (edges: readonly number[], part: number): string =>
  `T${part === 0 ? 0 : edges[part - 1]}_${part === edges.length ? 'CLOSE' : edges[part]}`;

/** Every part of the day that `timeOfDay` can name. @param edges minutes that divide RTH, ascending */
export const timesOfDay = (edges: readonly number[]): string[] => [
  ...Array.from({ length: edges.length + 1 }, (_, part) => partOfRth(edges, part)),
  ...SESSION_NAMES.filter((_, code) => code !== SessionCode.Rth).map((name) => name.toUpperCase()),
];

/** A touch of a watched level. */
export interface LevelTouch {
  readonly levelId: string;
  readonly levelPrice: number;
  readonly at: number;
  readonly price: number;
}

/** What an episode tracker emits. */
export type EpisodeEvent =
  /**
   * An approach is under way in the hours that count: the episode as it would be, were its touch this trade at this price. Its `id` is the
   * one its touch will have, if it comes; approaches that end without a touch share it, and `approachId` tells them apart: n counts
   * them from 1.
   */
  | { readonly kind: 'approach'; readonly approach: Episode }
  | { readonly kind: 'episode'; readonly episode: Episode }
  /** A watched level was touched, whether or not that made an episode; after the episode it made. */
  | { readonly kind: 'touch'; readonly touch: LevelTouch }
  /** An episode reached its first barrier; its outcomes follow when their horizons end. */
  | { readonly kind: 'decision'; readonly episodeId: string; readonly decision: Decision }
  | { readonly kind: 'outcome'; readonly outcome: Outcome };
