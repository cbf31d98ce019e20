/**
 * When a product trades, by the exchange's rules: Globex, the pause within its day, and the sessions that levels and
 * outcomes are about.
 *
 * All times are seconds of the New York day. Exchanges in Chicago write theirs one hour earlier; both cities change their
 * clocks on the same nights, while every market is closed, so the hour between them never changes within trading.
 */
import { clock } from './easternTime';
import type { HolidayCalendar } from './holidays';

export interface SessionHours {
  /** Opening of Globex. */
  readonly open: number;
  /** Whether it opens on the evening before the day it is named after. */
  readonly opensDayBefore: boolean;
  /** End of the trading day; 17:00 at the latest, when every trade date ends. */
  readonly close: number;
  /** Pauses within the day `[from, to)`, in order: the grains' between night and day. */
  readonly pauses: readonly (readonly [from: number, to: number])[];
  /** When the premarket, whose range makes the levels PM_HIGH and PM_LOW, begins. */
  readonly premarketStart: number;
  /** Regular trading hours: the stock market's for index futures, those of the former pit for others. */
  readonly rthOpen: number;
  readonly rthClose: number;
  /** End of the opening range, whose levels are OR_HIGH and OR_LOW. */
  readonly orEnd: number;
}

/** What the calendar of a product is made of: every `Product` is one. */
export interface TradingCalendar {
  readonly hours: SessionHours;
  readonly holidays: HolidayCalendar;
}

/** That of index futures, and of whatever the catalog does not know. */
export const INDEX_CALENDAR: TradingCalendar = {
  hours: {
    open: clock(18),
    opensDayBefore: true,
    close: clock(17),
    pauses: [],
    premarketStart: clock(4),
    rthOpen: clock(9, 30),
    rthClose: clock(16),
    orEnd: clock(9, 45),
  },
  holidays: 'equities',
};
