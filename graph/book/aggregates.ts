/** Records about a whole side (F_TOB) or a whole level (F_MBP) instead of an order. Prices in ticks, sizes in lots. */
import { type BookChange, Change } from './change';
import type { RestingOrders } from './restingOrders';
import type { BookSide } from './side';

/** Empties a side and, unless `lots` is 0, puts one aggregated level in it. `change` compares the touch with the new level. */
export function replaceSide(
  resting: RestingOrders,
  change: BookChange,
  side: BookSide,
  price: number,
  lots: number,
): void {
  const { levels } = resting;
  const best = levels.at(side, 0);
  const oldPrice = best < 0 ? price : levels.price[best];
  const oldSize = best < 0 ? 0 : levels.size[best];
  resting.clearSide(side);
  resting.setAggregate(side, price, lots);
  describe(change, side, oldPrice, oldSize, lots > 0 ? price : oldPrice, lots);
}

/** Sets a level's aggregate; 0 lots takes it away. */
export function replaceLevel(
  resting: RestingOrders,
  change: BookChange,
  side: BookSide,
  price: number,
  lots: number,
): void {
  const held = resting.aggregate(side, price);
  resting.setAggregate(side, price, lots);
  describe(change, side, price, held, price, lots);
}

function describe(
  change: BookChange,
  side: BookSide,
  oldPrice: number,
  oldSize: number,
  newPrice: number,
  newSize: number,
): void {
  if (oldSize === 0 && newSize === 0) return;
  change.kind = oldSize === 0 ? Change.Add : newSize === 0 ? Change.Cancel : Change.Modify;
  change.side = change.oldSide = side;
  change.oldPrice = oldPrice;
  change.oldSize = oldSize;
  change.newPrice = newPrice;
  change.newSize = newSize;
}
