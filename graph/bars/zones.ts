/**
 * The zones around a price level: how far a resting order lies on its own side of the level.
 *
 * Asks count above the level, bids below it: what stands in the way beyond it, and what would hold price there. The `at`
 * zone reaches as far across, since orders a tick or two in front of a level belong to it.
 */
import type { BookView } from '../book/bookView';
import { ASK, BID, type BookSide } from '../book/side';

/** Zones by their outer edge in ticks; a zone begins where the one before ends. */
export const ZONES = [
  ['at', 2],
  ['near', 5],
  ['mid', 14],
  ['far', 20],
] as const;
export const AT = ZONES[0][1];
export const FAR = ZONES[ZONES.length - 1][1];

/** Ticks a price lies beyond a level, on the given side's own side of it. */
export const beyond = (side: BookSide, price: number, level: number) =>
  side === ASK ? price - level : level - price;

/** The zone a distance falls in, -1 outside all. A level between two ticks has distances between ticks. */
export function zoneOf(distance: number): number {
  if (!(distance >= -AT && distance <= FAR)) return -1;
  let zone = 0;
  while (distance > ZONES[zone][1]) zone++;
  return zone;
}

/** Depth of one side around a level. */
export class ZoneDepth {
  /** Lots by zone. */
  readonly lots = new Float64Array(ZONES.length);
  /** Lots of all zones, and the sum of lots x distance. */
  total = 0;
  private moment = 0;
  private side: BookSide = BID;
  private level = NaN;

  read(book: BookView, side: BookSide, level: number): void {
    this.lots.fill(0);
    this.total = this.moment = 0;
    this.side = side;
    this.level = level;
    const [from, to] = reach(side, level);
    book.forEachLevel(side, from, to, this.note);
  }

  /** Takes over what another has read. */
  copy(other: ZoneDepth): void {
    this.lots.set(other.lots);
    this.total = other.total;
    this.moment = other.moment;
  }

  /**
   * Mean distance of the lots, ticks, of which one more stands in the middle of the zones: so an emptying side drifts to the
   * middle and rests there, instead of jumping to nowhere with its last lot.
   */
  get centre(): number {
    return (this.moment + (FAR - AT) / 2) / (this.total + 1);
  }

  numbers(): number[] {
    return [...this.lots, this.total, this.moment];
  }

  load(numbers: ArrayLike<number>): void {
    for (let zone = 0; zone < ZONES.length; zone++) this.lots[zone] = numbers[zone];
    this.total = numbers[ZONES.length];
    this.moment = numbers[ZONES.length + 1];
  }

  private readonly note = (price: number, size: number): void => {
    const distance = beyond(this.side, price, this.level);
    const zone = zoneOf(distance);
    if (zone < 0) return;
    this.lots[zone] += size;
    this.total += size;
    this.moment += size * distance;
  };
}

/** How long the lots around a level have held their places. */
export class RestingAge {
  private lots = 0;
  private age = 0;
  private now = 0;
  private side: BookSide = BID;
  private book!: BookView;

  /** Mean over the lots of a side's zones at `now`, ns; NaN when there are none. */
  mean(book: BookView, side: BookSide, level: number, now: number): number {
    this.lots = this.age = 0;
    this.book = book;
    this.side = side;
    this.now = now;
    const [from, to] = reach(side, level);
    book.forEachLevel(side, from, to, this.notePrice);
    return this.age / this.lots;
  }

  private readonly notePrice = (price: number): void => {
    this.book.forEachOrder(this.side, price, this.noteOrder);
  };

  private readonly noteOrder = (slot: number): void => {
    const size = this.book.orderSize(slot);
    this.lots += size;
    this.age += size * (this.now - this.book.orderPricedAt(slot));
  };
}

/** Lowest and highest price of a side's zones around a level, ticks. */
const reach = (side: BookSide, level: number) =>
  side === ASK ? [level - AT, level + FAR] : [level - FAR, level + AT];
