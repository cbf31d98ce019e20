/**
 * The resting orders that trade within one event: which of them are filled, and the rows that say so - F for each fill of a print,
 * and at the end of the event C for an order filled, M for one filled in part or an iceberg that shows its next lots.
 */
import { Action, Side } from '../../records/mbo';
import type { EventWriter } from '../files/eventWriter';
import type { Random } from '../../random/random';
import { ASK, BID, type BookSide, type MatchingBook } from './matchingBook';

export const letterOf = (side: BookSide) => (side === BID ? Side.Bid : Side.Ask);
export const opposite = (side: BookSide): BookSide => (side === BID ? ASK : BID);

/** A resting order filled in the event. */
interface FilledOrder {
  slot: number;
  id: number;
  side: BookSide;
  price: number;
  /** Lots it displayed before the event. */
  displayed: number;
  gone: boolean;
  refreshed: boolean;
}

export class Matching {
  private readonly filled: FilledOrder[] = [];
  /** Index of an order in `filled`, by slot. */
  private readonly indexOf = new Map<number, number>();
  /** Fills not printed yet: indices in `filled`, and lots. */
  private readonly fillOrder: number[] = [];
  private readonly fillLots: number[] = [];

  constructor(
    private readonly book: MatchingBook,
    private readonly writer: EventWriter,
    private readonly random: Random,
  ) {}

  /** Price of the order filled last in this event, ticks; NaN if none was. */
  get lastPrice(): number {
    return this.filled.at(-1)?.price ?? NaN;
  }

  /**
   * Fills resting orders at one price, in their order.
   * @param side of the aggressor
   * @returns lots left over
   */
  match(side: BookSide, price: number, lots: number): number {
    const { book, filled } = this;
    const other = opposite(side);
    this.fillOrder.length = this.fillLots.length = 0;
    let left = lots;
    while (left > 0 && book.levelOrders(other, price) > 0) {
      const slot = book.first(other, price);
      const shown = book.size[slot];
      const taken = Math.min(shown, left);
      const index = this.entryOf(slot);
      this.fill(index, taken, book.peak[slot] > 0);
      left -= taken;
      if (taken < shown) book.reduce(slot, taken);
      else if (book.hidden[slot] > 0) {
        // Its next displayed size is random, as participants have it.
        const next = Math.min(this.random.between(1, 2 * book.peak[slot] - 1), book.hidden[slot]);
        book.hidden[slot] -= next;
        book.move(slot, price, next);
        filled[index].refreshed = true;
      } else {
        filled[index].gone = true;
        this.indexOf.delete(slot);
        book.remove(slot);
      }
    }
    return left;
  }

  /** Writes the fills of the last match. */
  printFills(price: number): void {
    for (let k = 0; k < this.fillOrder.length; k++) {
      const { id, side } = this.filled[this.fillOrder[k]];
      this.writer.row(Action.Fill, letterOf(side), id, price, this.fillLots[k]);
    }
    this.fillOrder.length = this.fillLots.length = 0;
  }

  /**
   * Writes what became of the orders filled in this event, and ends it.
   * @param requeued called with the slot of every order that lost its place
   */
  settle(requeued: (slot: number) => void): void {
    const { book, writer } = this;
    for (const { slot, id, side, price, displayed, gone, refreshed } of this.filled) {
      if (gone) {
        writer.row(Action.Cancel, letterOf(side), id, price, displayed);
        continue;
      }
      writer.row(Action.Modify, letterOf(side), id, price, book.size[slot]);
      if (refreshed) requeued(slot);
    }
    this.filled.length = 0;
    this.indexOf.clear();
  }

  /** Index of an order in `filled`, entered if it is not there. */
  private entryOf(slot: number): number {
    const known = this.indexOf.get(slot);
    if (known !== undefined) return known;
    const { book } = this;
    const index = this.filled.length;
    this.filled.push({
      slot,
      id: book.id[slot],
      side: book.side[slot] as BookSide,
      price: book.price[slot],
      displayed: book.size[slot],
      gone: false,
      refreshed: false,
    });
    this.indexOf.set(slot, index);
    return index;
  }

  /** Counts a fill; an iceberg filled more than once within one print is printed once. */
  private fill(index: number, lots: number, iceberg: boolean): void {
    const k = iceberg ? this.fillOrder.indexOf(index) : -1;
    if (k >= 0) this.fillLots[k] += lots;
    else {
      this.fillOrder.push(index);
      this.fillLots.push(lots);
    }
  }
}
