/** Cron times as the calendars of Temporal's schedules, and back. */
import type { CalendarSpec, ScheduleDescription } from '@temporalio/client';
import { renderCron, runsOf, type CronTimes } from './cron';

type Described = NonNullable<ScheduleDescription['spec']['calendars']>[number];
type Month = Extract<CalendarSpec['month'], string>;
type Weekday = Extract<CalendarSpec['dayOfWeek'], string>;

// Names of Temporal's API, in the order of cron's numbers.
const MONTHS = (
  'JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER' as const
).split(' ') as Month[];
const WEEKDAYS = ('SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY' as const).split(
  ' ',
) as Weekday[];

export function calendarOf({ minute, hour, dayOfMonth, month, dayOfWeek }: CronTimes): CalendarSpec {
  return {
    minute: rangesOf(minute, (n) => n),
    hour: rangesOf(hour, (n) => n),
    dayOfMonth: rangesOf(dayOfMonth, (n) => n),
    month: rangesOf(month, (n) => MONTHS[n - 1]) as CalendarSpec['month'],
    dayOfWeek: rangesOf(dayOfWeek, (n) => WEEKDAYS[n]) as CalendarSpec['dayOfWeek'],
  };
}

const rangesOf = <T>(values: readonly number[], unit: (n: number) => T) =>
  runsOf(values).map(([from, to]) => ({ start: unit(from), end: unit(to) }));

/** The calendar as the cron line of its times, or in full where none can express it. */
export function calendarText(calendar: Described): string {
  const { second, minute, hour, dayOfMonth, month, year, dayOfWeek } = calendar;
  const number = (n: number) => n;
  const onTheMinute = valuesOf(second, number).join() === '0';
  if (!onTheMinute || (year ?? []).length > 0) return JSON.stringify(calendar);
  return renderCron({
    minute: valuesOf(minute, number),
    hour: valuesOf(hour, number),
    dayOfMonth: valuesOf(dayOfMonth, number),
    month: valuesOf(month, (name) => MONTHS.indexOf(name as Month) + 1),
    dayOfWeek: valuesOf(dayOfWeek, (name) => WEEKDAYS.indexOf(name as Weekday)),
  });
}

interface Range<T> {
  start: T;
  end?: T;
  step?: number;
}

/** Rising values of ranges, each once. */
function valuesOf<T>(ranges: readonly Range<T>[], number: (unit: T) => number): number[] {
  const values = new Set<number>();
  for (const { start, end = start, step = 1 } of ranges)
    for (let n = number(start); n <= number(end); n += Math.max(1, step)) values.add(n);
  return [...values].sort((a, b) => a - b);
}
