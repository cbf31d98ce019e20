import type { RestingOrders } from './restingOrders';
import { BID, type BookSide } from './side';

/** What a record did to the book. */
export const Change = { None: 0, Add: 1, Cancel: 2, Modify: 3, Clear: 4 } as const;
type ChangeKind = (typeof Change)[keyof typeof Change];

/** What was wrong with a record. Those from `NoPrice` on were refused: they changed nothing. */
export const Fault = {
  None: 0,
  /** A cancel or fill of an order the book does not hold (nothing happens), or a modify of one (it is added). */
  UnknownOrder: 1,
  /** An add of an id that already rests: the new order replaces the old one. */
  DuplicateOrder: 2,
  NoPrice: 3,
  /** A price no double can hold in ticks; see `PriceScale`. */
  PriceOutOfRange: 4,
  UnknownSide: 5,
  UnknownAction: 6,
  /** An add of zero lots. */
  NoSize: 7,
} as const;
type FaultKind = (typeof Fault)[keyof typeof Fault];

/**
 * What the last `apply` did; one object, reused. Prices in ticks, sizes in lots, times in ns since the book's origin.
 *
 * An add has `oldSize` 0, and its old price is its new one; an order that no longer rests has `newSize` 0. Where a modify changed
 * the side, `oldSide` says from which. Snapshot records report their adds like any others: code that counts flow must check
 * the flag first. The clear that a snapshot without R implies is not reported apart from its first add.
 */
export class BookChange {
  kind: ChangeKind = Change.None;
  fault: FaultKind = Fault.None;
  /** False when the record named an order the book did not hold. */
  known = true;
  /** Slot of the order that rests now, or -1. Valid until the next `apply`. */
  slot = -1;
  side: BookSide = BID;
  oldSide: BookSide = BID;
  oldPrice = NaN;
  oldSize = 0;
  newPrice = NaN;
  newSize = 0;
  /** The order went to the tail of a queue although it rested before. */
  lostPriority = false;
  /** When the order came into the book; NaN if it came with a snapshot that does not tell. */
  enteredAt = NaN;
  /** When the order took the place it had *before* this record; for an add, the place it has now. NaN if not known. */
  pricedAt = NaN;

  /** @internal Copies an order's state: after an add, before any other change. */
  describe(resting: RestingOrders, kind: ChangeKind, slot: number): void {
    const { orders } = resting;
    this.kind = kind;
    this.side = this.oldSide = resting.side(slot);
    this.oldPrice = this.newPrice = resting.price(slot);
    this.enteredAt = orders.enteredAt[slot];
    this.pricedAt = orders.pricedAt[slot];
    if (kind === Change.Add) {
      this.newSize = orders.size[slot];
      this.slot = slot;
    } else this.oldSize = orders.size[slot];
  }

  /** @internal */
  reset(): void {
    this.kind = Change.None;
    this.fault = Fault.None;
    this.known = true;
    this.slot = -1;
    this.side = this.oldSide = BID;
    this.oldPrice = this.newPrice = NaN;
    this.oldSize = this.newSize = 0;
    this.lostPriority = false;
    this.enteredAt = this.pricedAt = NaN;
  }
}
