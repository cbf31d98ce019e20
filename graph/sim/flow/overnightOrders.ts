/** Orders good till cancelled: the thousands that rest far from the price and stay from day to day. */
import { RESTING_DISTANCE, RESTING_SIZE } from '../calibration';
import { OrderKind, type Exchange } from '../exchange/exchange';
import { ASK, BID, type BookSide } from '../exchange/matchingBook';
import type { Random } from '../../random/random';

/** Number of them on ordinary days; those that trade are replaced. */
const ORDERS = 8700;
const BID_SHARE = 0.58;
/** Some participants like prices divisible by 5 points, more of them whole points; in ticks of a quarter. */
const ROUND_SHARE = 0.07;
const WHOLE_SHARE = 0.18;
/** Day orders farther from the best price than this, ticks, may be kept in place of those that were filled. */
const PROMOTED_FROM = 12;
/** Mean spacing of the ids of the first orders, all below those the simulation gives out. */
const ID_SPACING = 40;
const FIRST_SEQUENCE = 600;

export class OvernightOrders {
  /** Orders that have to be entered again. */
  missing = 0;

  constructor(
    private readonly exchange: Exchange,
    private readonly random: Random,
  ) {}

  /**
   * Fills an empty book.
   * @param center price around which, ticks @param before when the last was entered, ns @param during over how long, ns
   */
  stock(center: number, before: number, during: number): void {
    const { random } = this;
    const { book, writer, highestId } = this.exchange;
    for (let k = 0; k < ORDERS; k++) {
      const side = this.pickSide();
      const lots = RESTING_SIZE.draw(random);
      const id = highestId - ID_SPACING * (ORDERS - k) + random.below(ID_SPACING);
      const slot = book.add(side, this.pickPrice(side, center), lots, id, OrderKind.GoodTillCancelled);
      book.pricedAt[slot] = Math.floor(before - during * (1 - (k + random.unit()) / ORDERS));
      book.pricedIn[slot] = FIRST_SEQUENCE + k;
    }
    writer.sequence = FIRST_SEQUENCE + ORDERS;
  }

  /** Enters one of those that are missing. */
  enter(t: number, center: number): void {
    this.missing--;
    const side = this.pickSide();
    const price = this.pickPrice(side, center);
    this.exchange.add(t, side, price, RESTING_SIZE.draw(this.random), OrderKind.GoodTillCancelled);
  }

  /**
   * Ends the day: some of its distant orders stay, and become good till cancelled.
   * @returns those that do not, in the order of their ids
   */
  endDay(): Int32Array {
    const { book } = this.exchange;
    const ending: number[] = [];
    this.missing = ORDERS;
    for (const slot of book.slots()) {
      if (book.kind[slot] === OrderKind.GoodTillCancelled) this.missing--;
      else ending.push(slot);
    }
    const expired = ending.filter((slot) => !this.promote(slot));
    this.missing = Math.max(0, this.missing);
    return Int32Array.from(expired.sort((a, b) => book.id[a] - book.id[b]));
  }

  private promote(slot: number): boolean {
    const { book } = this.exchange;
    const distance = Math.abs(book.price[slot] - book.bestPrice(book.side[slot] as BookSide));
    const ordinary = book.kind[slot] === OrderKind.Day && book.hidden[slot] === 0;
    if (this.missing <= 0 || !ordinary || distance <= PROMOTED_FROM) return false;
    this.missing--;
    book.kind[slot] = OrderKind.GoodTillCancelled;
    return true;
  }

  private pickSide(): BookSide {
    return this.random.chance(BID_SHARE) ? BID : ASK;
  }

  private pickPrice(side: BookSide, center: number): number {
    const distance = Math.ceil(RESTING_DISTANCE.draw(this.random));
    const exact = Math.round(center) + (side === BID ? -distance : distance);
    const u = this.random.unit();
    const grid = u < ROUND_SHARE ? 20 : u < ROUND_SHARE + WHOLE_SHARE ? 4 : 1;
    const round = side === BID ? Math.floor(exact / grid) * grid : Math.ceil(exact / grid) * grid;
    return Math.min(Math.max(round, grid), this.exchange.book.ticks - grid);
  }
}
