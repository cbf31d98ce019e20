/**
 * The exchange's book inside the simulator: price-time priority, icebergs, everything by array index. It is written apart from
 * the project's own book, so that one can be checked against the other.
 */
import { SpymasterError } from '../../errors';

export const BID = 0;
export const ASK = 1;
export type BookSide = typeof BID | typeof ASK;

export const NONE = -1;

/** Orders by slot. Prices in ticks, sizes in lots, times in ns since the simulation's origin. */
export class MatchingBook {
  /** Slots in use. */
  orders = 0;

  side = new Uint8Array(0);
  price = new Int32Array(0);
  /** Displayed lots. */
  size = new Int32Array(0);
  /** Lots an iceberg still hides, and how many it shows at a time. */
  hidden = new Int32Array(0);
  peak = new Int32Array(0);
  /** Offset of the order's id from the book's first. */
  id = new Uint32Array(0);
  /** When it took its present place, and sequence number of the packet that reported it. */
  pricedAt = new Float64Array(0);
  pricedIn = new Uint32Array(0);
  /** What kind of order it is; priority does not depend on it. */
  kind = new Uint8Array(0);
  next = new Int32Array(0);
  previous = new Int32Array(0);

  private readonly head: [Int32Array, Int32Array];
  private readonly tail: [Int32Array, Int32Array];
  private readonly count: [Int32Array, Int32Array];
  private readonly lots: [Int32Array, Int32Array];
  private readonly best: [number, number];
  private free = NONE;
  private used = 0;

  /** @param ticks prices are 1 .. ticks - 1 */
  constructor(readonly ticks: number) {
    const column = (fill: number): [Int32Array, Int32Array] => [
      new Int32Array(ticks).fill(fill),
      new Int32Array(ticks).fill(fill),
    ];
    this.head = column(NONE);
    this.tail = column(NONE);
    this.count = column(0);
    this.lots = column(0);
    this.best = [0, ticks];
    this.grow(1 << 14);
  }

  /** Best price of a side; 0 or `ticks` when it is empty. */
  bestPrice(side: BookSide): number {
    return this.best[side];
  }

  /** First order in the queue at a price. */
  first(side: BookSide, price: number): number {
    return this.head[side][price];
  }

  last(side: BookSide, price: number): number {
    return this.tail[side][price];
  }

  levelOrders(side: BookSide, price: number): number {
    return this.count[side][price];
  }

  /** Displayed lots at a price. */
  levelLots(side: BookSide, price: number): number {
    return this.lots[side][price];
  }

  /** Whether an order of `side` at `price` would meet the other side. */
  crosses(side: BookSide, price: number): boolean {
    return side === BID ? price >= this.best[ASK] : price <= this.best[BID];
  }

  /** The next price behind `price`, seen from the middle, that has orders; 0 or `ticks` if there is none. */
  nextPrice(side: BookSide, price: number): number {
    const counts = this.count[side];
    if (side === BID) {
      while (price > 0 && counts[--price] === 0);
      return price;
    }
    while (++price < this.ticks && counts[price] === 0);
    return price;
  }

  add(side: BookSide, price: number, size: number, id: number, kind: number): number {
    if (this.free === NONE) this.grow(2 * this.side.length);
    const slot = this.free;
    this.free = this.next[slot];
    this.orders++;
    this.side[slot] = side;
    this.price[slot] = price;
    this.size[slot] = size;
    this.hidden[slot] = 0;
    this.peak[slot] = 0;
    this.id[slot] = id;
    this.kind[slot] = kind;
    this.append(slot);
    return slot;
  }

  remove(slot: number): void {
    this.unlink(slot);
    this.orders--;
    this.size[slot] = 0;
    this.next[slot] = this.free;
    this.free = slot;
  }

  /** Sends an order to the tail of a price's queue. */
  move(slot: number, price: number, size: number): void {
    this.unlink(slot);
    this.price[slot] = price;
    this.size[slot] = size;
    this.append(slot);
  }

  /** Takes lots off an order, which keeps its place and must keep some. */
  reduce(slot: number, lots: number): void {
    this.size[slot] -= lots;
    this.lots[this.side[slot]][this.price[slot]] -= lots;
  }

  /** Every resting order, in no particular order. */
  slots(): Int32Array {
    const slots = new Int32Array(this.orders);
    let n = 0;
    for (let slot = 0; slot < this.used; slot++) if (this.size[slot] > 0) slots[n++] = slot;
    return slots;
  }

  private append(slot: number): void {
    const side = this.side[slot] as BookSide;
    const price = this.price[slot];
    if (!(price > 0 && price < this.ticks))
      throw new SpymasterError(
        'BadArgument',
        `The simulated price left the range 1 to ${this.ticks - 1} ticks.`,
      );
    const last = this.tail[side][price];
    this.previous[slot] = last;
    this.next[slot] = NONE;
    if (last === NONE) this.head[side][price] = slot;
    else this.next[last] = slot;
    this.tail[side][price] = slot;
    this.count[side][price]++;
    this.lots[side][price] += this.size[slot];
    if (side === BID ? price > this.best[BID] : price < this.best[ASK]) this.best[side] = price;
  }

  private unlink(slot: number): void {
    const side = this.side[slot] as BookSide;
    const price = this.price[slot];
    const before = this.previous[slot];
    const after = this.next[slot];
    if (before === NONE) this.head[side][price] = after;
    else this.next[before] = after;
    if (after === NONE) this.tail[side][price] = before;
    else this.previous[after] = before;
    this.lots[side][price] -= this.size[slot];
    if (--this.count[side][price] === 0 && price === this.best[side])
      this.best[side] = this.nextPrice(side, price);
  }

  private grow(capacity: number): void {
    const from = this.side.length;
    const wider = <A extends { set(a: A): void }>(Type: new (n: number) => A, old: A): A => {
      const column = new Type(capacity);
      column.set(old);
      return column;
    };
    this.side = wider(Uint8Array, this.side);
    this.price = wider(Int32Array, this.price);
    this.size = wider(Int32Array, this.size);
    this.hidden = wider(Int32Array, this.hidden);
    this.peak = wider(Int32Array, this.peak);
    this.id = wider(Uint32Array, this.id);
    this.pricedAt = wider(Float64Array, this.pricedAt);
    this.pricedIn = wider(Uint32Array, this.pricedIn);
    this.kind = wider(Uint8Array, this.kind);
    this.next = wider(Int32Array, this.next);
    this.previous = wider(Int32Array, this.previous);
    // The lowest free slot is taken first.
    for (let slot = capacity - 1; slot >= from; slot--) {
      this.next[slot] = this.free;
      this.free = slot;
    }
    this.used = capacity;
  }
}
