/**
 * Price levels, each with its totals and the two ends of its queue, and per side in order of price.
 *
 * The order is a sorted array with the best price at its *end*: most messages concern the touch, so a search looks at
 * the last few entries before it bisects, and levels added or removed near the touch move few entries. The
 * array takes any prices - any sign, any gap, fractions of a tick - unlike a ladder indexed by tick.
 */
import { wider } from './typedArray';
import { ASK, BID, type BookSide } from './side';

const FIRST_CAPACITY = 64;
/** Entries from the touch that are compared one by one before the search bisects. */
const NEAR = 12;

/** One side's levels by rank: the higher the key, the better the price (asks are negated). */
class Ranking {
  count = 0;
  keys = new Float64Array(FIRST_CAPACITY);
  ids = new Int32Array(FIRST_CAPACITY);

  /** Position of `key`, or `~position` where it would go. */
  search(key: number): number {
    const keys = this.keys;
    let at = this.count - 1;
    const far = at > NEAR ? at - NEAR : -1;
    for (; at > far; at--) if (keys[at] <= key) return keys[at] === key ? at : ~(at + 1);
    let low = 0;
    while (low <= at) {
      const middle = (low + at) >>> 1;
      if (keys[middle] < key) low = middle + 1;
      else if (keys[middle] > key) at = middle - 1;
      else return middle;
    }
    return ~low;
  }

  insert(at: number, key: number, id: number): void {
    if (this.count === this.keys.length) this.grow();
    const { keys, ids } = this;
    if (this.count - at > NEAR) {
      keys.copyWithin(at + 1, at, this.count);
      ids.copyWithin(at + 1, at, this.count);
    } else
      for (let k = this.count; k > at; k--) {
        keys[k] = keys[k - 1];
        ids[k] = ids[k - 1];
      }
    keys[at] = key;
    ids[at] = id;
    this.count++;
  }

  remove(at: number): void {
    const { keys, ids } = this;
    this.count--;
    if (this.count - at > NEAR) {
      keys.copyWithin(at, at + 1, this.count + 1);
      ids.copyWithin(at, at + 1, this.count + 1);
    } else
      for (let k = at; k < this.count; k++) {
        keys[k] = keys[k + 1];
        ids[k] = ids[k + 1];
      }
  }

  private grow(): void {
    this.keys = wider(this.keys, 2 * this.keys.length);
    this.ids = wider(this.ids, 2 * this.ids.length);
  }
}

const rank = (side: number, price: number) => (side === BID ? price : -price);

export class Levels {
  /** By level id. Price in ticks; size in lots, all orders and the aggregate together. */
  price = new Float64Array(FIRST_CAPACITY);
  size = new Float64Array(FIRST_CAPACITY);
  orders = new Int32Array(FIRST_CAPACITY);
  side = new Uint8Array(FIRST_CAPACITY);
  /** First and last order of the queue, -1 when it is empty. */
  head = new Int32Array(FIRST_CAPACITY);
  tail = new Int32Array(FIRST_CAPACITY);
  /** Lots a venue published for the level as a whole (F_TOB, F_MBP), belonging to no order. */
  aggregate = new Float64Array(FIRST_CAPACITY);

  private readonly rankings = [new Ranking(), new Ranking()] as const;
  private capacity = FIRST_CAPACITY;
  private touched = 0;
  private free: number[] = [];

  /** How many levels a side has. */
  count(side: BookSide): number {
    return this.rankings[side].count;
  }

  /** The level `depth` places behind the best (0 = best), or -1. */
  at(side: BookSide, depth: number): number {
    const { count, ids } = this.rankings[side];
    return depth < count ? ids[count - 1 - depth] : -1;
  }

  /** How many levels of the side are better than `price`. */
  betterThan(side: BookSide, price: number): number {
    const { count } = this.rankings[side];
    const at = this.rankings[side].search(rank(side, price));
    return at >= 0 ? count - 1 - at : count - ~at;
  }

  /** The level at exactly this price, or -1. */
  find(side: BookSide, price: number): number {
    const ranking = this.rankings[side];
    const at = ranking.search(rank(side, price));
    return at >= 0 ? ranking.ids[at] : -1;
  }

  /** The level at exactly this price, made if need be. */
  ensure(side: BookSide, price: number): number {
    const ranking = this.rankings[side];
    const key = rank(side, price);
    const at = ranking.search(key);
    if (at >= 0) return ranking.ids[at];
    const level = this.take();
    this.price[level] = price;
    this.side[level] = side;
    this.size[level] = this.orders[level] = this.aggregate[level] = 0;
    this.head[level] = this.tail[level] = -1;
    ranking.insert(~at, key, level);
    return level;
  }

  /** Takes an emptied level out. */
  remove(level: number): void {
    const side = this.side[level];
    const ranking = this.rankings[side];
    ranking.remove(ranking.search(rank(side, this.price[level])));
    this.free.push(level);
  }

  clear(): void {
    this.rankings[BID].count = this.rankings[ASK].count = 0;
    this.touched = 0;
    this.free = [];
  }

  private take(): number {
    const freed = this.free.pop();
    if (freed !== undefined) return freed;
    if (this.touched === this.capacity) this.grow();
    return this.touched++;
  }

  private grow(): void {
    this.capacity *= 2;
    this.price = wider(this.price, this.capacity);
    this.size = wider(this.size, this.capacity);
    this.orders = wider(this.orders, this.capacity);
    this.side = wider(this.side, this.capacity);
    this.head = wider(this.head, this.capacity);
    this.tail = wider(this.tail, this.capacity);
    this.aggregate = wider(this.aggregate, this.capacity);
  }
}
