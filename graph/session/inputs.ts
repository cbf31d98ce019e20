/** What is known of a contract-date before its first record: the same for the batch and the stream driver. */
import { sessionOf, SessionClock } from '../market/calendar';
import type { Product } from '../products/profile';
import { TimeOrigin } from '../market/time';
import type { PriceRange } from '../levels/tracker';
import { productsOf, settingsFor, type FeatureSettings } from '../settings';

export interface SessionInputs {
  /** Raw symbol, e.g. `ESH4`. */
  contract: string;
  /** ET, `YYYY-MM-DD`. */
  tradeDate: string;
  settings: FeatureSettings;
  /** RTH range of the same contract on the trade date before, ticks; absent where no raw file tells. */
  previousDay?: PriceRange;
  /** The saved book as it stood at the start of the window; absent: it begins empty and warming. */
  openingBook?: Uint8Array;
}

/** What a frame depends on. */
type DateInputs = Pick<SessionInputs, 'contract' | 'tradeDate' | 'settings'>;

/** A contract-date as every operator sees it: times count from the start of its window. */
export interface DateFrame {
  product: Product;
  origin: TimeOrigin;
  clock: SessionClock;
}

/** The fixed frame of a session's operators. */
export interface SessionFrame extends DateFrame {
  /** As they hold for the product. */
  settings: FeatureSettings;
}

/** @throws SpymasterError BadArgument for a day that is no trade date of the product */
export function dateFrame(product: Product, tradeDate: string): DateFrame {
  const session = sessionOf(tradeDate, product);
  const origin = new TimeOrigin(session.window.start);
  return { product, origin, clock: new SessionClock(session, origin) };
}

/** @throws SpymasterError BadArgument for an unknown product or a day that is no trade date */
export function frameOf({ contract, tradeDate, settings }: DateInputs): SessionFrame {
  const { product } = productsOf(settings).contractOf(contract, tradeDate);
  return { ...dateFrame(product, tradeDate), settings: settingsFor(settings, product) };
}
