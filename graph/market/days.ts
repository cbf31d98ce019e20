/**
 * Calendar days as whole numbers: days since 1970-01-01, proleptic Gregorian. A day has no time zone: the
 * caller knows of which zone it is.
 */
import { SpymasterError } from '../errors';

/** A calendar day written `YYYY-MM-DD`. */
export type IsoDate = string;

export const Weekday = {
  Sunday: 0,
  Monday: 1,
  Tuesday: 2,
  Wednesday: 3,
  Thursday: 4,
  Friday: 5,
  Saturday: 6,
} as const;

/** Days in the 400 years after which the Gregorian calendar repeats. */
const DAYS_PER_ERA = 146_097;
/** Days from 0000-03-01 to 1970-01-01. Years begin in March here, so that the leap day comes last. */
const EPOCH = 719_468;

/** Day number of a year, month (1-12) and day of month (1-31). */
export function dayOf(year: number, month: number, dayOfMonth: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + dayOfMonth - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * DAYS_PER_ERA + yearOfEra * 365 + leapDays + dayOfYear - EPOCH;
}

/** Year, month (1-12) and day of month (1-31) of a day number. */
export function civil(day: number): { year: number; month: number; dayOfMonth: number } {
  const shifted = day + EPOCH;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = ((monthFromMarch + 2) % 12) + 1;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    dayOfMonth: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** 0 Sunday .. 6 Saturday. */
export function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/**
 * Day number of `YYYY-MM-DD`.
 * @throws SpymasterError BadArgument if the text is no such date
 */
export function dayNumber(date: IsoDate): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  const day = match ? dayOf(Number(match[1]), Number(match[2]), Number(match[3])) : NaN;
  // 2023-02-30 has a day number too, that of another date.
  if (!match || isoDate(day) !== date)
    throw new SpymasterError('BadArgument', `"${date}" is not a date`, { expected: 'YYYY-MM-DD' });
  return day;
}

/** `YYYY-MM-DD` of a day number. */
export function isoDate(day: number): IsoDate {
  const { year, month, dayOfMonth } = civil(day);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(dayOfMonth)}`;
}

/** The n-th (from 1) given weekday of a month, e.g. the third Friday of March. */
export function nthWeekday(year: number, month: number, wanted: number, n: number): number {
  const first = dayOf(year, month, 1);
  return first + ((wanted - weekday(first) + 7) % 7) + 7 * (n - 1);
}

/** The last given weekday of a month. */
export function lastWeekday(year: number, month: number, wanted: number): number {
  const last = (month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1)) - 1;
  return last - ((weekday(last) - wanted + 7) % 7);
}

/** Easter Sunday of the Western churches (the Gregorian computus in Gauss's form, as completed by Lichtenberg). */
export function easterSunday(year: number): number {
  const century = Math.floor(year / 100);
  const moonShift = 15 + Math.floor((3 * century + 3) / 4) - Math.floor((8 * century + 13) / 25);
  const sunShift = 2 - Math.floor((3 * century + 3) / 4);
  const lunarYear = year % 19;
  const moonSeed = (19 * lunarYear + moonShift) % 30;
  const correction = Math.floor((moonSeed + Math.floor(lunarYear / 11)) / 29);
  const fullMoon = 21 + moonSeed - correction;
  const firstSunday = 7 - ((year + Math.floor(year / 4) + sunShift) % 7);
  return dayOf(year, 3, 1) - 1 + fullMoon + 7 - ((((fullMoon - firstSunday) % 7) + 7) % 7);
}
