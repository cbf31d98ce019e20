/**
 * New York wall time by the United States rule in force since 2007: daylight saving time from the second Sunday of
 * March 02:00 to the first Sunday of November 02:00, local time. Pure arithmetic: a replay in ten years must not
 * depend on the time zone files of the machine it runs on.
 */
import { civil, isoDate, nthWeekday, Weekday } from './days';
import { NS_PER_SECOND } from './time';

export const NS_PER_DAY = 86_400n * BigInt(NS_PER_SECOND);
const HOUR = 3600;
const STANDARD_OFFSET = -5 * HOUR;
const DAYLIGHT_OFFSET = -4 * HOUR;
/** The clocks change at 02:00 by the clock that is being left. */
const CHANGE = 2 * HOUR;

const daylightStarts = (year: number) => nthWeekday(year, 3, Weekday.Sunday, 2);
const daylightEnds = (year: number) => nthWeekday(year, 11, Weekday.Sunday, 1);

/** Seconds of the day of a wall time. */
export const clock = (hours: number, minutes = 0) => hours * HOUR + minutes * 60;

/**
 * UTC instant, ns since the Unix epoch, of a wall time in New York.
 * The hour that occurs twice in November is read as its first pass; the one skipped in March is read as if the clocks
 * had not been changed. Markets are closed in both.
 * @param day New York's calendar day
 * @param seconds seconds of that day by the clock on the wall
 */
export function easternToUtc(day: number, seconds: number): bigint {
  const { year } = civil(day);
  const starts = daylightStarts(year);
  const ends = daylightEnds(year);
  const daylight =
    (day > starts && day < ends) ||
    (day === starts && seconds >= CHANGE + HOUR) ||
    (day === ends && seconds < CHANGE);
  const offset = daylight ? DAYLIGHT_OFFSET : STANDARD_OFFSET;
  return BigInt(day * 86_400 + seconds - offset) * BigInt(NS_PER_SECOND);
}

/** New York's calendar day and the ns since its wall clock showed midnight (exact: below 2^53), of a UTC instant. */
export function utcToEastern(ns: bigint): { day: number; nsOfDay: number } {
  const standard = split(ns + BigInt(STANDARD_OFFSET) * BigInt(NS_PER_SECOND));
  const { year } = civil(standard.day);
  const change = CHANGE * NS_PER_SECOND;
  const starts = daylightStarts(year);
  const ends = daylightEnds(year);
  // By standard time the clocks go forward at 02:00 and back at 01:00.
  const daylight =
    (standard.day > starts && standard.day < ends) ||
    (standard.day === starts && standard.nsOfDay >= change) ||
    (standard.day === ends && standard.nsOfDay < change - HOUR * NS_PER_SECOND);
  return daylight ? split(ns + BigInt(DAYLIGHT_OFFSET) * BigInt(NS_PER_SECOND)) : standard;
}

function split(ns: bigint): { day: number; nsOfDay: number } {
  const rest = ((ns % NS_PER_DAY) + NS_PER_DAY) % NS_PER_DAY;
  return { day: Number((ns - rest) / NS_PER_DAY), nsOfDay: Number(rest) };
}

/**
 * A UTC instant as New York's clocks show it, for a column that says so: `2023-12-25 18:00:00`.
 * @param decimals of the second, cut off
 */
export function easternClock(ns: bigint, decimals = 0): string {
  const { day, nsOfDay } = utcToEastern(ns);
  const seconds = Math.floor(nsOfDay / NS_PER_SECOND);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const fraction = String(nsOfDay % NS_PER_SECOND)
    .padStart(9, '0')
    .slice(0, decimals);
  const time = `${two(seconds / HOUR)}:${two((seconds % HOUR) / 60)}:${two(seconds % 60)}`;
  return `${isoDate(day)} ${time}${decimals > 0 ? `.${fraction}` : ''}`;
}

/** The same in a sentence: `2023-12-25 18:00:00 ET`. */
export const easternText = (ns: bigint): string => `${easternClock(ns)} ET`;

/** UTC calendar day that holds an instant. */
export function utcDay(ns: bigint): number {
  return split(ns).day;
}

/** Midnight UTC that begins a calendar day, ns since the Unix epoch. */
export function utcMidnight(day: number): bigint {
  return BigInt(day) * NS_PER_DAY;
}
