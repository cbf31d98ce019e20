/** Cron lines as schedules use them: minute, hour and weekdays, such as `15 18 * * MON-FRI`. */

const WEEKDAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const;
type Weekday = (typeof WEEKDAYS)[number];

export interface CronTime {
  minute: number;
  hour: number;
  /** Ranges of weekdays, both ends included. */
  days: { start: Weekday; end: Weekday }[];
}

const DAY = '(?:SUN|MON|TUE|WED|THU|FRI|SAT)';
const LINE = new RegExp(
  `^([0-5]?\\d) ([01]?\\d|2[0-3]) \\* \\* (\\*|${DAY}(?:-${DAY})?(?:,${DAY}(?:-${DAY})?)*)$`,
);

export const isCron = (line: string): boolean => LINE.test(line);

/** @throws Error when the line is none that `isCron` accepts */
export function parseCron(line: string): CronTime {
  const [, minute, hour, days] = LINE.exec(line) ?? [];
  if (days === undefined) throw new Error(`"${line}" is not of the form "minute hour * * weekdays"`);
  const ranges = days === '*' ? ['SUN-SAT'] : days.split(',');
  return {
    minute: Number(minute),
    hour: Number(hour),
    days: ranges.map((range) => {
      const [start, end = start] = range.split('-').map(weekday);
      return { start, end };
    }),
  };
}

export function renderCron({ minute, hour, days }: CronTime): string {
  const short = (day: Weekday) => day.slice(0, 3);
  const ranges = days.map(({ start, end }) =>
    start === end ? short(start) : `${short(start)}-${short(end)}`,
  );
  return `${minute} ${hour} * * ${ranges.join(',')}`;
}

const weekday = (short: string) => WEEKDAYS.find((day) => day.startsWith(short)) as Weekday;
