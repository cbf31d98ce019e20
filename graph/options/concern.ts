/** Which instruments of the options feed concern a product. */
import type { Product } from '../products/profile';
import { futureSymbol } from '../products/symbols';

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
 * The futures of the product, the calls and puts on any of them, and combinations of such options. Whichever future they deliver, the
 * options of a product are hedged in it: a weekly option on the future that trading has just left expires beside one on the next.
 * Combinations say nothing by themselves, but their trades are counted. What does not name its underlying is of concern where it is of
 * the product: of a combination nothing more is asked, of a call or put the symbol tells.
 */
export function concerns(
  { symbol, instrumentClass, underlying, asset }: Belonging,
  { root, optionRoots }: Pick<Product, 'root' | 'optionRoots'>,
): boolean {
  const ofProduct = (future: string) => futureSymbol(future)?.root === root;
  if (instrumentClass === 'F') return ofProduct(symbol);
  if (!'CPTM'.includes(instrumentClass) || instrumentClass === '') return false;
  return ofProduct(underlying) || (underlying === '' && optionRoots.includes(asset));
}
