/**
 * Which prints need no drawing, since one of their kind and no smaller lies at the same pixel of time and the same price. However many
 * trades there are, no more are drawn than the screen has room for.
 */

/** More kinds with marks, and more pixels across, there are not. */
const KINDS = 32;
const COLUMNS = 2 ** 16;

export class CoveredPrints {
  private readonly largest = new Map<number, number>();

  /** @param column pixel of time @param price ticks @returns whether it is covered by what was asked for before; from now on it covers */
  isCovered(column: number, price: number, kind: number, size: number): boolean {
    const place = (price * KINDS + kind) * COLUMNS + column + COLUMNS / 2;
    if ((this.largest.get(place) ?? -Infinity) >= size) return true;
    this.largest.set(place, size);
    return false;
  }
}
