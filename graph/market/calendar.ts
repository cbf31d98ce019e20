/**
 * The CME equity-index calendar: trade dates, their windows and their sessions.
 *
 * **A trade date is a day on which the US stock market holds a session.** Everything between the ends of two trade dates
 * belongs to the later one: weekends, closed days, and the shortened Globex sessions of holidays, as the exchange itself
 * books them (Monday's session on Presidents' Day is part of Tuesday). So the Christmas evening of 2023-12-25, 18:00 ET,
 * belongs to 2023-12-26, and so does every snapshot taken after Friday 2023-12-22 17:00 ET.
 *
 * The hours between the 16:15 and 16:30 ET pause kept until June 2021 are counted as open.
 */
import { SpymasterError } from '../errors';
import { dayNumber, isoDate, type IsoDate } from './days';
import { clock, easternToUtc, utcToEastern } from './easternTime';
import { marketDay } from './holidays';
import { NS_PER_SECOND, type TimeOrigin } from './time';

/** First and last year for which the holiday rules are right. */
export const CALENDAR_YEARS = { first: 2010, last: 2099 } as const;
const FIRST_DAY = dayNumber(`${CALENDAR_YEARS.first}-01-04`);
const LAST_DAY = dayNumber(`${CALENDAR_YEARS.last}-12-31`);

const DAY_ENDS = clock(17);
const GLOBEX_OPENS = clock(18);
const PREMARKET_STARTS = clock(4);
const RTH_OPENS = clock(9, 30);
const OPENING_RANGE_ENDS = clock(9, 45);

/** The span `(start, end]` whose records (by capture time) make up a trade date; ns UTC. */
export interface TradeWindow {
  readonly start: bigint;
  readonly end: bigint;
}

/** Continuous Globex trading, `[open, close)`; ns UTC. */
export interface TradingHours {
  readonly open: bigint;
  readonly close: bigint;
}

/** The session of one trade date; all times ns UTC. */
export interface TradeSession {
  readonly tradeDate: IsoDate;
  readonly window: TradeWindow;
  /** Usually one span; two when a holiday session before the trade date belongs to it. In order. */
  readonly hours: readonly TradingHours[];
  /** First opening in the window, 18:00 ET of a day before. */
  readonly globexOpen: bigint;
  /** 04:00 ET. */
  readonly premarketStart: bigint;
  /** 09:30 ET. */
  readonly rthOpen: bigint;
  /** 09:45 ET, end of the opening range. */
  readonly orEnd: bigint;
  /** 16:00 ET, or 13:00 ET on an early close. */
  readonly rthClose: bigint;
  /** 17:00 ET, or 13:15 ET on an early close. */
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

const trades = (day: number) => marketDay(day).rthClose !== null;

function seek(day: number, step: 1 | -1): number {
  while (!trades(checked(day))) day += step;
  return day;
}

/** Whether the US stock market holds a session on that day. */
export function isTradeDate(date: IsoDate): boolean {
  return trades(checked(dayNumber(date)));
}

/** The first trade date after a date (which need not be one). */
export function nextTradeDate(date: IsoDate): IsoDate {
  return isoDate(seek(dayNumber(date) + 1, 1));
}

/** The last trade date before a date (which need not be one). */
export function previousTradeDate(date: IsoDate): IsoDate {
  return isoDate(seek(dayNumber(date) - 1, -1));
}

/** Every trade date from `from` to `to`, both included. */
export function tradeDates(from: IsoDate, to: IsoDate): IsoDate[] {
  const last = checked(dayNumber(to));
  const dates: IsoDate[] = [];
  for (let day = checked(dayNumber(from)); day <= last; day++) if (trades(day)) dates.push(isoDate(day));
  return dates;
}

/**
 * The trade date to whose window an instant belongs.
 * @param ns capture time, ns UTC
 * @throws SpymasterError BadArgument outside the years the calendar knows
 */
export function tradeDateOf(ns: bigint): IsoDate {
  const { day, nsOfDay } = utcToEastern(ns);
  return isoDate(seek(nsOfDay > DAY_ENDS * NS_PER_SECOND ? day + 1 : day, 1));
}

/** The window of a trade date: after 17:00 ET of the trade date before, up to and including its own 17:00 ET. */
export function windowOf(tradeDate: IsoDate): TradeWindow {
  const day = requireTradeDate(tradeDate);
  return { start: easternToUtc(seek(day - 1, -1), DAY_ENDS), end: easternToUtc(day, DAY_ENDS) };
}

/** The session of a trade date. */
export function sessionOf(tradeDate: IsoDate): TradeSession {
  const day = requireTradeDate(tradeDate);
  const hours: TradingHours[] = [];
  for (let d = seek(day - 1, -1) + 1; d <= day; d++) {
    const { globexClose } = marketDay(d);
    if (globexClose === null) continue;
    hours.push({ open: easternToUtc(d - 1, GLOBEX_OPENS), close: easternToUtc(d, globexClose) });
  }
  return {
    tradeDate,
    window: windowOf(tradeDate),
    hours,
    globexOpen: hours[0].open,
    premarketStart: easternToUtc(day, PREMARKET_STARTS),
    rthOpen: easternToUtc(day, RTH_OPENS),
    orEnd: easternToUtc(day, OPENING_RANGE_ENDS),
    rthClose: easternToUtc(day, marketDay(day).rthClose as number),
    globexClose: hours[hours.length - 1].close,
  };
}

function requireTradeDate(date: IsoDate): number {
  const day = checked(dayNumber(date));
  if (trades(day)) return day;
  const { holiday } = marketDay(day);
  throw new SpymasterError('BadArgument', `${date} is no trade date (${holiday ?? 'weekend'})`, {
    expected: `${previousTradeDate(date)} or ${nextTradeDate(date)}`,
  });
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
  /** Ends of the trading hours, in order. */
  private readonly closes: number[] = [];
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
    for (const { open, close } of session.hours) {
      this.edge(offset(open), SessionCode.Overnight);
      if (close === session.globexClose) {
        this.edge(this.premarketStart, SessionCode.PreMarket);
        this.edge(this.rthOpen, SessionCode.Rth);
        this.edge(this.rthClose, SessionCode.Post);
      }
      this.edge(offset(close), SessionCode.Halt);
      this.closes.push(offset(close));
    }
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
    return this.closes.find((close) => close > t) ?? this.windowEnd;
  }
}
