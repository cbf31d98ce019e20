/** Times and prices of DBN as people write them, exact to the last digit. */
import { UNDEF_PRICE } from '../market/mbo';
import { UNDEF_TIMESTAMP } from './constants';

const NS_PER_DAY = 86_400_000_000_000n;

/** Gregorian calendar day of a count of days since 1970-01-01 (H. Hinnant's civil-from-days), as `[year, month, day]`. */
function civil(days: number): [number, number, number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

const digits = (value: number | bigint, width: number) => value.toString().padStart(width, '0');

/** UTC calendar day of a time in ns since the epoch, `YYYY-MM-DD`. */
export function utcDate(ns: bigint): string {
  const [year, month, day] = civil(Number(ns / NS_PER_DAY));
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

/** A time in ns since the epoch as ISO 8601 with nine decimals; `null` for "no time". */
export function isoTime(ns: bigint): string | null {
  if (ns === UNDEF_TIMESTAMP) return null;
  const ofDay = ns % NS_PER_DAY;
  const seconds = ofDay / 1_000_000_000n;
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n]
    .map((part) => digits(part, 2))
    .join(':');
  return `${utcDate(ns)}T${clock}.${digits(ofDay % 1_000_000_000n, 9)}Z`;
}

/** A price in 1e-9 units as a decimal without trailing zeros, e.g. `4805.25`; `null` for "no price". */
export function decimalPrice(price: bigint): string | null {
  if (price === UNDEF_PRICE) return null;
  const size = price < 0n ? -price : price;
  const fraction = digits(size % 1_000_000_000n, 9).replace(/0+$/, '');
  return `${price < 0n ? '-' : ''}${size / 1_000_000_000n}${fraction && '.'}${fraction}`;
}
