/**
 * Resting orders as columns, found by their 64-bit id.
 *
 * The index is an open-addressing table of slots, sparsely filled, probed linearly; removal shifts the entries behind
 * it back instead of leaving tombstones, so a session of tens of millions of short-lived ids never degrades or rehashes it.
 */
import { wider } from './typedArray';

const FIRST_CAPACITY = 1024;
/** The index is at most a quarter full: most ids are found, or found missing, at the first look. */
const BUCKETS_PER_SLOT = 4;
/** Odd multipliers whose products spread into the high bits: neighbouring ids land far apart. */
const SPREAD_LOW = 0x9e3779b1;
const SPREAD_HIGH = 0x85ebca6b;

export class Orders {
  /** Orders held. */
  count = 0;

  idLow = new Uint32Array(FIRST_CAPACITY);
  idHigh = new Uint32Array(FIRST_CAPACITY);
  /** Lots. */
  size = new Uint32Array(FIRST_CAPACITY);
  /** The price level an order queues at. */
  level = new Int32Array(FIRST_CAPACITY);
  /** Neighbours in the queue, -1 at its ends; `next` also links free slots. */
  next = new Int32Array(FIRST_CAPACITY);
  prev = new Int32Array(FIRST_CAPACITY);
  /**
   * When the order came into the book, and when it took its present place in a queue; ns since the book's origin, NaN where the
   * snapshot it came with does not tell.
   */
  enteredAt = new Float64Array(FIRST_CAPACITY);
  pricedAt = new Float64Array(FIRST_CAPACITY);

  private capacity = FIRST_CAPACITY;
  /** Slots handed out at least once; those below and not free are in use. */
  private touched = 0;
  private free = -1;
  /** Slot + 1 by bucket, 0 where empty. */
  private buckets = new Int32Array(BUCKETS_PER_SLOT * FIRST_CAPACITY);
  private shift = Math.clz32(BUCKETS_PER_SLOT * FIRST_CAPACITY) + 1;

  /** Slot of the order with this id, or -1. */
  find(low: number, high: number): number {
    const buckets = this.buckets;
    const mask = buckets.length - 1;
    let at = (Math.imul(low, SPREAD_LOW) ^ Math.imul(high, SPREAD_HIGH)) >>> this.shift;
    for (;;) {
      const slot = buckets[at] - 1;
      if (slot < 0) return -1;
      if (this.idLow[slot] === low && this.idHigh[slot] === high) return slot;
      at = (at + 1) & mask;
    }
  }

  /** Takes a slot for an id that is not held yet; the other columns are the caller's to fill. */
  take(low: number, high: number): number {
    let slot = this.free;
    if (slot >= 0) this.free = this.next[slot];
    else {
      if (this.touched === this.capacity) this.grow();
      slot = this.touched++;
    }
    this.idLow[slot] = low;
    this.idHigh[slot] = high;
    this.enlist(slot);
    this.count++;
    return slot;
  }

  /** Gives a slot back. */
  release(slot: number): void {
    this.delist(slot);
    this.next[slot] = this.free;
    this.free = slot;
    this.count--;
  }

  clear(): void {
    this.buckets.fill(0);
    this.touched = 0;
    this.free = -1;
    this.count = 0;
  }

  private home(slot: number): number {
    return (
      (Math.imul(this.idLow[slot], SPREAD_LOW) ^ Math.imul(this.idHigh[slot], SPREAD_HIGH)) >>> this.shift
    );
  }

  private enlist(slot: number): void {
    const mask = this.buckets.length - 1;
    let at = this.home(slot);
    while (this.buckets[at] !== 0) at = (at + 1) & mask;
    this.buckets[at] = slot + 1;
  }

  private delist(slot: number): void {
    const buckets = this.buckets;
    const mask = buckets.length - 1;
    let hole = this.home(slot);
    while (buckets[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; buckets[at] !== 0; at = (at + 1) & mask) {
      const reach = (at - this.home(buckets[at] - 1)) & mask;
      if (reach < ((at - hole) & mask)) continue;
      buckets[hole] = buckets[at];
      hole = at;
    }
    buckets[hole] = 0;
  }

  private grow(): void {
    this.capacity *= 2;
    this.idLow = wider(this.idLow, this.capacity);
    this.idHigh = wider(this.idHigh, this.capacity);
    this.size = wider(this.size, this.capacity);
    this.level = wider(this.level, this.capacity);
    this.next = wider(this.next, this.capacity);
    this.prev = wider(this.prev, this.capacity);
    this.enteredAt = wider(this.enteredAt, this.capacity);
    this.pricedAt = wider(this.pricedAt, this.capacity);
    this.buckets = new Int32Array(BUCKETS_PER_SLOT * this.capacity);
    this.shift = Math.clz32(BUCKETS_PER_SLOT * this.capacity) + 1;
    // Growing happens only when every slot is in use.
    for (let slot = 0; slot < this.touched; slot++) this.enlist(slot);
  }
}
