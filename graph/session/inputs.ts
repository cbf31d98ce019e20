/** What is known of a contract-date before its first record: the same for the batch and the stream driver. */
import { sessionOf, SessionClock } from '../market/calendar';
import { contractOf } from '../products/contracts';
import type { Product } from '../products/products';
import { TimeOrigin } from '../market/time';
import type { PriceRange } from '../levels/tracker';
import type { FeatureSettings } from '../settings';

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
type DateInputs = Pick<SessionInputs, 'contract' | 'tradeDate'> & Partial<SessionInputs>;

/** The fixed frame of a session's operators: times count from the start of its window. */
export interface SessionFrame {
  product: Product;
  origin: TimeOrigin;
  clock: SessionClock;
}

/** @throws SpymasterError BadArgument for an unknown product or a day that is no trade date */
export function frameOf({ contract, tradeDate }: DateInputs): SessionFrame {
  const { product } = contractOf(contract, tradeDate);
  const session = sessionOf(tradeDate);
  const origin = new TimeOrigin(session.window.start);
  return { product, origin, clock: new SessionClock(session, origin) };
}
