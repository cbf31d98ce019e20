/** Which options on a future are listed on a date: daily expiries near by, Fridays and month ends farther out, quarterlies. */
import { isTradeDate } from '../../market/calendar';
import { civil, dayNumber, isoDate, nthWeekday, weekday, Weekday, type IsoDate } from '../../market/days';
import type { Product } from '../../products/profile';
import { MONTH_CODES } from '../../products/symbols';
import { parseOption, type OptionTerms } from '../../options/expiry';

/** Days ahead for which every weekday expires, and every Friday and month end. */
const DAILY_AHEAD = 10;
const WEEKLY_AHEAD = 45;
const QUARTERLIES = 3;

/** Steps between strikes and how far they reach from the price, points: fine near it, coarse far away. */
const STRIKES: readonly { step: number; reach: number; withinDays: number }[] = [
  { step: 5, reach: 150, withinDays: 12 },
  { step: 10, reach: 200, withinDays: 50 },
  { step: 25, reach: 400, withinDays: 200 },
  { step: 100, reach: 1000, withinDays: Infinity },
];

/** Ids of options: expiry day, kind of root, strike and right, packed; they are the same in every simulation. */
const EPOCH = dayNumber('2009-01-01');
const STRIKE_STEP = 5;
const MAX_STRIKES = 4096;
const enum RootKind {
  Morning = 0,
  Afternoon = 1,
}

export interface ListedOption extends OptionTerms {
  readonly instrumentId: number;
}

/** Whether options on a product are listed by these rules, which are those of ES. */
export const listsOptions = ({ root }: Product) => root === 'ES';

/** Root of an option's symbol: `E1A` of `E1AF4 C4800`. */
export const rootOf = (symbol: string) => symbol.split(' ')[0].replace(/[A-Z]\d{1,2}$/, '');

/** Roots with month and year of what expires on a day. */
function roots(product: Product, day: number): string[] {
  const { year, month, dayOfMonth } = civil(day);
  const code = `${MONTH_CODES[month - 1]}${year % 10}`;
  const week = Math.ceil(dayOfMonth / 7);
  const of = weekday(day);
  if (of === Weekday.Friday && week === 3 && month % 3 === 0) return [`${product.root}${code}`, `EYC${code}`];
  if (isLastTradeDate(product, day)) return [`EW${code}`];
  if (of === Weekday.Friday) return week <= 4 ? [`EW${week}${code}`] : [];
  return [`E${week}${'ABCD'[of - Weekday.Monday]}${code}`];
}

function isLastTradeDate(product: Product, day: number): boolean {
  let next = day + 1;
  while (!isTradeDate(isoDate(next), product)) next++;
  return civil(next).month !== civil(day).month;
}

/** Expiries listed on a date: roots with month and year (`E1AF4`), and the day. */
function expiries(product: Product, on: number): { root: string; day: number }[] {
  const found: { root: string; day: number }[] = [];
  for (let day = on; day <= on + WEEKLY_AHEAD; day++) {
    if (!isTradeDate(isoDate(day), product)) continue;
    const near = day <= on + DAILY_AHEAD || weekday(day) === Weekday.Friday || isLastTradeDate(product, day);
    if (near) for (const root of roots(product, day)) found.push({ root, day });
  }
  let { year, month } = civil(on + WEEKLY_AHEAD);
  for (let n = 0; n < QUARTERLIES;) {
    const day = nthWeekday(year, month, Weekday.Friday, 3);
    if (month % 3 === 0 && day > on + WEEKLY_AHEAD) {
      found.push({ root: `${product.root}${MONTH_CODES[month - 1]}${year % 10}`, day });
      n++;
    }
    if (++month > 12) [year, month] = [year + 1, 1];
  }
  return found;
}

function strikesAround(price: number, daysAhead: number): number[] {
  const strikes = new Set<number>();
  for (const { step, reach, withinDays } of STRIKES) {
    if (daysAhead > withinDays) continue;
    const center = Math.round(price / step) * step;
    for (let strike = center - reach; strike <= center + reach; strike += step) strikes.add(strike);
  }
  return [...strikes].filter((strike) => strike > 0).sort((a, b) => a - b);
}

/**
 * Options listed on a date.
 * @param price of the future, points
 */
export function listOptions(product: Product, on: IsoDate, price: number): ListedOption[] {
  const today = dayNumber(on);
  const listed: ListedOption[] = [];
  for (const { root, day } of expiries(product, today))
    for (const strike of strikesAround(price, day - today))
      for (const right of ['C', 'P'] as const) {
        const terms = parseOption(`${root} ${right}${String(strike).padStart(4, '0')}`, product, on);
        listed.push({ ...terms, instrumentId: instrumentId(terms) });
      }
  return listed;
}

function instrumentId({ expiry, strike, right, style }: OptionTerms): number {
  const kind = style === 'american' ? RootKind.Morning : RootKind.Afternoon;
  const expiryPart = (dayNumber(expiry) - EPOCH) * 2 + kind;
  return (expiryPart * MAX_STRIKES + strike / STRIKE_STEP) * 2 + (right === 'C' ? 0 : 1);
}
