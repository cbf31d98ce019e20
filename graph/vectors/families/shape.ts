/** How the ten best levels of each side are spread. */
import type { Family } from '../family';
import type { Side } from '../silverFields';
import type { TouchView } from '../touchView';

/** Of the depth, for it grows with it. */
const slope = (v: TouchView, side: Side) => v.bars.get(`slope_${side}`) / (v.bars.get(`depth_${side}`) + 1);

export const SHAPE: Family = {
  group: 'book',
  source: 'silver.bars slope_*, depth10_*, hhi_*, cog_*, best_share_*',
  dimensions: [
    [
      'slope_ahead',
      '1/tick',
      'slope of cumulative size on distance ahead over ten-level depth + 1, now',
      (v) => slope(v, v.ahead),
    ],
    [
      'slope_behind',
      '1/tick',
      'slope of cumulative size on distance behind over ten-level depth + 1, now',
      (v) => slope(v, v.behind),
    ],
    [
      'concentration_ahead',
      '1',
      'Herfindahl index of the ten level sizes ahead, now',
      (v) => v.bars.get(`concentration_${v.ahead}`),
    ],
    [
      'concentration_behind',
      '1',
      'Herfindahl index of the ten level sizes behind, now',
      (v) => v.bars.get(`concentration_${v.behind}`),
    ],
    [
      'center_ahead',
      'ticks',
      'size-weighted distance of the ten levels ahead from the best price, now',
      (v) => v.bars.get(`center_${v.ahead}`),
    ],
    [
      'center_behind',
      'ticks',
      'size-weighted distance of the ten levels behind from the best price, now',
      (v) => v.bars.get(`center_${v.behind}`),
    ],
    [
      'best_share_difference',
      '1',
      'share of the best level in ten-level depth, ahead less behind, each a mean over [1]',
      (v) =>
        v.bars.mean(`best_share_${v.ahead}`, v.minutes(1)) -
        v.bars.mean(`best_share_${v.behind}`, v.minutes(1)),
    ],
  ],
};
