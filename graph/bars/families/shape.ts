/**
 * The shape family: how displayed depth is spread over the ten best levels of a side at the bar's end.
 *
 * Distances count ticks behind the side's best price and weigh by lots.
 */
import type { PriceScale } from '../../book/priceScale';
import { type Column, figure, price, SHARES } from '../../datasets/column';
import type { LadderSide, TopLevels } from '../topLevels';
import { bothSides } from './bothSides';

/** The moments of one side. NaN where they are undefined: without levels, and those of a single level that need two. */
export class DepthShape {
  /** Center of depth: mean distance of the lots, ticks. */
  center = NaN;
  /** Third standardised moment of the distances. */
  skewness = NaN;
  /** Of cumulative lots on distance, lots/tick. */
  slope = NaN;
  bestShare = NaN;
  concentration = NaN;

  read(ladder: LadderSide): void {
    const { count, size, lots } = ladder;
    let moment = 0;
    for (let k = 0; k < count; k++) moment += size[k] * ladder.distance(k);
    const center = (this.center = moment / lots);
    let variance = 0;
    let third = 0;
    let squares = 0;
    let cumulative = 0;
    let meanDistance = 0;
    let meanCumulative = 0;
    for (let k = 0; k < count; k++) {
      const off = ladder.distance(k) - center;
      variance += size[k] * off * off;
      third += size[k] * off * off * off;
      squares += (size[k] / lots) ** 2;
      cumulative += size[k];
      meanDistance += ladder.distance(k) / count;
      meanCumulative += cumulative / count;
    }
    variance /= lots;
    third /= lots;
    let covariance = 0;
    let spread = 0;
    cumulative = 0;
    for (let k = 0; k < count; k++) {
      const off = ladder.distance(k) - meanDistance;
      cumulative += size[k];
      covariance += off * (cumulative - meanCumulative);
      spread += off * off;
    }
    this.skewness = variance > 0 ? third / variance ** 1.5 : NaN;
    this.slope = spread > 0 ? covariance / spread : NaN;
    this.bestShare = count === 0 ? NaN : size[0] / lots;
    this.concentration = count === 0 ? NaN : squares;
  }
}

interface Bar {
  readonly top: TopLevels;
  /** By side. */
  readonly shapes: readonly [DepthShape, DepthShape];
  readonly scale: PriceScale;
}

/** Mean bid and mean ask, each weighted by the lots of the other side; ticks. */
function weightedMid({ top: [bids, asks], shapes: [bidShape, askShape] }: Bar): number {
  const bid = bids.best - bidShape.center;
  const ask = asks.best + askShape.center;
  return (bid * asks.lots + ask * bids.lots) / (bids.lots + asks.lots);
}

export const SHAPE_COLUMNS: readonly Column<Bar>[] = [
  ...bothSides<Bar>((name, side) => [
    figure(`cog_${name}`, {
      unit: 'ticks',
      meaning: `Center of depth: mean distance of ${name} lots from the best ${name}`,
      formula: 'sum(lots * distance) / sum(lots)',
      value: ({ shapes }) => shapes[side].center,
    }),
    figure(`skew_${name}`, {
      meaning: `Skewness of the distances of ${name} lots: positive when they crowd at the touch with a tail behind`,
      formula: 'm3 / m2^1.5, central moments of the distances weighted by lots',
      value: ({ shapes }) => shapes[side].skewness,
    }),
    figure(`slope_${name}`, {
      unit: 'lots/tick',
      meaning: `Slope of the least-squares line of cumulative ${name} lots on distance, one point a level`,
      value: ({ shapes }) => shapes[side].slope,
    }),
    figure(`best_share_${name}`, {
      range: SHARES,
      meaning: `Share of the best level in the ${name} lots of ten levels`,
      value: ({ shapes }) => shapes[side].bestShare,
    }),
    figure(`hhi_${name}`, {
      range: SHARES,
      meaning: `Herfindahl concentration of the ten ${name} levels; 1 = all lots at one level`,
      formula: 'sum of squared shares of the levels in the lots',
      value: ({ shapes }) => shapes[side].concentration,
    }),
  ]),
  price('weighted_mid', {
    meaning:
      'Mean bid and ask prices of ten levels (weighted by lots), each weighted by the depth of the other side',
    value: (bar) => bar.scale.points(weightedMid(bar)),
  }),
];
