/**
 * The state of one book: which orders rest where, in which order. What a message means, `OrderBook` knows.
 */
import { Levels } from './levels';
import { Orders } from './orders';
import { ASK, BID, type BookSide } from './side';

export class RestingOrders {
  readonly orders = new Orders();
  readonly levels = new Levels();

  /** Puts a new order at the tail of its price's queue. Times are ns since the book's origin. */
  add(
    idLow: number,
    idHigh: number,
    side: BookSide,
    price: number,
    size: number,
    enteredAt: number,
    pricedAt: number,
  ): number {
    const { orders } = this;
    const slot = orders.take(idLow, idHigh);
    orders.size[slot] = size;
    orders.enteredAt[slot] = enteredAt;
    orders.pricedAt[slot] = pricedAt;
    this.append(slot, this.levels.ensure(side, price));
    return slot;
  }

  remove(slot: number): void {
    this.unlink(slot);
    this.orders.release(slot);
  }

  /** Changes an order's size; it keeps its place. */
  resize(slot: number, size: number): void {
    const { orders, levels } = this;
    levels.size[orders.level[slot]] += size - orders.size[slot];
    orders.size[slot] = size;
  }

  /** Sends an order to the tail of a queue, its own or another's. */
  move(slot: number, side: BookSide, price: number, size: number, at: number): void {
    this.unlink(slot);
    this.orders.size[slot] = size;
    this.orders.pricedAt[slot] = at;
    this.append(slot, this.levels.ensure(side, price));
  }

  /** Sets what a venue publishes for a level as a whole; 0 lots takes it away. */
  setAggregate(side: BookSide, price: number, lots: number): void {
    const { levels } = this;
    const level = lots > 0 ? levels.ensure(side, price) : levels.find(side, price);
    if (level < 0) return;
    levels.size[level] += lots - levels.aggregate[level];
    levels.aggregate[level] = lots;
    this.dropIfEmpty(level);
  }

  /** Lots published for the level as a whole. */
  aggregate(side: BookSide, price: number): number {
    const level = this.levels.find(side, price);
    return level < 0 ? 0 : this.levels.aggregate[level];
  }

  clearSide(side: BookSide): void {
    const { orders, levels } = this;
    for (let level = levels.at(side, 0); level >= 0; level = levels.at(side, 0)) {
      for (let slot = levels.head[level]; slot >= 0;) {
        const next = orders.next[slot];
        orders.release(slot);
        slot = next;
      }
      levels.remove(level);
    }
  }

  clear(): void {
    this.orders.clear();
    this.levels.clear();
  }

  /** Visits every order: bids, then asks, best level first, each queue from its head. */
  forEach(visit: (slot: number) => void): void {
    const { orders, levels } = this;
    for (const side of [BID, ASK] as const)
      for (let k = 0; k < levels.count(side); k++)
        for (let slot = levels.head[levels.at(side, k)]; slot >= 0; slot = orders.next[slot]) visit(slot);
  }

  side(slot: number): BookSide {
    return this.levels.side[this.orders.level[slot]] as BookSide;
  }

  /** Ticks. */
  price(slot: number): number {
    return this.levels.price[this.orders.level[slot]];
  }

  private append(slot: number, level: number): void {
    const { orders, levels } = this;
    const tail = levels.tail[level];
    orders.level[slot] = level;
    orders.prev[slot] = tail;
    orders.next[slot] = -1;
    if (tail < 0) levels.head[level] = slot;
    else orders.next[tail] = slot;
    levels.tail[level] = slot;
    levels.size[level] += orders.size[slot];
    levels.orders[level]++;
  }

  private unlink(slot: number): void {
    const { orders, levels } = this;
    const level = orders.level[slot];
    const prev = orders.prev[slot];
    const next = orders.next[slot];
    if (prev < 0) levels.head[level] = next;
    else orders.next[prev] = next;
    if (next < 0) levels.tail[level] = prev;
    else orders.prev[next] = prev;
    levels.size[level] -= orders.size[slot];
    levels.orders[level]--;
    this.dropIfEmpty(level);
  }

  private dropIfEmpty(level: number): void {
    const { levels } = this;
    if (levels.orders[level] === 0 && levels.aggregate[level] === 0) levels.remove(level);
  }
}
