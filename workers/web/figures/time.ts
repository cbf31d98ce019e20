/** Times as they are shown. They come as ns UTC, in text, because a double does not hold them. */
import { NONE } from './numbers';

/** In which time zone: that of the exchange, of whoever looks, or UTC. */
export const ZONES = ['ET', 'local', 'UTC'] as const;
export type Zone = (typeof ZONES)[number];

const NAME: Record<Zone, string | undefined> = { ET: 'America/New_York', local: undefined, UTC: 'UTC' };

/** Such as `09:47:03`. @param ms since 1970, UTC; NaN while it is not known */
export const clockTime = (ms: number, zone: Zone): string =>
  Number.isFinite(ms) ? format('time', zone).format(ms) : NONE;

/** Such as `09:47:03.120`. */
export const preciseTime = (ms: number, zone: Zone): string => format('precise', zone).format(ms);

/** Such as `2025-11-03 09:47`. */
export const dateTime = (ms: number, zone: Zone): string =>
  `${format('date', zone).format(ms)} ${format('minute', zone).format(ms)}`;

/** @param instant ns UTC, as text */
export const msOf = (instant: string): number => Number(BigInt(instant) / 1_000_000n);

/** Such as `12 s`, `3 min`, `2 h 05 min`, `4 d`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h ${String(minutes % 60).padStart(2, '0')} min`
    : `${Math.round(hours / 24)} d`;
}

/** As a duration, of its largest unit alone: `12 s`, `3 min`, `2 h`, `4 d`. */
export const age = (ms: number): string => /^\d+ \w+/.exec(duration(ms))![0];

const PARTS = {
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  precise: { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
  minute: { hour: '2-digit', minute: '2-digit' },
  date: { year: 'numeric', month: '2-digit', day: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than a hundred uses of it. */
function format(parts: keyof typeof PARTS, zone: Zone): Intl.DateTimeFormat {
  const key = `${parts} ${zone}`;
  let made = formats.get(key);
  if (!made) {
    // Dates are written as ISO writes them, which Canadian English does.
    made = new Intl.DateTimeFormat('en-CA', { ...PARTS[parts], timeZone: NAME[zone], hourCycle: 'h23' });
    formats.set(key, made);
  }
  return made;
}
