/** What is known of a contract-date before its first record: the same for the batch and the stream driver. */
import type { PriceRange } from '../levels/priceRange';
import { SessionClock, sessionOf } from '../market/calendar';
import { TimeOrigin } from '../market/time';
import type { Product } from '../products/profile';
import { productsOf, settingsFor, type FeatureSettings } from '../settings';

export interface SessionInputs {
  /** Raw symbol, e.g. `ESH4`. */
  contract: string;
  /** ET, `YYYY-MM-DD`. */
  tradeDate: string;
  settings: FeatureSettings;
  /** RTH range of the same contract on the trade date before, ticks; absent where no raw file tells. */
  previousDay?: PriceRange;
  /** The saved book as of the start of the window; absent: it begins empty and warming. */
  openingBook?: Uint8Array;
}

/** A trade date of a product as every operator sees it: times count from the start of its window. */
export interface DateFrame {
  product: Product;
  origin: TimeOrigin;
  clock: SessionClock;
}

/** The same with all that is known before the first record, and the settings as they hold for the product. */
export interface SessionFrame extends DateFrame, SessionInputs {}

/** @throws SpymasterError BadArgument for a day that is no trade date of the product */
export function dateFrame(product: Product, tradeDate: string): DateFrame {
  const session = sessionOf(tradeDate, product);
  const origin = new TimeOrigin(session.window.start);
  return { product, origin, clock: new SessionClock(session, origin) };
}

/** @throws SpymasterError BadArgument for an unknown product or a day that is no trade date */
export function frameOf(inputs: SessionInputs): SessionFrame {
  const { contract, tradeDate, settings } = inputs;
  const { product } = productsOf(settings).contractOf(contract, tradeDate);
  return { ...inputs, ...dateFrame(product, tradeDate), settings: settingsFor(settings, product) };
}
