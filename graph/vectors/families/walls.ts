/** The largest level and the largest order of each side. */
import { ln1 } from '../arithmetic';
import type { Family } from '../family';
import type { Side } from '../silverFields';
import type { TouchView } from '../touchView';

const big = (v: TouchView, side: Side) => v.bars.get(`big_${side}`) / (v.bars.get(`depth_${side}`) + 1);

export const WALLS: Family = {
  group: 'book',
  source: 'silver.bars wall_*, big_*, depth10_*',
  dimensions: [
    {
      name: 'wall_ratio_ahead',
      unit: 'ln',
      formula: 'ln of the lots of the largest level ahead over the median of its neighbours, now',
      value: (v) => Math.log(v.bars.get(`wall_ratio_${v.ahead}`)),
    },
    {
      name: 'wall_distance_ahead',
      unit: 'ticks',
      formula: 's (wall - L): how far beyond the level the wall ahead stands',
      value: (v) => v.past(v.bars.get(`wall_${v.ahead}`)),
    },
    {
      name: 'wall_age_ahead',
      unit: 'ln s',
      formula: 'ln1 of the age of the wall ahead',
      value: (v) => ln1(v.bars.get(`wall_age_${v.ahead}`)),
    },
    {
      name: 'wall_pulled_ahead',
      unit: '1',
      formula: 'lots pulled from walls ahead / (pulled + filled + 1), over [a]',
      value: (v) => {
        const pulled = v.bars.sum(`wall_pulled_${v.ahead}`, v.approach);
        return pulled / (pulled + v.bars.sum(`wall_filled_${v.ahead}`, v.approach) + 1);
      },
    },
    {
      name: 'wall_filled_ahead',
      unit: 'ln lots',
      formula: 'ln1 of the lots filled at walls ahead, over [5]',
      value: (v) => ln1(v.bars.sum(`wall_filled_${v.ahead}`, v.minutes(5))),
    },
    {
      name: 'wall_ratio_behind',
      unit: 'ln',
      formula: 'ln of the lots of the largest level behind over the median of its neighbours, now',
      value: (v) => Math.log(v.bars.get(`wall_ratio_${v.behind}`)),
    },
    {
      name: 'wall_distance_behind',
      unit: 'ticks',
      formula: 's (L - wall): how far before the level the wall behind stands',
      value: (v) => -v.past(v.bars.get(`wall_${v.behind}`)),
    },
    {
      name: 'wall_age_behind',
      unit: 'ln s',
      formula: 'ln1 of the age of the wall behind',
      value: (v) => ln1(v.bars.get(`wall_age_${v.behind}`)),
    },
    {
      name: 'big_order_ahead',
      unit: '1',
      formula: 'largest single order ahead over ten-level depth ahead + 1, now',
      value: (v) => big(v, v.ahead),
    },
    {
      name: 'big_order_behind',
      unit: '1',
      formula: 'largest single order behind over ten-level depth behind + 1, now',
      value: (v) => big(v, v.behind),
    },
  ],
};
