/** Which instruments of the options feed concern a future. */

/** What a definition says of an instrument's belonging. */
export interface Belonging {
  /** Raw symbol. */
  readonly symbol: string;
  /** DBN's letter. */
  readonly instrumentClass: string;
  /** Raw symbol of the future it is on; empty if it does not say. */
  readonly underlying: string;
  /** Root of its own product, as in option symbols. */
  readonly asset: string;
}

/**
 * The future itself, the calls and puts on it, and combinations of such options: these say nothing by themselves, but their trades
 * are counted. What does not name its underlying is of concern where it is of the product: of a combination nothing more is asked, of a
 * call or put the symbol tells.
 * @param optionRoots of the future's product
 */
export function concerns(
  { symbol, instrumentClass, underlying, asset }: Belonging,
  future: string,
  optionRoots: readonly string[],
): boolean {
  if (symbol === future) return true;
  if (!'CPTM'.includes(instrumentClass) || instrumentClass === '') return false;
  return underlying === future || (underlying === '' && optionRoots.includes(asset));
}
