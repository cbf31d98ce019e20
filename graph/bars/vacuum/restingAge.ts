import type { BookView } from '../../book/bookView';
import { BID, type BookSide } from '../../book/side';
import type { Zones } from './zones';

/** How long the lots around a level have held their places. Nothing in it outlives a call. */
export class RestingAge {
  private lots = 0;
  private age = 0;
  private now = 0;
  private side: BookSide = BID;
  private book!: BookView;

  constructor(private readonly zones: Zones) {}

  /** Mean over the lots of a side's zones at `now`, ns; NaN when there are none. */
  mean(book: BookView, side: BookSide, level: number, now: number): number {
    this.lots = this.age = 0;
    this.book = book;
    this.side = side;
    this.now = now;
    const [from, to] = this.zones.reach(side, level);
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
