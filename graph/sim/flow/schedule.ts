/** The timetable of a simulation: sessions of the trade dates, and the UTC days whose files hold them. */
import { SpymasterError } from '../../errors';
import { nextTradeDate, sessionOf, tradeDates, type TradeSession } from '../../market/calendar';
import type { TradingCalendar } from '../../market/hours';
import { frontContract, type Contract } from '../../products/contracts';
import type { Product } from '../../products/profile';
import { dayNumber, isoDate, weekday, Weekday, type IsoDate } from '../../market/days';
import { easternToUtc, utcDay, utcMidnight, utcToEastern } from '../../market/easternTime';
import { NS_PER_MINUTE, NS_PER_SECOND } from '../../market/time';
import { DayProfile } from './dayProfile';
import { alignedOrigin } from '../files/eventWriter';
import type { MarketDay, Span } from '../marketDay';

/** Length of the pre-open: on ordinary evenings, and after closed days. */
const PRE_OPEN = BigInt(15 * NS_PER_MINUTE);
const LONG_PRE_OPEN = BigInt(60 * NS_PER_MINUTE);
/** When the exchange's weekly snapshot comes out on Sunday, seconds of the UTC day. */
const WEEKLY_SNAPSHOT = 13 * 3600 + 5;
/** The origin lies this long before the first session: some orders were entered days before it. */
const LEAD = 10n * 86_400n * BigInt(NS_PER_SECOND);

/** A trade date with what is traded on it. */
export interface ScheduledDay {
  readonly tradeDate: IsoDate;
  readonly session: TradeSession;
  readonly contract: Contract;
  /** The next contract, on the eve of the roll, when most of the volume has moved to it. */
  readonly rollingTo: Contract | null;
  /** The day with rows in proportion to `rows` as a whole. */
  timetable(rows: number): MarketDay;
}

/** One UTC day's files. Times in ns since the origin. */
export interface ScheduledFile {
  readonly date: IsoDate;
  /** First instant asked for, and last, exclusive. */
  readonly start: number;
  readonly end: number;
  /** Capture time of the snapshot it opens with. */
  readonly snapshot: number;
  readonly weekly: boolean;
  /** When trading, or the pre-open before it, is first active in it. */
  readonly active: number;
}

export interface Schedule {
  readonly origin: bigint;
  readonly days: readonly ScheduledDay[];
  readonly files: readonly ScheduledFile[];
}

/**
 * @param from first trade date; if it is none, the next one is
 * @param count trade dates
 */
export function scheduleOf(product: Product, from: IsoDate, count: number): Schedule {
  // Five trade dates a week, less a holiday now and then.
  const until = isoDate(dayNumber(from) + 14 + Math.ceil(count * 1.6));
  const dates = tradeDates(from, until, product).slice(0, count);
  if (dates.length === 0)
    throw new SpymasterError('BadArgument', 'A simulation has at least one trade date.');
  const sessions = dates.map((date) => sessionOf(date, product));
  const origin = alignedOrigin(sessions[0].window.start - LEAD);
  const days = sessions.map((session) => scheduledDay(product, session, origin));
  return { origin, days, files: filesOf(sessions, product, origin) };
}

function scheduledDay(product: Product, session: TradeSession, origin: bigint): ScheduledDay {
  const { tradeDate } = session;
  const contract = frontContract(product, tradeDate);
  const next = frontContract(product, nextTradeDate(tradeDate, product));
  return {
    tradeDate,
    session,
    contract,
    rollingTo: next.symbol === contract.symbol ? null : next,
    timetable: (rows) => timetable(session, product, origin, rows),
  };
}

function timetable(
  session: TradeSession,
  calendar: TradingCalendar,
  origin: bigint,
  rows: number,
): MarketDay {
  const at = (ns: bigint) => Number(ns - origin);
  const parts = session.hours.map(({ open, close }) => {
    const profile = new DayProfile(close > session.premarketStart, calendar.hours);
    const midnight = easternToUtc(utcToEastern(close).day, 0);
    const seconds = (ns: bigint) => Number(ns - midnight) / NS_PER_SECOND;
    return { open, close, profile, midnight, activity: profile.total(seconds(open), seconds(close)) };
  });
  const activity = parts.reduce((sum, part) => sum + part.activity, 0);
  const spans: Span[] = parts.map((part) => ({
    preOpen: at(preOpenOf(part.open, calendar)),
    open: at(part.open),
    close: at(part.close),
    profile: part.profile,
    midnight: at(part.midnight),
    rows: (rows * part.activity) / activity,
    afterClosedDays: isAfterClosedDay(part.open, calendar),
  }));
  return {
    tradeDate: session.tradeDate,
    spans,
    activity,
    premarketStart: at(session.premarketStart),
    rthOpen: at(session.rthOpen),
    orEnd: at(session.orEnd),
    rthClose: at(session.rthClose),
  };
}

/** Whether no session closed on the day, New York's, on which this one opens: Sundays, the evening of a closed holiday. */
function isAfterClosedDay(open: bigint, calendar: TradingCalendar): boolean {
  const { day } = utcToEastern(open);
  const week = weekday(day);
  if (week === Weekday.Sunday || week === Weekday.Saturday) return true;
  const closed = sessionOf(nextTradeDate(isoDate(day - 1), calendar), calendar);
  return !closed.hours.some(({ close }) => utcToEastern(close).day === day);
}

/** Start of the pre-open before an opening; ns UTC. */
export const preOpenOf = (open: bigint, calendar: TradingCalendar) =>
  open - (isAfterClosedDay(open, calendar) ? LONG_PRE_OPEN : PRE_OPEN);

/** UTC days with any trading. The first one is a part of its day: what came before is not simulated. */
function filesOf(
  sessions: readonly TradeSession[],
  calendar: TradingCalendar,
  origin: bigint,
): ScheduledFile[] {
  const at = (ns: bigint) => Number(ns - origin);
  const active = new Map<number, bigint>();
  for (const { hours } of sessions)
    for (const { open, close } of hours) {
      const preOpen = preOpenOf(open, calendar);
      for (let day = utcDay(preOpen); day <= utcDay(close); day++) {
        const midnight = utcMidnight(day);
        if (!active.has(day)) active.set(day, preOpen > midnight ? preOpen : midnight);
      }
    }
  const first = Math.min(...active.keys());
  return [...active].map(([day, begins]) => {
    const weekly = weekday(day) === Weekday.Sunday;
    const midnight = utcMidnight(day);
    const start = day === first && !weekly ? begins : midnight;
    const snapshot = weekly ? midnight + BigInt(WEEKLY_SNAPSHOT * NS_PER_SECOND) : start;
    return {
      date: isoDate(day),
      start: at(start),
      end: at(utcMidnight(day + 1)),
      snapshot: at(snapshot),
      weekly,
      active: at(begins),
    };
  });
}
