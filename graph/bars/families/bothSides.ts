import { type BookSide, SIDE_NAMES, type SideName } from '../../book/side';
import type { Column } from '../../datasets/column';

/** The same columns of either side: all of the bid's, then all of the ask's. */
export const bothSides = <Bar>(
  describe: (name: SideName, side: BookSide) => readonly Column<Bar>[],
): Column<Bar>[] => SIDE_NAMES.flatMap((name, side) => describe(name, side as BookSide));
