/** How the exchange writes symbols: `ESH4`, `6EZ25`, `E1AQ3 C4250`, `CLM4-CLN4`. */

/** Month codes of the exchange, January to December. */
export const MONTH_CODES = 'FGHJKMNQUVXZ';

/** A future's symbol taken apart; whether there is such a product is for the catalog to say. */
export interface FutureSymbol {
  readonly root: string;
  /** 1-12. */
  readonly month: number;
  /** One digit or two. */
  readonly yearDigits: string;
}

/** An option's symbol taken apart. */
interface OptionSymbol extends FutureSymbol {
  readonly right: 'C' | 'P';
  /** As written: points where the exchange writes them so. */
  readonly strike: number;
}

const FUTURE = new RegExp(`^([A-Z0-9]{1,6})([${MONTH_CODES}])(\\d{1,2})$`);
const OPTION = new RegExp(`^([A-Z0-9]{1,4})([${MONTH_CODES}])(\\d{1,2}) ([CP])(-?\\d+(?:\\.\\d+)?)$`);

/** Null for what is not written like a future. */
export function futureSymbol(symbol: string): FutureSymbol | null {
  const [, root, code, yearDigits] = FUTURE.exec(symbol) ?? [];
  return root === undefined ? null : { root, month: MONTH_CODES.indexOf(code) + 1, yearDigits };
}

/** Null for what is not written like an option. */
export function optionSymbol(symbol: string): OptionSymbol | null {
  const [, root, code, yearDigits, right, strike] = OPTION.exec(symbol) ?? [];
  if (root === undefined) return null;
  const month = MONTH_CODES.indexOf(code) + 1;
  return { root, month, yearDigits, right: right as 'C' | 'P', strike: Number(strike) };
}

/** Whether it is a combination: calendar spreads (`ESH5-ESM5`), `CL:C1 HO-CL M4`, user-defined ones (`UD:1V: ...`). */
export const isSpread = (symbol: string) => /[:-]/.test(symbol) && optionSymbol(symbol) === null;
