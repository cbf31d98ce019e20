/** Everything that can be read from a book. Prices in ticks, sizes in lots, times in ns since the book's origin. */
import { RestingOrders } from './restingOrders';
import { BID, type BookSide } from './side';

/** Room for the best levels of one side, best first. */
export class Ladder {
  readonly price: Float64Array;
  readonly size: Float64Array;
  readonly orders: Int32Array;

  constructor(readonly depth: number) {
    this.price = new Float64Array(depth);
    this.size = new Float64Array(depth);
    this.orders = new Int32Array(depth);
  }
}

export class BookView {
  /** @internal */
  resting = new RestingOrders();

  get orderCount(): number {
    return this.resting.orders.count;
  }

  levelCount(side: BookSide): number {
    return this.resting.levels.count(side);
  }

  /** NaN when the side is empty. */
  bestPrice(side: BookSide): number {
    const { levels } = this.resting;
    const level = levels.at(side, 0);
    return level < 0 ? NaN : levels.price[level];
  }

  bestSize(side: BookSide): number {
    const { levels } = this.resting;
    const level = levels.at(side, 0);
    return level < 0 ? 0 : levels.size[level];
  }

  bestOrders(side: BookSide): number {
    const { levels } = this.resting;
    const level = levels.at(side, 0);
    return level < 0 ? 0 : levels.orders[level];
  }

  /** Fills `out` with the best `depth` levels, best first, and returns how many there were. */
  ladder(side: BookSide, depth: number, out: Ladder): number {
    const { levels } = this.resting;
    const n = Math.min(depth, out.depth, levels.count(side));
    for (let k = 0; k < n; k++) {
      const level = levels.at(side, k);
      out.price[k] = levels.price[level];
      out.size[k] = levels.size[level];
      out.orders[k] = levels.orders[level];
    }
    return n;
  }

  levelSize(side: BookSide, price: number): number {
    const { levels } = this.resting;
    const level = levels.find(side, price);
    return level < 0 ? 0 : levels.size[level];
  }

  levelOrders(side: BookSide, price: number): number {
    const { levels } = this.resting;
    const level = levels.find(side, price);
    return level < 0 ? 0 : levels.orders[level];
  }

  /** Visits the side's levels with `from` <= price <= `to`, best first. */
  forEachLevel(
    side: BookSide,
    from: number,
    to: number,
    visit: (price: number, size: number, orders: number) => void,
  ): void {
    const { levels } = this.resting;
    const best = side === BID ? to : from;
    for (let k = levels.betterThan(side, best); ; k++) {
      const level = levels.at(side, k);
      if (level < 0 || levels.price[level] < from || levels.price[level] > to) return;
      visit(levels.price[level], levels.size[level], levels.orders[level]);
    }
  }

  /**
   * Mean time for which the lots at the side's prices with `from` <= price <= `to` have held their places at `now`, ns; those
   * of which it is not known, or which took them later, are left out. NaN without any.
   */
  meanAge(side: BookSide, from: number, to: number, now: number): number {
    const { levels, orders } = this.resting;
    let lots = 0;
    let age = 0;
    for (let k = levels.betterThan(side, side === BID ? to : from); ; k++) {
      const level = levels.at(side, k);
      if (level < 0 || levels.price[level] < from || levels.price[level] > to) return age / lots;
      for (let slot = levels.head[level]; slot >= 0; slot = orders.next[slot]) {
        const held = now - orders.pricedAt[slot];
        if (!(held >= 0)) continue;
        const size = orders.size[slot];
        lots += size;
        age += size * held;
      }
    }
  }

  /** Slot of a resting order by the two words of its id, or -1. A slot is valid until the next `apply`. */
  find(idLow: number, idHigh: number): number {
    return this.resting.orders.find(idLow, idHigh);
  }

  orderId(slot: number): bigint {
    const { idLow, idHigh } = this.resting.orders;
    return (BigInt(idHigh[slot]) << 32n) | BigInt(idLow[slot]);
  }

  orderSide(slot: number): BookSide {
    return this.resting.side(slot);
  }

  orderPrice(slot: number): number {
    return this.resting.price(slot);
  }

  orderSize(slot: number): number {
    return this.resting.orders.size[slot];
  }

  /** When the order came into the book (ts_event); NaN if it came with a snapshot that does not tell. */
  orderEnteredAt(slot: number): number {
    return this.resting.orders.enteredAt[slot];
  }

  /** When the order took its present place in its queue (ts_event); NaN if it came with a snapshot that does not tell. */
  orderPricedAt(slot: number): number {
    return this.resting.orders.pricedAt[slot];
  }

  /** Orders and lots ahead of an order in its queue. */
  queueAhead(slot: number): { orders: number; lots: number } {
    const { prev, size } = this.resting.orders;
    const ahead = { orders: 0, lots: 0 };
    for (let at = prev[slot]; at >= 0; at = prev[at]) {
      ahead.orders++;
      ahead.lots += size[at];
    }
    return ahead;
  }

  /** Slot of the largest order at a price, the foremost among equals; -1 when none rests there. */
  largestOrder(side: BookSide, price: number): number {
    const { size, next } = this.resting.orders;
    let largest = this.head(side, price);
    for (let at = largest; at >= 0; at = next[at]) if (size[at] > size[largest]) largest = at;
    return largest;
  }

  /**
   * Slot of the order that came into the book first at a price, the foremost among equals and among those of which it is not known;
   * -1 when none rests there.
   */
  oldestOrder(side: BookSide, price: number): number {
    const { enteredAt, next } = this.resting.orders;
    let oldest = this.head(side, price);
    // An unknown time is before the snapshot, and a lesser one is never found.
    for (let at = oldest; at >= 0; at = next[at]) {
      if (Number.isNaN(enteredAt[oldest])) return oldest;
      if (Number.isNaN(enteredAt[at]) || enteredAt[at] < enteredAt[oldest]) oldest = at;
    }
    return oldest;
  }

  /** Visits the orders at a price from the head of the queue to its tail. */
  forEachOrder(side: BookSide, price: number, visit: (slot: number) => void): void {
    const { next } = this.resting.orders;
    for (let at = this.head(side, price); at >= 0; at = next[at]) visit(at);
  }

  private head(side: BookSide, price: number): number {
    const { levels } = this.resting;
    const level = levels.find(side, price);
    return level < 0 ? -1 : levels.head[level];
  }
}
