/** How much stands in the book, ahead and behind. */
import { ln1, lnRatio } from '../arithmetic';
import type { Family } from '../family';
import type { Side } from '../silverFields';
import { SPAN, type TouchView } from '../touchView';

/** Depth of a side now over that when the approach began. */
const change = (v: TouchView, side: Side) =>
  lnRatio(v.bars.get(`depth_${side}`), v.bars.get(`depth_${side}`, v.approach));

export const DEPTH: Family = {
  group: 'book',
  source: 'silver.bars depth10_*, *_sz',
  dimensions: [
    [
      'depth_ahead',
      'ln lots',
      'ln1 of the ten-level depth ahead, now',
      (v) => ln1(v.bars.get(`depth_${v.ahead}`)),
    ],
    [
      'depth_behind',
      'ln lots',
      'ln1 of the ten-level depth behind, now',
      (v) => ln1(v.bars.get(`depth_${v.behind}`)),
    ],
    [
      'depth_ratio_1m',
      'ln',
      'ln((ahead + 1) / (behind + 1)) of the mean ten-level depths over [1]',
      (v) =>
        lnRatio(
          v.bars.mean(`depth_${v.ahead}`, v.minutes(1)),
          v.bars.mean(`depth_${v.behind}`, v.minutes(1)),
        ),
    ],
    [
      'depth_change_ahead',
      'ln',
      'ln of ten-level depth ahead now over when the approach began, 1 lot added to both',
      (v) => change(v, v.ahead),
    ],
    [
      'depth_change_behind',
      'ln',
      'ln of ten-level depth behind now over when the approach began, 1 lot added to both',
      (v) => change(v, v.behind),
    ],
    [
      'depth_unusual_ahead',
      'ln',
      'ln of ten-level depth ahead now over its mean over [20], 1 lot added to both',
      (v) => lnRatio(v.bars.get(`depth_${v.ahead}`), v.bars.mean(`depth_${v.ahead}`, v.minutes(SPAN))),
    ],
    [
      'best_size_ahead',
      'ln lots',
      'ln1 of the lots at the best price ahead, mean over [0.25]',
      (v) => ln1(v.bars.mean(`best_${v.ahead}`, v.minutes(0.25))),
    ],
    [
      'best_size_behind',
      'ln lots',
      'ln1 of the lots at the best price behind, mean over [0.25]',
      (v) => ln1(v.bars.mean(`best_${v.behind}`, v.minutes(0.25))),
    ],
  ],
};
