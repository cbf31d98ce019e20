/**
 * Cron lines: five fields - minute, hour, day of the month, month, weekday - of values, ranges, steps and lists, names of months and
 * weekdays, and the nicknames `@daily` and the like. Weekdays may run over the end of the week (`FRI-MON`), which has no first day that
 * all agree on; 0 and 7 are Sunday. What other crons have beyond that is refused by name.
 */

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Field {
  name: string;
  min: number;
  max: number;
  /** Of the values from `min` on. */
  names?: readonly string[];
}

const FIELDS = {
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  dayOfMonth: { name: 'day of the month', min: 1, max: 31 },
  month: { name: 'month', min: 1, max: 12, names: MONTHS },
  dayOfWeek: { name: 'weekday', min: 0, max: 6, names: WEEKDAYS },
} as const satisfies Record<string, Field>;

type FieldName = keyof typeof FIELDS;
const ORDER = Object.keys(FIELDS) as FieldName[];

/** Times of a calendar: those at which every field has one of its values. Values rise; Sunday is 0, January 1. */
export type CronTimes = Record<FieldName, number[]>;

const NICKNAMES: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/**
 * The times of a line, as one calendar or as two: where both the day of the month and the weekday are restricted, cron means either.
 * @throws Error naming what is not standard cron
 */
export function parseCron(line: string): CronTimes[] {
  const text = line.trim();
  const nickname = NICKNAMES[text.toLowerCase()];
  if (nickname === undefined && text.startsWith('@'))
    throw new Error(`${text} is none of ${Object.keys(NICKNAMES).join(', ')}`);
  if (/^(CRON_)?TZ=/.test(text)) throw new Error('the time zone is a setting of its own, time-zone');
  const parts = (nickname ?? text).split(/\s+/);
  if (parts.length !== ORDER.length)
    throw new Error(
      `"${line}" has ${parts.length} fields, not five: minute, hour, day of the month, month, weekday`,
    );
  const times = Object.fromEntries(
    ORDER.map((name, k) => [name, valuesOf(parts[k], FIELDS[name])]),
  ) as CronTimes;
  const [day, weekday] = [parts[2], parts[4]];
  if (day.startsWith('*') || weekday.startsWith('*')) return [times];
  return [
    { ...times, dayOfWeek: allOf(FIELDS.dayOfWeek) },
    { ...times, dayOfMonth: allOf(FIELDS.dayOfMonth) },
  ];
}

const range = (from: number, to: number, step = 1): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, k) => from + k * step);
const allOf = ({ min, max }: Field): number[] => range(min, max);

function valuesOf(text: string, field: Field): number[] {
  const found = new Set(text.split(',').flatMap((part) => partOf(part, field)));
  return [...found].sort((a, b) => a - b);
}

/** `*`, `5`, `MON`, `1-5`, each with a step or without; a single value with a step runs to the end, as in every cron. */
function partOf(part: string, field: Field): number[] {
  const { name, min, max } = field;
  const wrong = (why: string) => new Error(`${name} "${part}": ${why}`);
  const [, start, end, every] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
  if (start === undefined || (start === '*' && end !== undefined))
    throw wrong('only values, ranges, steps and lists are standard cron');
  const step = every === undefined ? 1 : Number(every);
  if (step < 1 || step > max) throw wrong(`a step is from 1 to ${max}`);
  if (start === '*') return range(min, max, step);
  const value = (text: string) => {
    const number = numberOf(text, field);
    if (number === undefined) throw wrong(`${text} is not from ${min} to ${max}${spelled(field)}`);
    return number;
  };
  const from = value(start);
  const to = end === undefined ? (every === undefined ? from : max) : value(end);
  if (from <= to) return range(from, to, step);
  if (field !== FIELDS.dayOfWeek) throw wrong('the range runs backwards');
  return range(from, to + 7, step).map((n) => n % 7);
}

const spelled = ({ names }: Field) => (names ? `, nor one of ${names.join(', ')}` : '');

function numberOf(text: string, { min, max, names }: Field): number | undefined {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return min + named;
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const number = Number(text);
  if (number >= min && number <= max) return number;
  return names === WEEKDAYS && number === 7 ? 0 : undefined;
}

/** What is wrong with a line; undefined for one that is standard cron. */
export function cronFault(line: string): string | undefined {
  try {
    parseCron(line);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The line of a calendar, the same for all that mean the same. */
export const renderCron = (times: CronTimes): string =>
  ORDER.map((name) => renderField(times[name], FIELDS[name])).join(' ');

function renderField(values: readonly number[], field: Field): string {
  const { min, max } = field;
  if (values.length === max - min + 1) return '*';
  const step = values.length > 2 ? values[1] - values[0] : 0;
  if (step > 1 && values[0] === min && range(min, max, step).join() === values.join()) return `*/${step}`;
  const names: readonly string[] | undefined = 'names' in field ? field.names : undefined;
  const text = (n: number) => names?.[n - min] ?? String(n);
  return runsOf(values)
    .map(([from, to]) => (from === to ? text(from) : `${text(from)}-${text(to)}`))
    .join(',');
}

/** Rising values as ranges, both ends included. */
export function runsOf(values: readonly number[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last && value === last[1] + 1) last[1] = value;
    else runs.push([value, value]);
  }
  return runs;
}
