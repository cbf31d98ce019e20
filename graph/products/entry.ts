/**
 * A product as it is written down: in the configuration file, and in the built-in list by the same rules.
 *
 * Prices are decimal texts or numbers and become exact 1e-9 units; times are those on the wall of `zone`.
 */
import { z } from 'zod';
import { clock } from '../market/easternTime';
import { HOLIDAY_CALENDARS } from '../market/holidays';
import { Weekday } from '../market/days';
import { DAY_ENDS } from '../market/calendar';
import type { SessionHours } from '../market/hours';
import { ES_DISTANCES, type Product } from './profile';
import { MONTH_CODES } from './symbols';

const ZONES = { 'America/New_York': 0, 'America/Chicago': 3600 } as const;
const WEEKDAYS = {
  monday: Weekday.Monday,
  tuesday: Weekday.Tuesday,
  wednesday: Weekday.Wednesday,
  thursday: Weekday.Thursday,
  friday: Weekday.Friday,
} as const;

/** 1e-9 units of a decimal, exactly; null where it has more than nine decimals. */
export function decimalNanos(value: string | number): bigint | null {
  const text = typeof value === 'string' ? value : value.toFixed(9);
  if (typeof value === 'number' && Number(text) !== value) return null;
  const [, sign, whole, decimals = ''] = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (whole === undefined) return null;
  const nanos = BigInt(whole) * 1_000_000_000n + BigInt(decimals.padEnd(9, '0'));
  return sign ? -nanos : nanos;
}

/** A tick: at most a million points, so that its 1e-9 units are an exact double. */
const tick = z
  .union([z.string(), z.number()])
  .transform((value) => Number(decimalNanos(value) ?? 0n))
  .refine((nanos) => nanos > 0 && nanos <= 1e15, 'must be a decimal above 0 with at most nine decimals');

const ticks = z.int().positive();

/** Seconds of the day of `HH:MM`. */
const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time written HH:MM')
  .transform((text) => clock(Number(text.slice(0, 2)), Number(text.slice(3))));

const months = z
  .string()
  .regex(new RegExp(`^[${MONTH_CODES}]{1,12}$`), `must be month codes of ${MONTH_CODES}`);

const nth = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal('last')]);
const dayRule = z.strictObject({
  month: z.int().min(-2).max(1).default(0),
  day: z.union([
    z.int().min(1).max(28),
    z.literal('last'),
    z.strictObject({
      weekday: z.enum(Object.keys(WEEKDAYS) as [keyof typeof WEEKDAYS]).transform((name) => WEEKDAYS[name]),
      nth,
    }),
    z.strictObject({ businessDay: z.int().min(1).max(15) }),
  ]),
  before: z.int().nonnegative().max(40).default(0),
  counting: z.enum(['business-days', 'business-days-before', 'calendar-days']).default('business-days'),
});

const hours = z
  .strictObject({
    zone: z.enum(Object.keys(ZONES) as [keyof typeof ZONES]).default('America/New_York'),
    open: time,
    close: time,
    pauses: z.array(z.tuple([time, time])).default([]),
    /** In New York, whatever the zone; where it begins makes the levels PM_HIGH and PM_LOW. */
    premarket: time.default(clock(4)),
    rth: z.tuple([time, time]),
    openingRangeMinutes: z.int().min(1).max(240).default(15),
  })
  .transform(({ zone, open, close, pauses, premarket, rth, openingRangeMinutes }): SessionHours => {
    const inNewYork = (seconds: number) => seconds + ZONES[zone];
    return {
      open: inNewYork(open),
      opensDayBefore: open >= close,
      close: inNewYork(close),
      pauses: pauses.map(([from, to]) => [inNewYork(from), inNewYork(to)] as const),
      premarketStart: premarket,
      rthOpen: inNewYork(rth[0]),
      rthClose: inNewYork(rth[1]),
      orEnd: inNewYork(rth[0]) + openingRangeMinutes * 60,
    };
  })
  .superRefine(
    ({ open, opensDayBefore, close, pauses, premarketStart, rthOpen, rthClose, orEnd }, context) => {
      const require = (holds: boolean, path: string, message: string) => {
        if (!holds) context.addIssue({ code: 'custom', path: [path], message });
      };
      require(close <= DAY_ENDS, 'close', 'must be 17:00 ET or earlier: every trade date ends then');
      require(!opensDayBefore || open >= DAY_ENDS, 'open', 'must be 17:00 ET or later on the day before');
      const first = opensDayBefore ? 0 : open;
      const edges = [first, ...pauses.flat(), close];
      require(edges.every(
        (edge, i) => i === 0 || edge > edges[i - 1],
      ), 'pauses', 'must lie in order between open and close');
      const rth = [Math.max(first, premarketStart), rthOpen, orEnd, rthClose];
      const ascending = rth.every((edge, i) => i === 0 || edge >= rth[i - 1]);
      require(ascending &&
        rthOpen < rthClose &&
        rthClose <= close, 'rth', 'must lie after premarket and end by the close');
    },
  );

const distances = z.strictObject({
  wall: ticks.default(ES_DISTANCES.wall),
  vacuum: ticks.default(ES_DISTANCES.vacuum),
  zones: z
    .tuple([ticks, ticks, ticks, ticks])
    .refine((edges) => edges.every((edge, i) => i === 0 || edge > edges[i - 1]), 'must be in ascending order')
    .default([...ES_DISTANCES.zones]),
  options: ticks.default(ES_DISTANCES.options),
  otherLevels: ticks.default(ES_DISTANCES.otherLevels),
  neighbourhood: ticks.default(ES_DISTANCES.neighbourhood),
  strikes: ticks.default(ES_DISTANCES.strikes),
});

/** Everything of a product but its root. */
export const productEntry = z
  .strictObject({
    name: z.string().min(1),
    /** MIC of the venue, as in instrument definitions. */
    exchange: z.string().min(1),
    /** Databento's. */
    dataset: z.string().min(1).default('GLBX.MDP3'),
    tick,
    /** Currency units per point and lot. */
    multiplier: z.number().positive(),
    currency: z.string().length(3).default('USD'),
    months,
    /** Those that trading concentrates in; default: all. */
    frontMonths: months.optional(),
    expiry: dayRule,
    /** When trading ends on the last day, in New York. */
    expiryTime: time,
    roll: dayRule,
    hours,
    holidays: z.enum(HOLIDAY_CALENDARS),
    optionRoots: z.array(z.string().regex(/^[A-Z0-9]{1,4}$/)).default([]),
    distances: distances.prefault({}),
    levels: z.strictObject({ roundStepTicks: ticks.optional() }).default({}),
    episodes: z
      .strictObject({
        approachTicks: ticks.optional(),
        touchTicks: z.int().nonnegative().optional(),
        rearmTicks: ticks.optional(),
        barrierTicks: ticks.optional(),
      })
      .default({}),
  })
  .superRefine(({ months, frontMonths = months }, context) => {
    if (Array.from(frontMonths).some((code) => !months.includes(code)))
      context.addIssue({
        code: 'custom',
        path: ['frontMonths'],
        message: `must be among months (${months})`,
      });
  });

export type ProductEntry = z.input<typeof productEntry>;

/** A product as data of the program. */
export function productFrom(root: string, entry: z.output<typeof productEntry>): Product {
  const { tick: tickNanos, frontMonths = entry.months, ...rest } = entry;
  return { root, ...rest, tickNanos, frontMonths };
}

/** What a user may write of a product: all of it, or changed fields of a built-in one. */
export type ProductOverride = Readonly<Record<string, unknown>>;

const MERGED = ['hours', 'distances', 'levels', 'episodes'];

/** The entry with what the override says instead; groups of figures are overridden figure by figure. */
export function overridden(entry: ProductEntry | undefined, override: ProductOverride): ProductOverride {
  const merged: Record<string, unknown> = { ...entry, ...override };
  for (const group of MERGED) {
    const [before, own] = [(entry as ProductOverride | undefined)?.[group], override[group]];
    if (isObject(before) && isObject(own)) merged[group] = { ...before, ...own };
  }
  return merged;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
