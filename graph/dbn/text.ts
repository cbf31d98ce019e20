/** Times and prices of DBN as people write them, exact to the last digit. */
import { isoDate } from '../market/days';
import { NS_PER_DAY, utcDay } from '../market/easternTime';
import { UNDEF_PRICE } from '../records/mbo';
import { UNDEF_TIMESTAMP } from './constants';

/** UTC calendar day of a time in ns since the epoch, `YYYY-MM-DD`. */
export const utcDate = (ns: bigint): string => isoDate(utcDay(ns));

/** A time in ns since the epoch as ISO 8601 with nine decimals; `null` for "no time". */
export function isoTime(ns: bigint): string | null {
  if (ns === UNDEF_TIMESTAMP) return null;
  const digits = (value: bigint, width: number) => value.toString().padStart(width, '0');
  const seconds = (ns % NS_PER_DAY) / 1_000_000_000n;
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => digits(part, 2));
  return `${utcDate(ns)}T${clock.join(':')}.${digits(ns % 1_000_000_000n, 9)}Z`;
}

/** A price in 1e-9 units as a decimal without trailing zeros, e.g. `4805.25`; `null` for "no price". */
export function decimalPrice(price: bigint): string | null {
  if (price === UNDEF_PRICE) return null;
  const size = price < 0n ? -price : price;
  const fraction = (size % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return `${price < 0n ? '-' : ''}${size / 1_000_000_000n}${fraction && '.'}${fraction}`;
}
