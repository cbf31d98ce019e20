/**
 * The wall family: the largest level and the largest single order near the touch of each side, at the bar's end.
 *
 * Only an order-by-order book can tell a wall of many from one big order, or a wall pulled from a wall consumed. What became
 * of a wall is asked of the one found when the bar began, so that the answer needs no look ahead.
 */
import type { BookView } from '../../book/bookView';
import type { PriceScale } from '../../book/priceScale';
import { ASK, BID, type BookSide } from '../../book/side';
import { type Column, count, duration, figure, lots, price } from '../../datasets/column';
import { NS_PER_SECOND } from '../../market/time';
import type { StateReader, StateWriter } from '../../state/codec';
import type { Stateful } from '../../state/operator';
import type { DepthChange } from '../depthChange';
import { BY_DEFAULT, DEFAULT_BAR_DISTANCES } from '../distances';
import type { TopLevels } from '../topLevels';
import { bothSides } from './bothSides';

/** The wall and the largest order of one side when a bar ends; prices in ticks, ages in ns, NaN and 0 lots without one. */
class SideWalls {
  price = NaN;
  size = 0;
  orders = 0;
  /** Lots over the median lots of the other levels. */
  ratio = NaN;
  age = NaN;
  orderPrice = NaN;
  orderSize = 0;
  orderAge = NaN;

  /** Lots that left, and that were filled, during the bar at the wall found at its start. */
  pulled = 0;
  filled = 0;
  /** Price of that wall. */
  startPrice = NaN;

  constructor(private readonly side: BookSide) {}

  read(book: BookView, levels: LevelsWithinReach, best: number, end: number): void {
    const { side } = this;
    levels.read(book, side, best);
    const wall = levels.largest();
    this.price = wall < 0 ? NaN : levels.price[wall];
    this.size = wall < 0 ? 0 : levels.size[wall];
    this.orders = wall < 0 ? 0 : levels.orders[wall];
    this.ratio = wall < 0 ? NaN : levels.size[wall] / levels.medianSizeBut(wall);
    this.age = heldFor(foremostSince(book, side, this.price), end);
    const order = levels.largestOrder(book, side);
    this.orderPrice = order < 0 ? NaN : book.orderPrice(order);
    this.orderSize = order < 0 ? 0 : book.orderSize(order);
    this.orderAge = order < 0 ? NaN : heldFor(book.orderPricedAt(order), end);
  }

  restart(): void {
    this.startPrice = this.price;
    this.pulled = this.filled = 0;
  }
}

/** NaN of what was placed later: after a gap, the book that is told anew stands for bars that had ended before. */
const heldFor = (since: number, end: number): number => (since <= end ? end - since : NaN);

export class WallFamily implements Stateful {
  readonly sides = [new SideWalls(BID), new SideWalls(ASK)] as const;
  private readonly levels: LevelsWithinReach;

  /** @param reach how far behind the touch walls are looked for, ticks */
  constructor(private readonly reach: number) {
    this.levels = new LevelsWithinReach(reach);
  }

  /** Counts what happened to a wall. */
  change(depth: DepthChange): void {
    const walls = this.sides[depth.fromSide];
    if (depth.fromPrice !== walls.startPrice) return;
    walls.pulled += depth.left;
    walls.filled += depth.filled;
  }

  /** Looks for the walls at the bar's end. */
  read(book: BookView, top: TopLevels, end: number): void {
    this.sides[BID].read(book, this.levels, top[BID].best, end);
    this.sides[ASK].read(book, this.levels, top[ASK].best, end);
  }

  /** Starts a bar with the walls found last. */
  restart(): void {
    for (const walls of this.sides) walls.restart();
  }

  save(out: StateWriter): void {
    out.section('bars.wall', 1);
    out.double(this.reach);
    for (const { startPrice, pulled, filled } of this.sides) out.doubles([startPrice, pulled, filled]);
  }

  restore(from: StateReader): void {
    from.section('bars.wall', 1);
    const reach = from.double();
    if (reach !== this.reach) from.fail(`walls within ${this.reach} ticks, not ${reach}`);
    for (const walls of this.sides) [walls.startPrice, walls.pulled, walls.filled] = from.doubles(3);
  }
}

/** Levels of one side within reach of its best price, nearest first; ticks and lots. Reused from bar to bar. */
class LevelsWithinReach {
  /** Number of levels; entries of the arrays beyond it are left from earlier bars. */
  private count = 0;
  readonly price: number[] = [];
  readonly size: number[] = [];
  readonly orders: number[] = [];
  private readonly sorted: number[] = [];

  constructor(private readonly reach: number) {}

  read(book: BookView, side: BookSide, best: number): void {
    this.count = 0;
    const far = side === BID ? best - this.reach : best + this.reach;
    book.forEachLevel(side, Math.min(best, far), Math.max(best, far), this.note);
  }

  /** Where the largest level is, the nearest of equals; -1 without any. */
  largest(): number {
    const { size, count } = this;
    let found = count > 0 ? 0 : -1;
    for (let k = 1; k < count; k++) if (size[k] > size[found]) found = k;
    return found;
  }

  /** Median lots of all levels but one; NaN of none. */
  medianSizeBut(one: number): number {
    const { size, sorted, count } = this;
    const others = count - 1;
    for (let k = 0, end = 0; k < count; k++) {
      if (k === one) continue;
      // Insertion: they are few, and nothing is called or allocated.
      let at = end++;
      for (; at > 0 && sorted[at - 1] > size[k]; at--) sorted[at] = sorted[at - 1];
      sorted[at] = size[k];
    }
    const middle = others >> 1;
    if (others === 0) return NaN;
    return others % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Slot of the largest order: the nearest of equals, then the foremost; -1 without any. */
  largestOrder(book: BookView, side: BookSide): number {
    let found = -1;
    let size = 0;
    for (let k = 0; k < this.count; k++) {
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
    this.price[this.count] = price;
    this.size[this.count] = size;
    this.orders[this.count++] = orders;
  };
}

/** When the first in the queue at a price took its place; ns since the origin, NaN without one or where that is not known. */
function foremostSince(book: BookView, side: BookSide, price: number): number {
  let since = Infinity;
  book.forEachOrder(side, price, (slot) => {
    since = Math.min(since, book.orderPricedAt(slot));
  });
  return since === Infinity ? NaN : since;
}

interface Bar {
  readonly top: TopLevels;
  readonly wall: WallFamily;
  readonly scale: PriceScale;
}

const WITHIN = `within ${DEFAULT_BAR_DISTANCES.wallReachTicks} ticks (${BY_DEFAULT})`;

export const WALL_COLUMNS: readonly Column<Bar>[] = bothSides<Bar>((name, side) => [
  price(`wall_${name}`, {
    meaning: `Price of the largest ${name} level ${WITHIN} of the best; the nearest of equals`,
    value: ({ wall, scale }) => scale.points(wall.sides[side].price),
  }),
  figure(`wall_${name}_ticks`, {
    unit: 'ticks',
    meaning: 'Its distance behind the best price',
    value: ({ wall, top }) => Math.abs(wall.sides[side].price - top[side].best),
  }),
  lots(`wall_${name}_sz`, { meaning: 'Its displayed lots', value: ({ wall }) => wall.sides[side].size }),
  count(`wall_${name}_n`, { meaning: 'Its orders', value: ({ wall }) => wall.sides[side].orders }),
  figure(`wall_${name}_ratio`, {
    meaning: `Its lots over the median lots of the other ${name} levels within reach`,
    value: ({ wall }) => wall.sides[side].ratio,
  }),
  duration(`wall_${name}_age`, {
    meaning: 'How long its foremost order has held its place in the queue',
    value: ({ wall }) => wall.sides[side].age / NS_PER_SECOND,
  }),
  lots(`wall_${name}_pulled`, {
    meaning: `Lots that left the ${name} wall standing at the bar's start unfilled, during the bar`,
    value: ({ wall }) => wall.sides[side].pulled,
  }),
  lots(`wall_${name}_filled`, {
    meaning: `Displayed lots filled at the ${name} wall standing at the bar's start, during the bar`,
    value: ({ wall }) => wall.sides[side].filled,
  }),
  price(`big_${name}`, {
    meaning: `Price of the largest single ${name} order ${WITHIN} of the best; the nearest of equals, then the foremost`,
    value: ({ wall, scale }) => scale.points(wall.sides[side].orderPrice),
  }),
  figure(`big_${name}_ticks`, {
    unit: 'ticks',
    meaning: 'Its distance behind the best price',
    value: ({ wall, top }) => Math.abs(wall.sides[side].orderPrice - top[side].best),
  }),
  lots(`big_${name}_sz`, { meaning: 'Its displayed lots', value: ({ wall }) => wall.sides[side].orderSize }),
  duration(`big_${name}_age`, {
    meaning: 'How long it has held its place in the queue',
    value: ({ wall }) => wall.sides[side].orderAge / NS_PER_SECOND,
  }),
]);
