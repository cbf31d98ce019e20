/**
 * The calendar of a product: trade dates, their windows and their sessions.
 *
 * **A trade date is a day that ends a session of its own**: for index futures, a day on which the US stock market holds one.
 * Everything between the ends of two trade dates belongs to the later one: weekends, closed days, and the shortened Globex
 * sessions of holidays, as the exchange itself books them (Monday's session on Presidents' Day is part of Tuesday). So the
 * Christmas evening of 2023-12-25, 18:00 ET, belongs to 2023-12-26, and so does every snapshot taken after Friday 2023-12-22
 * 17:00 ET. Every trade date ends at 17:00 ET, when Globex pauses, however early the product closes.
 *
 * The hours between the 16:15 and 16:30 ET pause kept until June 2021 are counted as open.
 */
import { SpymasterError } from '../errors';
import { dayNumber, isoDate, type IsoDate } from './days';
import { clock, easternToUtc, utcToEastern } from './easternTime';
import { marketDay } from './holidays';
import type { SessionHours, TradingCalendar } from './hours';
import { NS_PER_SECOND, type TimeOrigin } from './time';

/** First and last year for which the holiday rules are right. */
export const CALENDAR_YEARS = { first: 2010, last: 2099 } as const;
const FIRST_DAY = dayNumber(`${CALENDAR_YEARS.first}-01-04`);
const LAST_DAY = dayNumber(`${CALENDAR_YEARS.last}-12-31`);

/** End of every trade date, whatever the product. */
export const DAY_ENDS = clock(17);

/** The span `(start, end]` whose records (by capture time) make up a trade date; ns UTC. */
interface TradeWindow {
  readonly start: bigint;
  readonly end: bigint;
}

/** Continuous Globex trading, `[open, close)`; ns UTC. */
interface TradingHours {
  readonly open: bigint;
  readonly close: bigint;
}

/** The session of one trade date; all times ns UTC, in brackets those of ES. */
export interface TradeSession {
  readonly tradeDate: IsoDate;
  readonly window: TradeWindow;
  /** Usually one span; more when a holiday session before the trade date belongs to it, or the product pauses. In order. */
  readonly hours: readonly TradingHours[];
  /** First opening in the window (18:00 ET of a day before). */
  readonly globexOpen: bigint;
  /** 04:00 ET unless the product says otherwise. */
  readonly premarketStart: bigint;
  /** Regular trading hours begin (09:30 ET). */
  readonly rthOpen: bigint;
  /** End of the opening range (09:45 ET). */
  readonly orEnd: bigint;
  /** Regular trading hours end (16:00 ET, or 13:00 ET on an early close). */
  readonly rthClose: bigint;
  /** Globex closes (17:00 ET, or 13:15 ET on an early close). */
  readonly globexClose: bigint;
}

/** Parts of a trade date, as stored. `Halt` is every time Globex is closed, its pre-open auctions included. */
export const SessionCode = { Halt: 0, Overnight: 1, PreMarket: 2, Rth: 3, Post: 4 } as const;
export type SessionCode = (typeof SessionCode)[keyof typeof SessionCode];
export const SESSION_NAMES = ['halt', 'overnight', 'premarket', 'rth', 'post'] as const;

function checked(day: number): number {
  if (day >= FIRST_DAY && day <= LAST_DAY) return day;
  throw new SpymasterError('BadArgument', `${isoDate(day)} is outside the calendar`, {
    expected: `${CALENDAR_YEARS.first}-${CALENDAR_YEARS.last}`,
  });
}

const trades = (day: number, { holidays }: TradingCalendar) => marketDay(day, holidays).kind === 'trade';

function seek(day: number, step: 1 | -1, calendar: TradingCalendar): number {
  while (!trades(checked(day), calendar)) day += step;
  return day;
}

/** Whether that day is a trade date of the product. */
export function isTradeDate(date: IsoDate, calendar: TradingCalendar): boolean {
  return trades(checked(dayNumber(date)), calendar);
}

/** The first trade date after a date (which need not be one). */
export function nextTradeDate(date: IsoDate, calendar: TradingCalendar): IsoDate {
  return isoDate(seek(dayNumber(date) + 1, 1, calendar));
}

/** The last trade date before a date (which need not be one). */
export function previousTradeDate(date: IsoDate, calendar: TradingCalendar): IsoDate {
  return isoDate(seek(dayNumber(date) - 1, -1, calendar));
}

/** Every trade date from `from` to `to`, both included. */
export function tradeDates(from: IsoDate, to: IsoDate, calendar: TradingCalendar): IsoDate[] {
  const last = checked(dayNumber(to));
  const dates: IsoDate[] = [];
  for (let day = checked(dayNumber(from)); day <= last; day++)
    if (trades(day, calendar)) dates.push(isoDate(day));
  return dates;
}

/**
 * The trade date to whose window an instant belongs.
 * @param ns capture time, ns UTC
 * @throws SpymasterError BadArgument outside the years the calendar knows
 */
export function tradeDateOf(ns: bigint, calendar: TradingCalendar): IsoDate {
  const { day, nsOfDay } = utcToEastern(ns);
  return isoDate(seek(nsOfDay > DAY_ENDS * NS_PER_SECOND ? day + 1 : day, 1, calendar));
}

/** The window of a trade date: after 17:00 ET of the trade date before, up to and including its own 17:00 ET. */
export function windowOf(tradeDate: IsoDate, calendar: TradingCalendar): TradeWindow {
  const day = requireTradeDate(tradeDate, calendar);
  return { start: easternToUtc(seek(day - 1, -1, calendar), DAY_ENDS), end: easternToUtc(day, DAY_ENDS) };
}

/**
 * The session of a trade date.
 * @throws SpymasterError BadArgument if the day is none
 */
export function sessionOf(tradeDate: IsoDate, calendar: TradingCalendar): TradeSession {
  const day = requireTradeDate(tradeDate, calendar);
  const { hours: usual, holidays } = calendar;
  const hours: TradingHours[] = [];
  for (let d = seek(day - 1, -1, calendar) + 1; d <= day; d++) {
    const market = marketDay(d, holidays);
    if (market.kind === 'closed') continue;
    hours.push(...spansOf(d, Math.min(usual.close, market.close ?? Infinity), usual));
  }
  const special = marketDay(day, holidays);
  const earliest = (special.kind === 'trade' && special.rthClose) || Infinity;
  return {
    tradeDate,
    window: windowOf(tradeDate, calendar),
    hours,
    globexOpen: hours[0].open,
    premarketStart: easternToUtc(day, usual.premarketStart),
    rthOpen: easternToUtc(day, usual.rthOpen),
    orEnd: easternToUtc(day, usual.orEnd),
    rthClose: easternToUtc(day, Math.min(usual.rthClose, earliest)),
    globexClose: hours[hours.length - 1].close,
  };
}

/** Trading of the session that ends on a day, around its pauses. @param close seconds of that day */
function spansOf(day: number, close: number, { open, opensDayBefore, pauses }: SessionHours): TradingHours[] {
  const spans: TradingHours[] = [];
  let opens = easternToUtc(opensDayBefore ? day - 1 : day, open);
  for (const [from, to] of pauses) {
    if (from >= close) break;
    spans.push({ open: opens, close: easternToUtc(day, from) });
    opens = easternToUtc(day, to);
  }
  const closes = easternToUtc(day, close);
  // A halt within a pause leaves nothing of what comes after it.
  if (opens < closes) spans.push({ open: opens, close: closes });
  return spans;
}

function requireTradeDate(date: IsoDate, calendar: TradingCalendar): number {
  const day = checked(dayNumber(date));
  if (trades(day, calendar)) return day;
  const { holiday } = marketDay(day, calendar.holidays);
  throw new SpymasterError('BadArgument', `${date} is no trade date (${holiday ?? 'weekend'})`, {
    expected: `${previousTradeDate(date, calendar)} or ${nextTradeDate(date, calendar)}`,
  });
}

/** Continuous Globex trading, `[open, close)`; ns since the session's origin. */
export interface TradingSpan {
  readonly open: number;
  readonly close: number;
}

/** A session's times as ns since an origin: what operators compare their clocks with. */
export class SessionClock {
  readonly globexOpen: number;
  readonly premarketStart: number;
  readonly rthOpen: number;
  readonly orEnd: number;
  readonly rthClose: number;
  readonly globexClose: number;
  readonly windowStart: number;
  readonly windowEnd: number;
  /** Trading hours, in order. */
  readonly spans: readonly TradingSpan[];
  /** Changes of the session code: from `edges[i]` on it is `codes[i]`. */
  private readonly edges: number[] = [];
  private readonly codes: SessionCode[] = [];

  constructor(
    readonly session: TradeSession,
    readonly origin: TimeOrigin,
  ) {
    const offset = (ns: bigint) => Number(ns - origin.ns);
    this.globexOpen = offset(session.globexOpen);
    this.premarketStart = offset(session.premarketStart);
    this.rthOpen = offset(session.rthOpen);
    this.orEnd = offset(session.orEnd);
    this.rthClose = offset(session.rthClose);
    this.globexClose = offset(session.globexClose);
    this.windowStart = offset(session.window.start);
    this.windowEnd = offset(session.window.end);
    this.spans = session.hours.map(({ open, close }) => ({ open: offset(open), close: offset(close) }));
    for (const { open, close } of this.spans) {
      this.edge(open, close > this.premarketStart ? this.partAt(open) : SessionCode.Overnight);
      for (const begins of [this.premarketStart, this.rthOpen, this.rthClose])
        if (begins > open && begins < close) this.edge(begins, this.partAt(begins));
      this.edge(close, SessionCode.Halt);
    }
  }

  /** The part of the trading day at `t`, pauses apart. */
  private partAt(t: number): SessionCode {
    if (t < this.premarketStart) return SessionCode.Overnight;
    if (t < this.rthOpen) return SessionCode.PreMarket;
    return t < this.rthClose ? SessionCode.Rth : SessionCode.Post;
  }

  private edge(at: number, code: SessionCode): void {
    this.edges.push(at);
    this.codes.push(code);
  }

  /** The part of the session at `t` ns since the origin. A part begins with its first instant and ends before its last. */
  codeAt(t: number): SessionCode {
    let i = this.edges.length - 1;
    while (i >= 0 && t < this.edges[i]) i--;
    return i < 0 ? SessionCode.Halt : this.codes[i];
  }

  /** When the trading hours that contain `t` end; while Globex is closed, when the next ones do. */
  closeAfter(t: number): number {
    return this.spans.find(({ close }) => close > t)?.close ?? this.windowEnd;
  }
}
