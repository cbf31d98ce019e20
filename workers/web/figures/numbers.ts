/** Numbers as they are shown, in the locale of whoever looks; never read back. */

/** No figure: nothing is known. */
export const NONE = '–';

/** Such as `1,234`. */
export const count = (value: number | null | undefined): string => decimal(value, 0);

/** Such as `1 session`, `1,234 sessions`. @param thing of which there may be one */
export const counted = (value: number, thing: string): string =>
  `${count(value)} ${thing}${value === 1 ? '' : 's'}`;

/** @param digits after the point, always as many */
export function decimal(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  // What is rounded to nothing has no sign.
  return format({ ...options, signDisplay: 'negative' }).format(value);
}

/** With a sign, such as `+0.021`. */
export function signed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return format({ ...options, signDisplay: 'exceptZero' }).format(value);
}

/** A share of 1, such as `42 %`. */
export function percent(share: number | null | undefined, digits = 0): string {
  return share === null || share === undefined ? NONE : `${decimal(share * 100, digits)} %`;
}

/** Such as `12–31 %`. */
export const percentRange = (low: number, high: number): string =>
  `${decimal(low * 100, 0)}–${decimal(high * 100, 0)} %`;

/** Such as `1.4 MB`. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, value < 1000 ? 0 : Math.floor(Math.log10(value) / 3));
  return `${decimal(value / 1000 ** power, power === 0 ? 0 : 1)} ${units[power]}`;
}

const formats = new Map<string, Intl.NumberFormat>();

function format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.NumberFormat(undefined, options)));
  return made;
}
