/**
 * Order-flow imbalance at each of the ten best levels (Cont, Kukanov and Stoikov for the touch; Xu, Gould and Howison for
 * the levels behind it).
 *
 * From one finished event to the next, a level's bid grew by its new lots if its price rose, shrank by its old lots if its
 * price fell, and changed by the difference if the price did not; the ask likewise with "better" meaning lower. The
 * imbalance is the bid's growth less the ask's. A level that does not exist is worse than any price and holds nothing.
 */
import { BID, type BookSide } from '../../book/side';
import { type Column, elementsOf, figure } from '../../datasets/column';
import type { StateReader, StateWriter } from '../../state/codec';
import type { Stateful } from '../../state/operator';
import { DEPTH, type LevelWatcher } from '../topLevels';

export class OfiFamily implements LevelWatcher, Stateful {
  /** Lots, by rank. */
  readonly sums = new Float64Array(DEPTH);

  /** Adds what one level of one side became in an event. */
  level(side: BookSide, rank: number, oldPrice: number, oldSize: number, price: number, size: number): void {
    const growth =
      price === oldPrice ? size - oldSize : price > oldPrice === (side === BID) ? size : -oldSize;
    this.sums[rank] += side === BID ? growth : -growth;
  }

  /** Starts a bar. */
  restart(): void {
    this.sums.fill(0);
  }

  save(out: StateWriter): void {
    out.section('bars.ofi', 1);
    out.doubles(this.sums);
  }

  restore(from: StateReader): void {
    from.section('bars.ofi', 1);
    from.into(this.sums);
  }
}

interface Bar {
  readonly ofi: OfiFamily;
}

const sum = elementsOf(({ ofi }: Bar) => ofi.sums);
const FORMULA = 'sum over consecutive F_LAST states of (growth of the bid - growth of the ask)';

export const OFI_COLUMNS: readonly Column<Bar>[] = Array.from({ length: DEPTH }, (_, rank) =>
  figure<Bar>(`ofi_l${rank + 1}`, {
    unit: 'lots',
    nullable: false,
    meaning:
      rank === 0
        ? 'Order-flow imbalance at the touch: growth of the best bid less growth of the best ask'
        : `Order-flow imbalance of level ${rank + 1}, by that level's price and lots a side`,
    formula: FORMULA,
    value: sum(rank),
  }),
);
