/**
 * The wall family: the largest level and the largest single order near the touch of each side, at the bar's end.
 *
 * Only an order-by-order book can tell a wall of many from one big order, or a wall pulled from a wall consumed. What became
 * of a wall is asked of the one that stood when the bar began, so that the answer needs no look ahead.
 */
import type { BookView } from '../book/bookView';
import { ASK, BID, type BookSide } from '../book/side';
import { NS_PER_SECOND } from '../market/time';
import { bothSides, count, figure, lots, points, type Points } from './columns';
import type { DepthChange } from './depthChange';
import type { TopLevels } from './ladder';
import type { MemoryReader, MemoryWriter } from '../state/memory';

/** How far behind the touch a wall is looked for, ticks. */
const REACH = 20;

export const WALL_COLUMNS = bothSides((side) => [
  points(
    `wall_${side}`,
    `Price of the largest ${side} level within ${REACH} ticks of the best; the nearest of equals`,
  ),
  figure(`wall_${side}_ticks`, 'ticks', 'Its distance behind the best price'),
  lots(`wall_${side}_sz`, 'Its displayed lots'),
  count(`wall_${side}_n`, 'Its orders'),
  figure(`wall_${side}_ratio`, '1', `Its lots over the median lots of the other ${side} levels within reach`),
  figure(`wall_${side}_age`, 's', 'How long its foremost order has held its place in the queue'),
  lots(
    `wall_${side}_pulled`,
    `Lots that left the ${side} wall standing at the bar's start unfilled, during the bar`,
  ),
  lots(
    `wall_${side}_filled`,
    `Displayed lots filled at the ${side} wall standing at the bar's start, during the bar`,
  ),
  points(
    `big_${side}`,
    `Price of the largest single ${side} order within ${REACH} ticks; the nearest of equals, then the foremost`,
  ),
  figure(`big_${side}_ticks`, 'ticks', 'Its distance behind the best price'),
  lots(`big_${side}_sz`, 'Its displayed lots'),
  figure(`big_${side}_age`, 's', 'How long it has held its place in the queue'),
]);

export class WallFamily {
  /** By side: price in ticks of the wall that stood at the bar's start, NaN without one. */
  private readonly standing = new Float64Array(2).fill(NaN);
  private readonly pulled = new Float64Array(2);
  private readonly filled = new Float64Array(2);

  private readonly levels = new LevelsWithinReach();

  /** Counts what happened to a wall. */
  change(depth: DepthChange): void {
    const side = depth.fromSide;
    if (depth.fromPrice !== this.standing[side]) return;
    this.pulled[side] += depth.left;
    this.filled[side] += depth.filled;
  }

  /** Writes the family's columns for the bar that ends at `end`, and starts the next with the walls it found. */
  close(book: BookView, top: TopLevels, end: number, price: Points, row: Float64Array, at: number): number {
    const { levels } = this;
    for (const side of [BID, ASK] as const) {
      const { best } = top[side];
      levels.read(book, side, best);
      const wall = levels.largest();
      const wallPrice = wall < 0 ? NaN : levels.price[wall];
      row[at++] = price(wallPrice);
      row[at++] = Math.abs(wallPrice - best);
      row[at++] = wall < 0 ? 0 : levels.size[wall];
      row[at++] = wall < 0 ? 0 : levels.orders[wall];
      row[at++] = wall < 0 ? NaN : levels.size[wall] / levels.medianSizeBut(wall);
      row[at++] = (end - foremostSince(book, side, wallPrice)) / NS_PER_SECOND;
      row[at++] = this.pulled[side];
      row[at++] = this.filled[side];
      const order = levels.largestOrder(book, side);
      row[at++] = order < 0 ? NaN : price(book.orderPrice(order));
      row[at++] = order < 0 ? NaN : Math.abs(book.orderPrice(order) - best);
      row[at++] = order < 0 ? 0 : book.orderSize(order);
      row[at++] = order < 0 ? NaN : (end - book.orderPricedAt(order)) / NS_PER_SECOND;
      this.standing[side] = wallPrice;
    }
    this.pulled.fill(0);
    this.filled.fill(0);
    return at;
  }

  save(out: MemoryWriter): void {
    out.numbers(this.standing);
    out.numbers(this.pulled);
    out.numbers(this.filled);
  }

  load(from: MemoryReader): void {
    from.into(this.standing);
    from.into(this.pulled);
    from.into(this.filled);
  }
}

/** Levels of one side within reach of its best price, nearest first; ticks and lots. Reused from bar to bar. */
class LevelsWithinReach {
  readonly price: number[] = [];
  readonly size: number[] = [];
  readonly orders: number[] = [];
  private readonly sorted: number[] = [];

  read(book: BookView, side: BookSide, best: number): void {
    this.price.length = this.size.length = this.orders.length = 0;
    const far = side === BID ? best - REACH : best + REACH;
    book.forEachLevel(side, Math.min(best, far), Math.max(best, far), this.note);
  }

  /** Where the largest level is, the nearest of equals; -1 without any. */
  largest(): number {
    const { size } = this;
    let found = size.length > 0 ? 0 : -1;
    for (let k = 1; k < size.length; k++) if (size[k] > size[found]) found = k;
    return found;
  }

  /** Median lots of all levels but one; NaN of none. */
  medianSizeBut(one: number): number {
    const { size, sorted } = this;
    sorted.length = 0;
    for (let k = 0; k < size.length; k++) {
      if (k === one) continue;
      // Insertion: they are few, and nothing is called or allocated.
      let at = sorted.push(size[k]) - 1;
      for (; at > 0 && sorted[at - 1] > size[k]; at--) sorted[at] = sorted[at - 1];
      sorted[at] = size[k];
    }
    const middle = sorted.length >> 1;
    if (sorted.length === 0) return NaN;
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Slot of the largest order: the nearest of equals, then the foremost; -1 without any. */
  largestOrder(book: BookView, side: BookSide): number {
    let found = -1;
    let size = 0;
    for (let k = 0; k < this.price.length; k++) {
      // The other orders of the level have a lot each at least.
      if (this.size[k] - this.orders[k] + 1 <= size) continue;
      const slot = book.largestOrder(side, this.price[k]);
      if (slot < 0 || book.orderSize(slot) <= size) continue;
      found = slot;
      size = book.orderSize(slot);
    }
    return found;
  }

  private readonly note = (price: number, size: number, orders: number): void => {
    this.price.push(price);
    this.size.push(size);
    this.orders.push(orders);
  };
}

/** When the first in the queue at a price took its place; ns since the origin, NaN without one. */
function foremostSince(book: BookView, side: BookSide, price: number): number {
  let since = NaN;
  book.forEachOrder(side, price, (slot) => {
    const at = book.orderPricedAt(slot);
    if (!(at >= since)) since = at;
  });
  return since;
}
