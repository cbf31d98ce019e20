/**
 * Stop orders: the feed does not show them until a trade triggers them. Before that, only a gap in the order ids tells of one.
 */
import { BID, type BookSide } from './matchingBook';

interface StopOrder {
  /** Ticks. */
  price: number;
  id: number;
  lots: number;
}

export class StopOrders {
  private waiting: [StopOrder[], StopOrder[]] = [[], []];
  /** Lowest stop to buy, highest stop to sell, ticks. */
  private nearest: [number, number] = [Infinity, -Infinity];

  /** @param side the side it will trade on */
  place(side: BookSide, price: number, id: number, lots: number): void {
    this.waiting[side].push({ price, id, lots });
    this.nearest[side] =
      side === BID ? Math.min(this.nearest[side], price) : Math.max(this.nearest[side], price);
  }

  /** Takes out the stops of a side that a trade at `price` triggers, oldest first. */
  trigger(side: BookSide, price: number): StopOrder[] {
    const reached = (stop: number) => (side === BID ? price >= stop : price <= stop);
    if (!reached(this.nearest[side])) return [];
    const triggered = this.waiting[side].filter((stop) => reached(stop.price));
    const rest = (this.waiting[side] = this.waiting[side].filter((stop) => !reached(stop.price)));
    const prices = rest.map((stop) => stop.price);
    this.nearest[side] = side === BID ? Math.min(Infinity, ...prices) : Math.max(-Infinity, ...prices);
    return triggered;
  }

  /** Stops are for the day. */
  clear(): void {
    this.waiting = [[], []];
    this.nearest = [Infinity, -Infinity];
  }
}
