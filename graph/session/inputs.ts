/** What is known of a contract-date before its first record: the same for the batch and the stream driver. */
import type { PriceRange } from '../levels/priceRange';
import { dateFrame, type DateFrame } from '../products/dateFrame';
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

/** A trade date of a contract as its operators see it: its frame, all that is known before the first record, and the settings as they hold for the product. */
export interface SessionFrame extends DateFrame, SessionInputs {}

/** @throws SpymasterError BadArgument for an unknown product or a day that is no trade date */
export function frameOf(inputs: SessionInputs): SessionFrame {
  const { contract, tradeDate, settings } = inputs;
  const { product } = productsOf(settings).contractOf(contract, tradeDate);
  return { ...inputs, ...dateFrame(product, tradeDate), settings: settingsFor(settings, product) };
}
