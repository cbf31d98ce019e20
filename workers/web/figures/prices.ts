/** Prices as they are shown: with as many digits as the tick of their product has. */
import { pointDigits } from '../../../graph/market/points';
import { decimal } from './numbers';

/** @param points a price or a difference of prices @param tickNanos of the product; undefined while it is not known */
export const priceText = (points: number | null | undefined, tickNanos: number | undefined): string =>
  decimal(tickNanos === undefined ? undefined : points, tickNanos === undefined ? 2 : pointDigits(tickNanos));
