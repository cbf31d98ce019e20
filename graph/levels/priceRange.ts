/** Highest and lowest price of a stretch of time. */
import { nullable, number, record, type ValueCodec } from '../state/valueCodec';

/** Ticks. */
export interface PriceRange {
  readonly high: number;
  readonly low: number;
}

export const priceRangeCodec: ValueCodec<PriceRange | null> = nullable(
  record<PriceRange>({ high: number, low: number }),
);

/** The range with one more price in it; null is the range of no prices. */
export function widened(range: PriceRange | null, price: number): PriceRange {
  if (!range) return { high: price, low: price };
  if (price <= range.high && price >= range.low) return range;
  return { high: Math.max(range.high, price), low: Math.min(range.low, price) };
}
