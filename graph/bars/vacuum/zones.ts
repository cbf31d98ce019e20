/**
 * The zones around a price level: how far a resting order lies on its own side of the level.
 *
 * Asks count above the level, bids below it: the depth that price meets once it has passed the level. The `at`
 * zone reaches as far across, since orders a tick or two in front of a level belong to it.
 */
import { ASK, type BookSide } from '../../book/side';
import { type BarDistances, ZONE_NAMES } from '../distances';

/** Ticks a price lies beyond a level, on the given side's own side of it. */
export const beyond = (side: BookSide, price: number, level: number) =>
  side === ASK ? price - level : level - price;

export class Zones {
  /** Inner edge, across the level, and outer edge of all zones, ticks. */
  readonly inner: number;
  readonly outer: number;
  /** Outer edge of each zone. */
  private readonly edges: readonly number[];

  constructor(edges: BarDistances['zones']) {
    this.edges = ZONE_NAMES.map((name) => edges[name]);
    this.inner = -edges.at;
    this.outer = edges.far;
  }

  /** Index of the zone a distance falls in, -1 outside all. A level between two ticks has distances between ticks. */
  of(distance: number): number {
    if (!(distance >= this.inner && distance <= this.outer)) return -1;
    let zone = 0;
    while (distance > this.edges[zone]) zone++;
    return zone;
  }

  /** Lowest and highest price of a side's zones around a level, ticks. */
  reach(side: BookSide, level: number): [from: number, to: number] {
    return side === ASK ? [level + this.inner, level + this.outer] : [level - this.outer, level - this.inner];
  }
}
