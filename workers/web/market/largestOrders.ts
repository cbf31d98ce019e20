/** The largest orders that rest near the market. */
import { ASK, BID, type BookSide } from '../../../graph/book/side';
import type { ShownMarket } from '../../../graph/screen/shownMarket';

export interface LargeOrder {
  readonly side: BookSide;
  /** Ticks. */
  readonly price: number;
  readonly lots: number;
}

/**
 * The largest of each price, of these the largest; of equal ones those nearer to the market first.
 * @param reach ticks from the best price of their side
 */
export function largestOrders(market: ShownMarket, reach: number, most: number): LargeOrder[] {
  const { frame } = market;
  if (!frame) return [];
  const distance = ({ side, price }: LargeOrder) =>
    side === BID ? frame.bestBid - price : price - frame.bestAsk;
  const found: LargeOrder[] = [];
  for (const side of [BID, ASK] as const)
    for (const [price, { largest }] of market.levels(side))
      if (largest > 0) found.push({ side, price, lots: largest });
  return found
    .filter((order) => distance(order) <= reach)
    .sort((a, b) => b.lots - a.lots || distance(a) - distance(b))
    .slice(0, most);
}
