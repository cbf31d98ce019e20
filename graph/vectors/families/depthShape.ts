/** How the ten best levels of each side are spread. */
import type { Family } from '../family';
import type { Side } from '../silverFields';
import type { TouchView } from '../touchView';

/** Over the depth, with which the slope grows. */
const slope = (v: TouchView, side: Side) => v.bars.get(`slope_${side}`) / (v.bars.get(`depth_${side}`) + 1);

export const DEPTH_SHAPE: Family = {
  group: 'book',
  source: 'silver.bars slope_*, depth10_*, hhi_*, cog_*, best_share_*',
  dimensions: [
    {
      name: 'slope_ahead',
      unit: '1/tick',
      formula: 'slope of cumulative size on distance ahead over ten-level depth + 1, now',
      value: (v) => slope(v, v.ahead),
    },
    {
      name: 'slope_behind',
      unit: '1/tick',
      formula: 'slope of cumulative size on distance behind over ten-level depth + 1, now',
      value: (v) => slope(v, v.behind),
    },
    {
      name: 'concentration_ahead',
      unit: '1',
      formula: 'Herfindahl index of the ten level sizes ahead, now',
      value: (v) => v.bars.get(`concentration_${v.ahead}`),
    },
    {
      name: 'concentration_behind',
      unit: '1',
      formula: 'Herfindahl index of the ten level sizes behind, now',
      value: (v) => v.bars.get(`concentration_${v.behind}`),
    },
    {
      name: 'center_ahead',
      unit: 'ticks',
      formula: 'size-weighted distance of the ten levels ahead from the best price, now',
      value: (v) => v.bars.get(`center_${v.ahead}`),
    },
    {
      name: 'center_behind',
      unit: 'ticks',
      formula: 'size-weighted distance of the ten levels behind from the best price, now',
      value: (v) => v.bars.get(`center_${v.behind}`),
    },
    {
      name: 'best_share_difference',
      unit: '1',
      formula: 'share of the best level in ten-level depth, ahead less behind, each a mean over [1]',
      value: (v) =>
        v.bars.mean(`best_share_${v.ahead}`, v.minutes(1)) -
        v.bars.mean(`best_share_${v.behind}`, v.minutes(1)),
    },
  ],
};
