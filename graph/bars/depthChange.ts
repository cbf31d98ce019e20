/**
 * What a record meant for displayed depth: lots *filled*, lots that *left* because their owner withdrew or moved them, and
 * lots that *arrived*. The book says what changed; only the fills of the same event say why. Every operator that asks
 * whether depth was pulled or consumed reads this one object.
 *
 * Over any span without a snapshot or clear, depth of a side changes by exactly arrived - left - filled.
 */
import type { BookChange } from '../book/change';
import { BID, type BookSide } from '../book/side';
import { Action, type MboBatch } from '../records/mbo';
import type { Executions } from './executions';

/** What changed displayed depth. */
export const Cause = {
  /** A new order. */
  Add: 0,
  /** The owner withdrew the order, wholly or in part. */
  Cancel: 1,
  /** The owner changed the order's price or size, or moved it through the market. */
  Modify: 2,
  /** An execution: the record only takes out of the book what was filled. */
  Fill: 3,
  /** An iceberg showed its next tranche: it was filled for all it displayed and stands at the same price again. */
  Refresh: 4,
} as const;
type CauseCode = (typeof Cause)[keyof typeof Cause];

export class DepthChange {
  cause: CauseCode = Cause.Add;
  /** Where lots were filled and left, ticks. */
  fromSide: BookSide = BID;
  fromPrice = NaN;
  /** Lots executed against the displayed order. */
  filled = 0;
  /** Lots that left unexecuted. */
  left = 0;
  /** Where lots arrived, ticks. */
  toSide: BookSide = BID;
  toPrice = NaN;
  arrived = 0;
  /** When the order took the place it had before; ns since the origin. */
  pricedAt = NaN;

  /**
   * Reads record `i` (A, C or M), which the book has just applied.
   * @returns whether displayed depth changed hands or place at all
   */
  read(batch: MboBatch, i: number, change: BookChange, executions: Executions): boolean {
    const { oldSize, newSize } = change;
    if (oldSize === 0 && newSize === 0) return false;
    this.fromSide = change.oldSide;
    this.fromPrice = change.oldPrice;
    this.toSide = change.side;
    this.toPrice = change.newPrice;
    this.pricedAt = change.pricedAt;
    this.filled = 0;
    const action = batch.action[i];
    if (oldSize === 0) {
      this.left = 0;
      this.arrived = newSize;
      this.cause = action === Action.Add ? Cause.Add : Cause.Modify;
      return true;
    }
    const low = batch.orderIdWords[2 * i];
    const high = batch.orderIdWords[2 * i + 1];
    const executed = executions.takeFilled(low, high);
    // A record cannot take more out of the book by execution than it takes out, or than was displayed.
    const stays = newSize > 0 && change.oldPrice === change.newPrice && change.oldSide === change.side;
    this.filled = executed < oldSize ? executed : oldSize;
    if (action === Action.Cancel && this.filled > oldSize - newSize) this.filled = oldSize - newSize;
    const rest = oldSize - this.filled;
    this.left = stays ? Math.max(rest - newSize, 0) : rest;
    this.arrived = stays ? Math.max(newSize - rest, 0) : newSize;
    if (this.left === 0 && this.arrived === 0) this.cause = Cause.Fill;
    else if (action === Action.Cancel && !executions.isAggressor(low, high)) this.cause = Cause.Cancel;
    else this.cause = stays && executed >= oldSize ? Cause.Refresh : Cause.Modify;
    return true;
  }
}
