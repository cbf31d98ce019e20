/**
 * When options on equity-index futures expire, and into which future.
 *
 * | root        | expires                                    | style    |
 * |-------------|--------------------------------------------|----------|
 * | ES          | third Friday of Mar/Jun/Sep/Dec, 09:30 ET  | American |
 * | EYC         | the same day at the close, 16:00 ET        | European |
 * | EW1 .. EW4  | first to fourth Friday, 16:00 ET           | European |
 * | EW          | last trade date of the month, 16:00 ET     | European |
 * | E1A .. E5D  | first to fifth Monday (A) .. Thursday (D)  | European |
 *
 * Where the day is no trade date, the trade date before it counts; on an early close, 16:00 is 13:00 ET. An option
 * delivers the nearest future that has not expired when it does: on a third Friday the morning's quarterlies still get
 * the expiring future, the afternoon's options the next. Instrument definitions state expiration and underlying
 * themselves and win over these rules.
 */
import { SpymasterError } from '../errors';
import { isTradeDate, previousTradeDate, sessionOf } from '../market/calendar';
import { expiryOf, isListed } from '../products/contracts';
import { civil, dayNumber, dayOf, isoDate, nthWeekday, Weekday, type IsoDate } from '../market/days';
import type { Product } from '../products/profile';
import { MONTH_CODES, optionSymbol, type FutureSymbol } from '../products/symbols';
import { NS_PER_MINUTE, NS_PER_SECOND } from '../market/time';

export interface OptionTerms {
  readonly symbol: string;
  readonly product: Product;
  readonly right: 'C' | 'P';
  /** Points. */
  readonly strike: number;
  readonly style: 'american' | 'european';
  /** Trade date of its expiry. */
  readonly expiry: IsoDate;
  /** ns UTC. */
  readonly expiresAt: bigint;
  /** The future it delivers, e.g. `ESH4`; years written with as many digits as in the option's own symbol. */
  readonly underlying: string;
}

const WEEKDAYS = { A: Weekday.Monday, B: Weekday.Tuesday, C: Weekday.Wednesday, D: Weekday.Thursday };

/**
 * The option a raw symbol such as `E3CQ3 C4500` named on a date.
 * @param product of the future it is on
 * @param on a date on which the symbol was listed; a year of one digit is the first whose option had not expired by then
 * @throws SpymasterError BadArgument if it names no option, or one that cannot exist (a fifth Monday in a month of four)
 */
export function parseOption(symbol: string, product: Product, on: IsoDate): OptionTerms {
  const parsed = optionSymbol(symbol);
  if (!parsed || !product.optionRoots.includes(parsed.root))
    throw new SpymasterError('BadArgument', `"${symbol}" is not an option on a known future`, {
      expected: 'root, month code and year, C or P and strike, e.g. EW3N3 C4500',
    });
  const { root, month, yearDigits, right, strike } = parsed;
  const year = yearOf(symbol, product, parsed, on);
  const expiry = expiryDate(symbol, product, root, year, month);
  const american = root === product.root;
  const session = sessionOf(expiry, product);
  const expiresAt = american ? session.rthOpen : session.rthClose;
  const underlying = underlyingOf(product, expiry, american, year, month, yearDigits.length);
  return {
    symbol,
    product,
    right,
    strike,
    style: american ? 'american' : 'european',
    expiry,
    expiresAt,
    underlying,
  };
}

function yearOf(
  symbol: string,
  product: Product,
  { root, month, yearDigits: digits }: FutureSymbol,
  on: IsoDate,
): number {
  const listed = civil(dayNumber(on)).year;
  if (digits.length === 2) return listed - (listed % 100) + Number(digits);
  const year = listed + ((Number(digits) - (listed % 10) + 10) % 10);
  return expiryDate(symbol, product, root, year, month) < on ? year + 10 : year;
}

function expiryDate(symbol: string, product: Product, root: string, year: number, month: number): IsoDate {
  if (root === 'EW') return previousTradeDate(isoDate(firstOfNextMonth(year, month)), product);
  const [week, weekday] = weekOf(root);
  const quarterly = root === 'ES' || root === 'EYC';
  const day = nthWeekday(year, month, weekday, week);
  if (day >= firstOfNextMonth(year, month) || (quarterly && month % 3 !== 0))
    throw new SpymasterError('BadArgument', `"${symbol}" cannot exist`, {
      expected: quarterly ? 'a month of H, M, U or Z' : `a month with that weekday ${week} times`,
    });
  const date = isoDate(day);
  return isTradeDate(date, product) ? date : previousTradeDate(date, product);
}

function weekOf(root: string): [week: number, weekday: number] {
  const daily = /^E([1-5])([A-D])$/.exec(root);
  if (daily) return [Number(daily[1]), WEEKDAYS[daily[2] as keyof typeof WEEKDAYS]];
  const friday = /^EW([1-4])$/.exec(root);
  return [friday ? Number(friday[1]) : 3, Weekday.Friday];
}

const firstOfNextMonth = (year: number, month: number) =>
  month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1);

/** The nearest future that trades until the option's expiry; futures themselves end at 09:30 ET of theirs. */
function underlyingOf(
  product: Product,
  expiry: IsoDate,
  morning: boolean,
  fromYear: number,
  fromMonth: number,
  yearDigits: number,
): string {
  let year = fromYear;
  let month = fromMonth;
  const delivers = () => {
    if (!isListed(product, month)) return false;
    const end = expiryOf(product, year, month);
    return morning ? end >= expiry : end > expiry;
  };
  while (!delivers()) if (++month > 12) [year, month] = [year + 1, 1];
  return `${product.root}${MONTH_CODES[month - 1]}${String(year).slice(-yearDigits)}`;
}

/** How time to expiry becomes years; stored beside what depends on it. Gamma of 0DTE options varies as its root. */
export const YEAR_FRACTION = 'seconds / (365 x 86,400), at least 60 s';

const NS_PER_YEAR = 365 * 86_400 * NS_PER_SECOND;

/**
 * Years to expiry by `YEAR_FRACTION`; 0 once expired.
 * @param remaining ns to expiry
 */
export function yearFraction(remaining: number): number {
  return remaining > 0 ? Math.max(remaining, NS_PER_MINUTE) / NS_PER_YEAR : 0;
}
