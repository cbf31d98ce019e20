/**
 * What a book has found about its input. Counters only ever rise; none of them stops the book.
 *
 * Crossed and locked states are counted whenever they are seen at an F_LAST. They are legal in auctions and halts, of
 * which a book knows nothing: code that knows the calendar asks `OrderBook.spread` at each F_LAST.
 */
export class BookQuality {
  /** F_LAST states with the best bid above, and at, the best ask. */
  crossed = 0;
  locked = 0;
  /** Time spent crossed, ns, from F_LAST to F_LAST. */
  crossedNs = 0;
  /** First and last crossed F_LAST, ns since the book's origin; NaN while there is none. */
  firstCrossedAt = NaN;
  lastCrossedAt = NaN;

  /** Records naming an order the book does not hold, while it should: live, by action. */
  unknownCancels = 0;
  unknownModifies = 0;
  unknownFills = 0;
  /** The same, while the book was warming and could not know better. */
  unknownWhileWarming = 0;
  /** Adds of an id that already rested. */
  duplicateAdds = 0;
  /** Cancels of more lots than the order had. */
  overCancels = 0;
  /** Modifies that moved an order to the other side. */
  sideChanges = 0;
  /** Adds and modifies at a price between two ticks. */
  offTickPrices = 0;

  /** Records refused: nothing of them entered the book. */
  refusedNoPrice = 0;
  refusedPriceOutOfRange = 0;
  refusedSide = 0;
  refusedAction = 0;
  refusedSize = 0;

  /** Records with a lower venue sequence than the one before (snapshots aside). */
  sequenceBackwards = 0;
  /** Records flagged F_MAYBE_BAD_BOOK, and how often that befell a live book. */
  maybeBadBook = 0;
  gaps = 0;

  /** Events that bore no F_LAST and ended with the next `ts_event`. */
  unmarkedEnds = 0;

  /** R records. */
  clears = 0;
  /** Snapshots begun, and those that came over a live book and were compared with it. */
  snapshots = 0;
  auditedSnapshots = 0;
  /** Orders of book and snapshot together, each once, over all comparisons. */
  auditedOrders = 0;
  /** In the snapshot but not the book; in the book but not the snapshot; in both, with other side, price or size. */
  ordersMissing = 0;
  ordersExtra = 0;
  ordersChanged = 0;
  /** Levels whose lots or order count differ, and levels with the same orders in another queue order. */
  levelsDiffering = 0;
  queuesDiffering = 0;
}

export type QualityCounter = keyof BookQuality;

/** Every counter, in the order they are stored. */
export const QUALITY_COUNTERS = Object.keys(new BookQuality()) as QualityCounter[];
