/** The ten best levels a side, kept as of the last finished event, and the ladder family: what they are at the bar's end. */
import { type BookView, Ladder } from '../book/bookView';
import { ASK, BID, type BookSide } from '../book/side';
import { bothSides, count, figure, lots, points, type Points } from './columns';
import type { MemoryReader, MemoryWriter } from '../state/memory';

export const DEPTH = 10;
const NUMBERS = Array.from({ length: DEPTH }, (_, k) => String(k + 1).padStart(2, '0'));

export const LADDER_COLUMNS = bothSides((side) => [
  ...NUMBERS.flatMap((number) => [
    points(`${side}_px_${number}`, `Price of ${side} level ${number} (01 = best) at the bar's end`),
    lots(
      `${side}_sz_${number}`,
      `Displayed lots at ${side} level ${number} at the bar's end; 0 without such a level`,
    ),
    count(
      `${side}_n_${number}`,
      `Orders at ${side} level ${number} at the bar's end; 0 without such a level`,
    ),
  ]),
  figure(
    `gap_max_${side}`,
    'ticks',
    `Widest distance between neighbouring ${side} levels among the ten at the bar's end`,
  ),
  figure(
    `gap_mean_${side}`,
    'ticks',
    `Mean distance between neighbouring ${side} levels among the ten at the bar's end`,
  ),
]);

/** Told of every level that changed in an event: its side and rank (0 = best), its price and lots before and after. */
export interface LevelWatcher {
  level(side: BookSide, rank: number, oldPrice: number, oldSize: number, price: number, size: number): void;
}

/**
 * Ten levels of one side, best first, as of the last finished event. A level that does not exist has the worst price there
 * is, and no lots. Within an event changes are only noted; at its end no more of the book is read than they reached.
 */
export class LadderSide extends Ladder {
  /** Levels there are. */
  count = 0;
  /** Lots at all of them. */
  lots = 0;

  private readonly nowhere: number;
  private readonly fresh = new Ladder(DEPTH);
  /** First and last rank at which something changed in the open event. */
  private first = DEPTH;
  private last = -1;

  constructor(private readonly side: BookSide) {
    super(DEPTH);
    this.nowhere = side === BID ? -Infinity : Infinity;
    this.price.fill(this.nowhere);
  }

  /** Best price in ticks, NaN when the side is empty. */
  get best(): number {
    return this.count > 0 ? this.price[0] : NaN;
  }

  get stale(): boolean {
    return this.last >= 0;
  }

  /** Notes that depth changed at a price; what happens behind ten better levels is none of ours. */
  touch(price: number): void {
    const prices = this.price;
    let rank = 0;
    if (this.side === BID) while (rank < DEPTH && prices[rank] > price) rank++;
    else while (rank < DEPTH && prices[rank] < price) rank++;
    if (rank === DEPTH) return;
    if (rank < this.first) this.first = rank;
    if (rank > this.last) this.last = rank;
  }

  /** Takes over what the noted changes made of the book, which stands at the end of an event. */
  refresh(book: BookView, watcher: LevelWatcher): void {
    const { side, price, size, orders, fresh, first } = this;
    let { last } = this;
    let read = book.ladder(side, last + 1, fresh);
    // Where the last change left its level at its rank, the levels behind it are where they were.
    if (read <= last || fresh.price[last] !== price[last]) {
      last = DEPTH - 1;
      read = this.count = book.ladder(side, DEPTH, fresh);
    }
    for (let k = first; k <= last; k++) {
      const newPrice = k < read ? fresh.price[k] : this.nowhere;
      const newSize = k < read ? fresh.size[k] : 0;
      watcher.level(side, k, price[k], size[k], newPrice, newSize);
      this.lots += newSize - size[k];
      price[k] = newPrice;
      size[k] = newSize;
      orders[k] = k < read ? fresh.orders[k] : 0;
    }
    this.first = DEPTH;
    this.last = -1;
  }

  /** Reads all ten levels anew, whatever was there before. */
  readWhole(book: BookView): void {
    this.first = 0;
    this.last = DEPTH - 1;
    this.refresh(book, NOBODY);
  }

  save(out: MemoryWriter): void {
    out.numbers(this.price);
    out.numbers(this.size);
    out.numbers(this.orders);
    out.numbers([this.count, this.lots, this.first, this.last]);
  }

  load(from: MemoryReader): void {
    from.into(this.price);
    from.into(this.size);
    from.into(this.orders);
    [this.count, this.lots, this.first, this.last] = from.numbers(4);
  }
}

const NOBODY: LevelWatcher = { level: () => undefined };

/** Bids and asks, in the order of the book's side indices. */
export type TopLevels = readonly [LadderSide, LadderSide];

/** Writes the ladder family's columns from `at` on; returns where the next family starts. */
export function writeLadder(top: TopLevels, toPoints: Points, row: Float64Array, at: number): number {
  for (const side of [BID, ASK] as const) {
    const { price, size, orders, count } = top[side];
    for (let k = 0; k < DEPTH; k++) {
      row[at++] = k < count ? toPoints(price[k]) : NaN;
      row[at++] = size[k];
      row[at++] = orders[k];
    }
    let widest = NaN;
    for (let k = 1; k < count; k++) {
      const gap = Math.abs(price[k] - price[k - 1]);
      if (!(gap <= widest)) widest = gap;
    }
    row[at++] = widest;
    row[at++] = count > 1 ? Math.abs(price[count - 1] - price[0]) / (count - 1) : NaN;
  }
  return at;
}
