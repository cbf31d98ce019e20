import type { BookView } from '../book/bookView';
import type { DepthChange } from './depthChange';

/**
 * Another operator on the same bars, e.g. one that looks at the surroundings of price levels. All calls but `onDepth` lie
 * between events. Times are ns since the origin; the mid is in ticks, NaN while a side is empty.
 */
export interface BarWatcher {
  /** A bar starts; `book` is as of then. */
  onOpen(start: number, book: BookView, mid: number): void;
  /** Displayed depth changed at `t`, in the open bar. */
  onDepth(depth: DepthChange, t: number): void;
  /** The bar ends; `book` is as of then. */
  onClose(start: number, end: number, book: BookView, mid: number): void;
}
