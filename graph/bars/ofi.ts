/**
 * Order-flow imbalance at each of the ten best levels (Cont, Kukanov and Stoikov for the touch; Xu, Gould and Howison for
 * the levels behind it).
 *
 * From one finished event to the next, a level's bid grew by its new lots if its price rose, shrank by its old lots if its
 * price fell, and changed by the difference if the price stood; the ask likewise with "better" meaning lower. The
 * imbalance is the bid's growth less the ask's. A level that does not exist is worse than any price and holds nothing.
 */
import { BID, type BookSide } from '../book/side';
import { figure } from './columns';
import { DEPTH, type LevelWatcher } from './ladder';
import type { MemoryReader, MemoryWriter } from '../state/memory';

export const OFI_COLUMNS = Array.from({ length: DEPTH }, (_, k) => ({
  ...figure(
    `ofi_l${k + 1}`,
    'lots',
    k === 0
      ? 'Order-flow imbalance at the touch, summed over consecutive F_LAST states: growth of the best bid less growth of the best ask'
      : `Order-flow imbalance of level ${k + 1}, by that level's price and lots a side`,
  ),
  nullable: false,
}));

export class OfiFamily implements LevelWatcher {
  private readonly sums = new Float64Array(DEPTH);

  /** Adds what one level of one side became in an event. */
  level(side: BookSide, rank: number, oldPrice: number, oldSize: number, price: number, size: number): void {
    const growth =
      price === oldPrice ? size - oldSize : price > oldPrice === (side === BID) ? size : -oldSize;
    this.sums[rank] += side === BID ? growth : -growth;
  }

  /** Writes the family's columns and starts the next bar. */
  close(row: Float64Array, at: number): number {
    row.set(this.sums, at);
    this.sums.fill(0);
    return at + DEPTH;
  }

  save(out: MemoryWriter): void {
    out.numbers(this.sums);
  }

  load(from: MemoryReader): void {
    from.into(this.sums);
  }
}
