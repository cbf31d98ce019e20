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
    [
      'wall_ratio_ahead',
      'ln',
      'ln of the lots of the largest level ahead over the median of its neighbours, now',
      (v) => Math.log(v.bars.get(`wall_ratio_${v.ahead}`)),
    ],
    [
      'wall_distance_ahead',
      'ticks',
      's (wall - L): how far beyond the level the wall ahead stands',
      (v) => v.past(v.bars.get(`wall_${v.ahead}`)),
    ],
    [
      'wall_age_ahead',
      'ln s',
      'ln1 of the age of the wall ahead',
      (v) => ln1(v.bars.get(`wall_age_${v.ahead}`)),
    ],
    [
      'wall_pulled_ahead',
      '1',
      'lots pulled from walls ahead / (pulled + filled + 1), over [a]',
      (v) => {
        const pulled = v.bars.sum(`wall_pulled_${v.ahead}`, v.approach);
        return pulled / (pulled + v.bars.sum(`wall_filled_${v.ahead}`, v.approach) + 1);
      },
    ],
    [
      'wall_filled_ahead',
      'ln lots',
      'ln1 of the lots filled at walls ahead, over [5]',
      (v) => ln1(v.bars.sum(`wall_filled_${v.ahead}`, v.minutes(5))),
    ],
    [
      'wall_ratio_behind',
      'ln',
      'ln of the lots of the largest level behind over the median of its neighbours, now',
      (v) => Math.log(v.bars.get(`wall_ratio_${v.behind}`)),
    ],
    [
      'wall_distance_behind',
      'ticks',
      's (L - wall): how far before the level the wall behind stands',
      (v) => -v.past(v.bars.get(`wall_${v.behind}`)),
    ],
    [
      'wall_age_behind',
      'ln s',
      'ln1 of the age of the wall behind',
      (v) => ln1(v.bars.get(`wall_age_${v.behind}`)),
    ],
    [
      'big_order_ahead',
      '1',
      'largest single order ahead over ten-level depth ahead + 1, now',
      (v) => big(v, v.ahead),
    ],
    [
      'big_order_behind',
      '1',
      'largest single order behind over ten-level depth behind + 1, now',
      (v) => big(v, v.behind),
    ],
  ],
};
