/** The ladder family: the ten best levels of each side at the bar's end, and the gaps between them. */
import type { PriceScale } from '../../book/priceScale';
import { type Column, count, elementsOf, figure, lots, price } from '../../datasets/column';
import { DEPTH, type LadderSide, type TopLevels } from '../topLevels';
import { bothSides } from './bothSides';

/** Prices of one side's ten levels in points, NaN where there is no such level. */
export class LadderPrices {
  readonly points = new Float64Array(DEPTH);

  read({ price, count }: LadderSide, scale: PriceScale): void {
    for (let k = 0; k < DEPTH; k++) this.points[k] = k < count ? scale.points(price[k]) : NaN;
  }
}

interface Bar {
  readonly top: TopLevels;
  /** By side. */
  readonly ladder: readonly [LadderPrices, LadderPrices];
}

const RANKS = Array.from({ length: DEPTH }, (_, rank) => rank);

export const LADDER_COLUMNS: readonly Column<Bar>[] = bothSides<Bar>((name, side) => {
  const points = elementsOf(({ ladder }: Bar) => ladder[side].points);
  const size = elementsOf(({ top }: Bar) => top[side].size);
  const orders = elementsOf(({ top }: Bar) => top[side].orders);
  return [
    ...RANKS.flatMap((rank) => {
      const number = String(rank + 1).padStart(2, '0');
      return [
        price<Bar>(`${name}_px_${number}`, {
          meaning: `Price of ${name} level ${number} (01 = best) at the bar's end`,
          value: points(rank),
        }),
        lots<Bar>(`${name}_sz_${number}`, {
          meaning: `Displayed lots at ${name} level ${number} at the bar's end; 0 without such a level`,
          value: size(rank),
        }),
        count<Bar>(`${name}_n_${number}`, {
          meaning: `Orders at ${name} level ${number} at the bar's end; 0 without such a level`,
          value: orders(rank),
        }),
      ];
    }),
    figure(`gap_max_${name}`, {
      unit: 'ticks',
      meaning: `Widest distance between neighbouring ${name} levels among the ten at the bar's end`,
      value: ({ top }) => widestGap(top[side]),
    }),
    figure(`gap_mean_${name}`, {
      unit: 'ticks',
      meaning: `Mean distance between neighbouring ${name} levels among the ten at the bar's end`,
      value: ({ top }) => meanGap(top[side]),
    }),
  ];
});

function widestGap({ price, count }: LadderSide): number {
  let widest = NaN;
  for (let k = 1; k < count; k++) {
    const gap = Math.abs(price[k] - price[k - 1]);
    if (!(gap <= widest)) widest = gap;
  }
  return widest;
}

function meanGap({ price, count }: LadderSide): number {
  return count > 1 ? Math.abs(price[count - 1] - price[0]) / (count - 1) : NaN;
}
