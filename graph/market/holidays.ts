/**
 * The days on which CME equity-index futures keep other hours than usual, by rule for every year and by list for what
 * no rule foresees. Hours are those in force since 2015 (before it, holiday sessions were halted at 11:30 ET).
 *
 * Three kinds of special day:
 * - *closed*: no session at all (New Year, Good Friday, Christmas, or the weekday on which they are observed);
 * - *holiday session*: Globex trades to a halt, the stock market is closed, so there is no trade date of that name;
 * - *early close*: the stock market closes at 13:00 ET, Globex at 13:15 ET.
 */
import { dayNumber, dayOf, easterSunday, lastWeekday, nthWeekday, weekday, civil, Weekday } from './days';
import { clock } from './easternTime';

/** What a calendar day is to the market; times in seconds of the New York day, null where there is none. */
export interface MarketDay {
  /** When the Globex session that ends on this day closes. */
  readonly globexClose: number | null;
  /** When the stock market's session of this day ends; it begins at 09:30. */
  readonly rthClose: number | null;
  readonly holiday?: string;
}

const REGULAR: MarketDay = { globexClose: clock(17), rthClose: clock(16) };
const WEEKEND: MarketDay = { globexClose: null, rthClose: null };

const closed = (holiday: string): MarketDay => ({ globexClose: null, rthClose: null, holiday });
const holidaySession = (holiday: string, halt = clock(13)): MarketDay => ({
  globexClose: halt,
  rthClose: null,
  holiday,
});
const earlyClose = (holiday: string): MarketDay => ({
  globexClose: clock(13, 15),
  rthClose: clock(13),
  holiday,
});

/** Closures of the stock market that were announced, not due: mourning and storms. */
const ANNOUNCED: readonly (readonly [number, MarketDay])[] = [
  [dayNumber('2012-10-29'), holidaySession('Hurricane Sandy', clock(9, 15))],
  [dayNumber('2012-10-30'), holidaySession('Hurricane Sandy', clock(9, 15))],
  [dayNumber('2018-12-05'), holidaySession('National Day of Mourning', clock(9, 30))],
  [dayNumber('2025-01-09'), holidaySession('National Day of Mourning', clock(9, 30))],
];

/** A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after. */
function observed(day: number): number {
  if (weekday(day) === Weekday.Saturday) return day - 1;
  return weekday(day) === Weekday.Sunday ? day + 1 : day;
}

function specialDays(year: number): Map<number, MarketDay> {
  const days = new Map<number, MarketDay>();

  const newYear = dayOf(year, 1, 1);
  // On a Saturday it is not moved: Friday is the last business day of the old year.
  if (weekday(newYear) !== Weekday.Saturday) days.set(observed(newYear), closed("New Year's Day"));

  days.set(nthWeekday(year, 1, Weekday.Monday, 3), holidaySession('Martin Luther King Jr. Day'));
  days.set(nthWeekday(year, 2, Weekday.Monday, 3), holidaySession("Presidents' Day"));

  const goodFriday = easterSunday(year) - 2;
  // The jobs report comes out on the first Friday of a month, at 08:30 ET also on Good Friday; Globex then trades on it.
  const jobsReport = civil(goodFriday).dayOfMonth <= 7;
  days.set(goodFriday, jobsReport ? holidaySession('Good Friday', clock(9, 15)) : closed('Good Friday'));

  days.set(lastWeekday(year, 5, Weekday.Monday), holidaySession('Memorial Day'));
  if (year >= 2022) days.set(observed(dayOf(year, 6, 19)), holidaySession('Juneteenth'));

  const independence = dayOf(year, 7, 4);
  days.set(observed(independence), holidaySession('Independence Day'));
  if (hasTradedEve(independence)) days.set(independence - 1, earlyClose('Independence Day eve'));

  days.set(nthWeekday(year, 9, Weekday.Monday, 1), holidaySession('Labor Day'));

  const thanksgiving = nthWeekday(year, 11, Weekday.Thursday, 4);
  days.set(thanksgiving, holidaySession('Thanksgiving Day'));
  days.set(thanksgiving + 1, earlyClose('Day after Thanksgiving'));

  const christmas = dayOf(year, 12, 25);
  days.set(observed(christmas), closed('Christmas Day'));
  if (hasTradedEve(christmas)) days.set(christmas - 1, earlyClose('Christmas Eve'));

  for (const [day, special] of ANNOUNCED) if (civil(day).year === year) days.set(day, special);
  return days;
}

/** Whether both the day and the day before it are weekdays. */
function hasTradedEve(day: number): boolean {
  return weekday(day) >= Weekday.Tuesday && weekday(day) <= Weekday.Friday;
}

const byYear = new Map<number, Map<number, MarketDay>>();

/** What a calendar day is to CME equity-index futures. */
export function marketDay(day: number): MarketDay {
  const { year } = civil(day);
  let special = byYear.get(year);
  if (!special) byYear.set(year, (special = specialDays(year)));
  const found = special.get(day);
  if (found) return found;
  return weekday(day) === Weekday.Saturday || weekday(day) === Weekday.Sunday ? WEEKEND : REGULAR;
}
