/**
 * The days on which a product keeps other hours than usual, by rule for every year and by list for what no rule foresees.
 *
 * Three kinds of special day:
 * - *closed*: no session at all;
 * - *holiday session*: Globex trades to a halt, and there is no trade date of that name;
 * - *early close*: a trade date that ends early.
 *
 * Five calendars (all times ET):
 *
 * | holiday                                  | equities          | rates            | fx                  | energy-metals       | grains |
 * |------------------------------------------|-------------------|------------------|---------------------|---------------------|--------|
 * | New Year, Christmas                      | closed            | closed           | closed              | closed              | closed |
 * | Good Friday (with the jobs report)       | closed (to 09:15) | closed (to 11:15)| closed (to 11:15)   | closed              | closed |
 * | MLK, Presidents, Memorial, Juneteenth,   | session to 13:00  | session to 13:00 | session to 17:00    | session to 14:30    | closed |
 * | Independence, Labor, Thanksgiving        |                   |                  | (13:00 before 2022) | (13:00 before 2022) |        |
 * | eve of Independence Day                  | 13:15             | regular          | regular             | regular             | 13:05  |
 * | day after Thanksgiving, Christmas Eve    | 13:15             | 13:15            | 13:15               | 13:45               | 13:05  |
 * | mourning, storms                         | session to 09:30  | 13:15            | regular             | regular             | regular|
 *
 * The equities' column is that of the exchange since 2015 (before it, holiday sessions were halted at 11:30 ET). The others are
 * those the exchange has published since 2022, and approximate before: halts of single years differ by half an hour or so, and
 * the storm of 2012 is that of the stock market only. Crypto futures keep the calendar of currencies, which they follow but
 * for minutes. A Good Friday's or a holiday's session belongs to the next trade date in every calendar.
 */
import { dayNumber, dayOf, easterSunday, lastWeekday, nthWeekday, weekday, civil, Weekday } from './days';
import { clock } from './easternTime';

export const HOLIDAY_CALENDARS = ['equities', 'rates', 'fx', 'energy-metals', 'grains'] as const;
export type HolidayCalendar = (typeof HOLIDAY_CALENDARS)[number];

/**
 * What a calendar day is to a market. `trade`: a trade date, with closes in seconds of the New York day where they are
 * earlier than usual; `session`: Globex trades to a halt, for the next trade date; `closed`: it does not trade.
 */
type MarketDay =
  | { readonly kind: 'trade'; readonly close?: number; readonly rthClose?: number; readonly holiday?: string }
  | { readonly kind: 'session'; readonly close: number; readonly holiday: string }
  | { readonly kind: 'closed'; readonly holiday?: string };

const REGULAR: MarketDay = { kind: 'trade' };
const WEEKEND: MarketDay = { kind: 'closed' };

/** Occasions on which the calendars differ. */
type Occasion = 'holiday' | 'goodFriday' | 'jobsFriday' | 'summerEve' | 'winterEve' | 'mourning' | 'storm';

const closed = (holiday: string): MarketDay => ({ kind: 'closed', holiday });
const session =
  (close: number) =>
  (holiday: string): MarketDay => ({ kind: 'session', close, holiday });
/** @param rthClose of the regular session, where it ends before Globex */
const early =
  (close: number, rthClose = close) =>
  (holiday: string): MarketDay => ({ kind: 'trade', close, rthClose, holiday });
const regular = (): MarketDay => REGULAR;

type Rules = Readonly<Record<Occasion, (holiday: string, year: number) => MarketDay>>;

/** Halts of holiday sessions as they were before 2022 and as they have been since. */
const sessionSince2022 = (close: number) => (holiday: string, year: number) =>
  session(year < 2022 ? clock(13) : close)(holiday);

const RULES: Readonly<Record<HolidayCalendar, Rules>> = {
  equities: {
    holiday: session(clock(13)),
    goodFriday: closed,
    jobsFriday: session(clock(9, 15)),
    summerEve: early(clock(13, 15), clock(13)),
    winterEve: early(clock(13, 15), clock(13)),
    mourning: session(clock(9, 30)),
    storm: session(clock(9, 15)),
  },
  rates: {
    holiday: session(clock(13)),
    goodFriday: closed,
    jobsFriday: session(clock(11, 15)),
    summerEve: regular,
    winterEve: early(clock(13, 15)),
    mourning: early(clock(13, 15)),
    storm: regular,
  },
  fx: {
    holiday: sessionSince2022(clock(17)),
    goodFriday: closed,
    jobsFriday: session(clock(11, 15)),
    summerEve: regular,
    winterEve: early(clock(13, 15)),
    mourning: regular,
    storm: regular,
  },
  'energy-metals': {
    holiday: sessionSince2022(clock(14, 30)),
    goodFriday: closed,
    jobsFriday: closed,
    summerEve: regular,
    winterEve: early(clock(13, 45)),
    mourning: regular,
    storm: regular,
  },
  grains: {
    holiday: closed,
    goodFriday: closed,
    jobsFriday: closed,
    summerEve: early(clock(13, 5)),
    winterEve: early(clock(13, 5)),
    mourning: regular,
    storm: regular,
  },
};

/** Closures of the stock market that were announced, not due: mourning and storms. */
const ANNOUNCED: readonly (readonly [day: number, occasion: Occasion, name: string])[] = [
  [dayNumber('2012-10-29'), 'storm', 'Hurricane Sandy'],
  [dayNumber('2012-10-30'), 'storm', 'Hurricane Sandy'],
  [dayNumber('2018-12-05'), 'mourning', 'National Day of Mourning'],
  [dayNumber('2025-01-09'), 'mourning', 'National Day of Mourning'],
];

/** A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after. */
function observed(day: number): number {
  if (weekday(day) === Weekday.Saturday) return day - 1;
  return weekday(day) === Weekday.Sunday ? day + 1 : day;
}

function specialDays(year: number, calendar: HolidayCalendar): Map<number, MarketDay> {
  const days = new Map<number, MarketDay>();
  const keep = (day: number, occasion: Occasion, name: string) =>
    days.set(day, RULES[calendar][occasion](name, year));

  const newYear = dayOf(year, 1, 1);
  // On a Saturday it is not moved: Friday is the last business day of the old year.
  if (weekday(newYear) !== Weekday.Saturday) days.set(observed(newYear), closed("New Year's Day"));

  keep(nthWeekday(year, 1, Weekday.Monday, 3), 'holiday', 'Martin Luther King Jr. Day');
  keep(nthWeekday(year, 2, Weekday.Monday, 3), 'holiday', "Presidents' Day");

  const goodFriday = easterSunday(year) - 2;
  // The jobs report comes out on the first Friday of a month, at 08:30 ET also on Good Friday; Globex then trades on it.
  const jobsReport = civil(goodFriday).dayOfMonth <= 7;
  keep(goodFriday, jobsReport ? 'jobsFriday' : 'goodFriday', 'Good Friday');

  keep(lastWeekday(year, 5, Weekday.Monday), 'holiday', 'Memorial Day');
  if (year >= 2022) keep(observed(dayOf(year, 6, 19)), 'holiday', 'Juneteenth');

  const independence = dayOf(year, 7, 4);
  keep(observed(independence), 'holiday', 'Independence Day');
  if (hasTradedEve(independence)) keep(independence - 1, 'summerEve', 'Independence Day eve');

  keep(nthWeekday(year, 9, Weekday.Monday, 1), 'holiday', 'Labor Day');

  const thanksgiving = nthWeekday(year, 11, Weekday.Thursday, 4);
  keep(thanksgiving, 'holiday', 'Thanksgiving Day');
  keep(thanksgiving + 1, 'winterEve', 'Day after Thanksgiving');

  const christmas = dayOf(year, 12, 25);
  days.set(observed(christmas), closed('Christmas Day'));
  if (hasTradedEve(christmas)) keep(christmas - 1, 'winterEve', 'Christmas Eve');

  for (const [day, occasion, name] of ANNOUNCED) if (civil(day).year === year) keep(day, occasion, name);
  return days;
}

/** Whether both the day and the day before it are weekdays. */
function hasTradedEve(day: number): boolean {
  return weekday(day) >= Weekday.Tuesday && weekday(day) <= Weekday.Friday;
}

/** What was worked out before, by calendar and year: pure, so nothing depends on it but the time it takes. */
const known = new Map<string, Map<number, MarketDay>>();

/** What a calendar day is to the products of a holiday calendar. */
export function marketDay(day: number, calendar: HolidayCalendar): MarketDay {
  const { year } = civil(day);
  const key = `${calendar} ${year}`;
  let special = known.get(key);
  if (!special) known.set(key, (special = specialDays(year, calendar)));
  const found = special.get(day);
  if (found) return found;
  return weekday(day) === Weekday.Saturday || weekday(day) === Weekday.Sunday ? WEEKEND : REGULAR;
}
