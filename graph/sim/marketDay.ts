/** A trade date of the simulated market. Times are ns since the simulation's origin. */
import type { IsoDate } from '../market/days';
import type { DayProfile } from './flow/dayProfile';

/** Continuous trading between two closings. */
export interface Span {
  preOpen: number;
  open: number;
  close: number;
  profile: DayProfile;
  /** Midnight, New York time, of the day it closes on. */
  midnight: number;
  /** Share of the trade date's rows that fall into it. */
  rows: number;
  /** Whether the market was closed for a day or more before. */
  afterClosedDays: boolean;
}

export interface MarketDay {
  tradeDate: IsoDate;
  spans: Span[];
  /** Activity of all spans together. */
  activity: number;
  premarketStart: number;
  rthOpen: number;
  orEnd: number;
  rthClose: number;
}
