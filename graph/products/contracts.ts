/** Contracts of a product: which one a symbol names, which one a trade date is about, and when they end. */
import { previousTradeDate } from '../market/calendar';
import { civil, dayNumber, type IsoDate } from '../market/days';
import { dayByRule } from './dayRule';
import type { Product } from './profile';
import { futureSymbol, MONTH_CODES, type FutureSymbol } from './symbols';

/** One future, e.g. `ESH4`. */
export interface Contract {
  readonly symbol: string;
  readonly product: Product;
  readonly year: number;
  /** 1-12. */
  readonly month: number;
  /** Last trade date; trading ends at `product.expiryTime` of it. */
  readonly expiry: IsoDate;
}

/** Last trade date of a contract. @param month 1-12 */
export const expiryOf = (product: Product, year: number, month: number): IsoDate =>
  dayByRule(product.expiry, year, month, product);

/**
 * When the next contract becomes the front one, by the product's rule. It is the fallback where no volumes are known, not a
 * statement about them.
 */
export const rollDate = (product: Product, year: number, month: number): IsoDate =>
  dayByRule(product.roll, year, month, product);

/** The contract's symbol as it is written when listed: one digit for the year. */
export const contractSymbol = ({ root }: Product, year: number, month: number): string =>
  `${root}${MONTH_CODES[month - 1]}${year % 10}`;

/** Whether contracts of that month (1-12) are listed. */
export const isListed = ({ months }: Product, month: number): boolean =>
  months.includes(MONTH_CODES[month - 1]);

/**
 * The contract a symbol of the product named on a date. Two digits are the year of the century; one digit (`ESH4`) means the
 * first such year whose contract had not expired by then.
 * @param on a date on which the symbol was listed
 */
export function contractFrom(
  product: Product,
  symbol: string,
  { month, yearDigits }: FutureSymbol,
  on: IsoDate,
): Contract {
  const year = yearOf(product, month, yearDigits, on);
  return { symbol, product, year, month, expiry: expiryOf(product, year, month) };
}

function yearOf(product: Product, month: number, digits: string, on: IsoDate): number {
  const listed = civil(dayNumber(on)).year;
  if (digits.length === 2) return listed - (listed % 100) + Number(digits);
  const year = listed + ((Number(digits) - (listed % 10) + 10) % 10);
  return expiryOf(product, year, month) < on ? year + 10 : year;
}

/** The contract of a product that a symbol names on a date; undefined if it names none. */
export function contractOf(product: Product, symbol: string, on: IsoDate): Contract | undefined {
  const parsed = futureSymbol(symbol);
  if (parsed?.root !== product.root || !isListed(product, parsed.month)) return undefined;
  return contractFrom(product, symbol, parsed, on);
}

/** The front contract of a trade date by the calendar alone: the nearest of the front months before its roll date. */
export function frontContract(product: Product, tradeDate: IsoDate): Contract {
  let { year, month } = civil(dayNumber(tradeDate));
  while (!isFront(product, month) || tradeDate >= rollDate(product, year, month))
    if (++month > 12) [year, month] = [year + 1, 1];
  return {
    symbol: contractSymbol(product, year, month),
    product,
    year,
    month,
    expiry: expiryOf(product, year, month),
  };
}

const isFront = ({ frontMonths }: Product, month: number) => frontMonths.includes(MONTH_CODES[month - 1]);

/** Traded volume of one instrument on one trade date, lots. */
export interface ContractVolume {
  readonly symbol: string;
  readonly volume: number;
}

export interface ContractChoice {
  readonly contract: Contract;
  /** The trade date whose volumes decided, or would have. */
  readonly previousDate: IsoDate;
  readonly reason: 'previous_volume' | 'calendar_front';
  /** Lots on `previousDate`; 0 where the calendar decided. */
  readonly volume: number;
  /** The second largest, if there was one. */
  readonly runnerUp?: ContractVolume;
}

/**
 * The contract of a trade date, from nothing later than the trade date before it: the largest volume there, ties to the
 * earlier expiry; spreads, options, other products and contracts that expire by the trade date do not take part.
 * Without any such volume, the front contract by calendar.
 * @param previousVolumes volumes of `previousTradeDate(tradeDate)`, in any order
 */
export function chooseContract(
  product: Product,
  tradeDate: IsoDate,
  previousVolumes: readonly ContractVolume[],
): ContractChoice {
  const previousDate = previousTradeDate(tradeDate, product);
  const ranked = previousVolumes
    .flatMap(({ symbol, volume }) => {
      const contract = contractOf(product, symbol, previousDate);
      return contract && volume > 0 && contract.expiry > tradeDate ? [{ contract, volume }] : [];
    })
    .sort((a, b) => b.volume - a.volume || (a.contract.expiry < b.contract.expiry ? -1 : 1));
  if (ranked.length === 0)
    return {
      contract: frontContract(product, tradeDate),
      previousDate,
      reason: 'calendar_front',
      volume: 0,
    };
  const [first, second] = ranked;
  return {
    contract: first.contract,
    previousDate,
    reason: 'previous_volume',
    volume: first.volume,
    ...(second && { runnerUp: { symbol: second.contract.symbol, volume: second.volume } }),
  };
}
