/** How a trade date of a product lies in time. */
import { SessionClock, sessionOf } from '../market/calendar';
import { TimeOrigin } from '../market/time';
import type { Product } from './profile';

/** A trade date of a product as every operator sees it: times count from the start of its window. */
export interface DateFrame {
  product: Product;
  origin: TimeOrigin;
  clock: SessionClock;
}

/** @throws SpymasterError BadArgument for a day that is no trade date of the product */
export function dateFrame(product: Product, tradeDate: string): DateFrame {
  const session = sessionOf(tradeDate, product);
  const origin = new TimeOrigin(session.window.start);
  return { product, origin, clock: new SessionClock(session, origin) };
}
