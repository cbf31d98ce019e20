/** The ten best levels of each side of the book, kept as of the last finished event. */
import { type BookView, Ladder } from '../book/bookView';
import { BID, type BookSide } from '../book/side';
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';

/** Levels kept of a side. */
export const DEPTH = 10;

/** Told of every level that changed in an event: its side and rank (0 = best), its price and lots before and after. */
export interface LevelWatcher {
  level(side: BookSide, rank: number, oldPrice: number, oldSize: number, price: number, size: number): void;
}

/**
 * Ten levels of one side, best first, as of the last finished event. A level that does not exist has the worst price there
 * is, and no lots. Within an event changes are only noted; at its end no more of the book is read than they reached.
 */
export class LadderSide extends Ladder implements Stateful {
  /** Levels there are. */
  count = 0;
  /** Lots at all of them. */
  lots = 0;

  private readonly worst: number;
  private readonly fresh = new Ladder(DEPTH);
  /** First and last rank at which something changed in the open event. */
  private first = DEPTH;
  private last = -1;

  constructor(private readonly side: BookSide) {
    super(DEPTH);
    this.worst = side === BID ? -Infinity : Infinity;
    this.price.fill(this.worst);
  }

  /** Best price in ticks, NaN when the side is empty. */
  get best(): number {
    return this.count > 0 ? this.price[0] : NaN;
  }

  get stale(): boolean {
    return this.last >= 0;
  }

  /** Ticks from the best level to level `k`. */
  distance(k: number): number {
    return this.side === BID ? this.price[0] - this.price[k] : this.price[k] - this.price[0];
  }

  /** Notes that depth changed at a price, unless ten levels are better. */
  touch(price: number): void {
    const prices = this.price;
    let rank = 0;
    if (this.side === BID) while (rank < DEPTH && prices[rank] > price) rank++;
    else while (rank < DEPTH && prices[rank] < price) rank++;
    if (rank === DEPTH) return;
    if (rank < this.first) this.first = rank;
    if (rank > this.last) this.last = rank;
  }

  /** Reads the levels that changes were noted for, from the book as of the end of an event. */
  refresh(book: BookView, watcher?: LevelWatcher): void {
    const { side, price, size, orders, fresh, first } = this;
    let { last } = this;
    let read = book.ladder(side, last + 1, fresh);
    // Where the last change left its level at its rank, the levels behind it are where they were.
    if (read <= last || fresh.price[last] !== price[last]) {
      last = DEPTH - 1;
      read = this.count = book.ladder(side, DEPTH, fresh);
    }
    for (let k = first; k <= last; k++) {
      const newPrice = k < read ? fresh.price[k] : this.worst;
      const newSize = k < read ? fresh.size[k] : 0;
      watcher?.level(side, k, price[k], size[k], newPrice, newSize);
      this.lots += newSize - size[k];
      price[k] = newPrice;
      size[k] = newSize;
      orders[k] = k < read ? fresh.orders[k] : 0;
    }
    this.first = DEPTH;
    this.last = -1;
  }

  /** Reads all ten levels anew and counts no flow: the book was replaced. */
  readWhole(book: BookView): void {
    this.first = 0;
    this.last = DEPTH - 1;
    this.refresh(book);
  }

  save(out: StateWriter): void {
    out.section('bars.top', 1);
    out.doubles(this.price);
    out.doubles(this.size);
    out.doubles(this.orders);
    out.doubles([this.count, this.lots, this.first, this.last]);
  }

  restore(from: StateReader): void {
    from.section('bars.top', 1);
    from.into(this.price);
    from.into(this.size);
    from.into(this.orders);
    [this.count, this.lots, this.first, this.last] = from.doubles(4);
  }
}

/** Bids and asks, by the book's side indices. */
export type TopLevels = readonly [LadderSide, LadderSide];
