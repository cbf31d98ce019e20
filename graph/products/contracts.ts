/** Which contract of a product a trade date is about, and when contracts end. */
import { SpymasterError } from '../errors';
import { isTradeDate, previousTradeDate } from '../market/calendar';
import { civil, dayNumber, isoDate, nthWeekday, Weekday, type IsoDate } from '../market/days';
import { MONTH_CODES, parseSymbol, productOf, type Product } from './products';

/** One future, e.g. `ESH4`. */
export interface Contract {
  readonly symbol: string;
  readonly product: Product;
  readonly year: number;
  /** 1-12. */
  readonly month: number;
  /** Last trade date; trading ends at 09:30 ET of it. */
  readonly expiry: IsoDate;
}

/** Expiry of an equity-index contract: the third Friday of its month, or the trade date before where that is none. */
export function expiryOf(year: number, month: number): IsoDate {
  const thirdFriday = isoDate(nthWeekday(year, month, Weekday.Friday, 3));
  return isTradeDate(thirdFriday) ? thirdFriday : previousTradeDate(thirdFriday);
}

/**
 * The contract a symbol named on a date. Two digits are the year of the century; one digit (`ESH4`) means the first such
 * year whose contract had not expired by then.
 * @param on a date on which the symbol was listed
 * @throws SpymasterError BadArgument if it names no single future of a known product
 */
export function contractOf(symbol: string, on: IsoDate): Contract {
  const parsed = parseSymbol(symbol);
  if (parsed.kind !== 'outright')
    throw new SpymasterError('BadArgument', `"${symbol}" is not a futures contract`, {
      expected: 'root, month code and year, e.g. ESH4',
    });
  const { product, month, yearDigits } = parsed;
  const year = yearOf(month, yearDigits, on);
  return { symbol, product, year, month, expiry: expiryOf(year, month) };
}

function yearOf(month: number, digits: string, on: IsoDate): number {
  const listed = civil(dayNumber(on)).year;
  if (digits.length === 2) return listed - (listed % 100) + Number(digits);
  const year = listed + ((Number(digits) - (listed % 10) + 10) % 10);
  return expiryOf(year, month) < on ? year + 10 : year;
}

/**
 * When the next contract becomes the front one, by the exchange's convention: the Monday before the third Friday.
 * It is the fallback where no volumes are known, not a statement about them.
 */
export function rollDate(year: number, month: number): IsoDate {
  return isoDate(nthWeekday(year, month, Weekday.Friday, 3) - 4);
}

/** The front contract of a trade date by the calendar alone: the nearest quarterly before its roll date. */
export function frontContract(root: string, tradeDate: IsoDate): Contract {
  const product = productOf(root);
  let { year, month } = civil(dayNumber(tradeDate));
  while (!product.months.includes(MONTH_CODES[month - 1]) || tradeDate >= rollDate(year, month))
    if (++month > 12) [year, month] = [year + 1, 1];
  return contractOf(`${root}${MONTH_CODES[month - 1]}${year % 10}`, tradeDate);
}

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
  root: string,
  tradeDate: IsoDate,
  previousVolumes: readonly ContractVolume[],
): ContractChoice {
  const previousDate = previousTradeDate(tradeDate);
  const ranked = previousVolumes
    .filter(({ symbol, volume }) => {
      const parsed = parseSymbol(symbol);
      return volume > 0 && parsed.kind === 'outright' && parsed.product.root === root;
    })
    .map(({ symbol, volume }) => ({ contract: contractOf(symbol, previousDate), volume }))
    .filter(({ contract }) => contract.expiry > tradeDate)
    .sort((a, b) => b.volume - a.volume || (a.contract.expiry < b.contract.expiry ? -1 : 1));
  if (ranked.length === 0)
    return {
      contract: frontContract(root, tradeDate),
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
