/** Days that the exchange names by rule: when contracts expire, and when trading moves on to the next one. */
import { isTradeDate, previousTradeDate } from '../market/calendar';
import { dayOf, isoDate, lastWeekday, nthWeekday, type IsoDate } from '../market/days';
import type { TradingCalendar } from '../market/hours';

/** A day of a month: its number, the last one, or a weekday (0 Sunday .. 6 Saturday), the n-th or the last. */
type DayOfMonth =
  | number
  | 'last'
  | { readonly weekday: number; readonly nth: 1 | 2 | 3 | 4 | 'last' }
  | { readonly businessDay: number };

export interface DayRule {
  /** Months from the contract month to the month of the day: 0, or -1 for crude oil, which expires the month before. */
  readonly month: number;
  readonly day: DayOfMonth;
  /** How far before that day. */
  readonly before: number;
  /**
   * - `business-days`: from the last business day up to the day;
   * - `business-days-before`: from the day itself, business day or not;
   * - `calendar-days`: business days or not.
   */
  readonly counting: 'business-days' | 'business-days-before' | 'calendar-days';
}

/**
 * The day of a rule.
 * @param month contract month, 1-12
 * @param calendar of the product: its trade dates are the business days
 */
export function dayByRule(rule: DayRule, year: number, month: number, calendar: TradingCalendar): IsoDate {
  const months = year * 12 + month - 1 + rule.month;
  const anchor = anchorOf(rule.day, Math.floor(months / 12), (months % 12) + 1, calendar);
  if (rule.counting === 'calendar-days') return isoDate(anchor - rule.before);
  let date = isoDate(anchor);
  const onBusinessDay = rule.counting === 'business-days' || rule.before === 0;
  if (onBusinessDay && !isTradeDate(date, calendar)) date = previousTradeDate(date, calendar);
  for (let k = 0; k < rule.before; k++) date = previousTradeDate(date, calendar);
  return date;
}

function anchorOf(day: DayOfMonth, year: number, month: number, calendar: TradingCalendar): number {
  if (typeof day === 'number') return dayOf(year, month, day);
  if (day === 'last') return lastDay(year, month);
  if ('weekday' in day)
    return day.nth === 'last'
      ? lastWeekday(year, month, day.weekday)
      : nthWeekday(year, month, day.weekday, day.nth);
  let found = dayOf(year, month, 1) - 1;
  for (let n = 0; n < day.businessDay;) if (isTradeDate(isoDate(++found), calendar)) n++;
  return found;
}

const lastDay = (year: number, month: number) =>
  (month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1)) - 1;
