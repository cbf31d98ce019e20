/**
 * The shape family: how displayed depth is spread over the ten best levels of a side at the bar's end.
 *
 * Distances count ticks behind the side's best price and weigh by lots.
 */
import { ASK, BID, type BookSide } from '../book/side';
import { bothSides, figure, points, type Points } from './columns';
import type { LadderSide, TopLevels } from './ladder';

export const SHAPE_COLUMNS = [
  ...bothSides((side) => [
    figure(`cog_${side}`, 'ticks', `Centre of gravity: mean distance of ${side} lots from the best ${side}`),
    figure(
      `skew_${side}`,
      '1',
      `Skewness of the distances of ${side} lots: positive when they crowd at the touch with a tail behind`,
    ),
    figure(
      `slope_${side}`,
      'lots/tick',
      `Slope of the least-squares line of cumulative ${side} lots on distance, one point a level`,
    ),
    figure(`best_share_${side}`, '1', `Share of the best level in the ${side} lots of ten levels`),
    figure(
      `hhi_${side}`,
      '1',
      `Herfindahl concentration: sum of squared shares of the ten ${side} levels; 1 = all lots at one level`,
    ),
  ]),
  points(
    'weighted_mid',
    'Mean bid and ask prices of ten levels (weighted by lots), each weighted by the depth of the other side',
  ),
];

/** Writes the shape family's columns from `at` on; returns where the next family starts. */
export function writeShape(top: TopLevels, price: Points, row: Float64Array, at: number): number {
  for (const side of [BID, ASK] as const) at = writeSide(top[side], side, row, at);
  const [bids, asks] = top;
  const bid = bids.best - gravity(bids, BID);
  const ask = asks.best + gravity(asks, ASK);
  row[at++] = price((bid * asks.lots + ask * bids.lots) / (bids.lots + asks.lots));
  return at;
}

const distance = (ladder: LadderSide, side: BookSide, k: number) =>
  side === BID ? ladder.price[0] - ladder.price[k] : ladder.price[k] - ladder.price[0];

function gravity(ladder: LadderSide, side: BookSide): number {
  let moment = 0;
  for (let k = 0; k < ladder.count; k++) moment += ladder.size[k] * distance(ladder, side, k);
  return moment / ladder.lots;
}

function writeSide(ladder: LadderSide, side: BookSide, row: Float64Array, at: number): number {
  const { count, size, lots } = ladder;
  const centre = gravity(ladder, side);
  let variance = 0;
  let third = 0;
  let squares = 0;
  let cumulative = 0;
  let meanDistance = 0;
  let meanCumulative = 0;
  for (let k = 0; k < count; k++) {
    const off = distance(ladder, side, k) - centre;
    variance += size[k] * off * off;
    third += size[k] * off * off * off;
    squares += (size[k] / lots) ** 2;
    cumulative += size[k];
    meanDistance += distance(ladder, side, k) / count;
    meanCumulative += cumulative / count;
  }
  variance /= lots;
  third /= lots;
  let covariance = 0;
  let spread = 0;
  cumulative = 0;
  for (let k = 0; k < count; k++) {
    const off = distance(ladder, side, k) - meanDistance;
    cumulative += size[k];
    covariance += off * (cumulative - meanCumulative);
    spread += off * off;
  }
  const none = count === 0;
  row[at++] = none ? NaN : centre;
  row[at++] = variance > 0 ? third / variance ** 1.5 : NaN;
  row[at++] = spread > 0 ? covariance / spread : NaN;
  row[at++] = none ? NaN : size[0] / lots;
  row[at++] = none ? NaN : squares;
  return at;
}
