/** Depth of the book, ahead and behind. */
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
    {
      name: 'depth_ahead',
      unit: 'ln lots',
      formula: 'ln1 of the ten-level depth ahead, now',
      value: (v) => ln1(v.bars.get(`depth_${v.ahead}`)),
    },
    {
      name: 'depth_behind',
      unit: 'ln lots',
      formula: 'ln1 of the ten-level depth behind, now',
      value: (v) => ln1(v.bars.get(`depth_${v.behind}`)),
    },
    {
      name: 'depth_ratio_1m',
      unit: 'ln',
      formula: 'ln((ahead + 1) / (behind + 1)) of the mean ten-level depths over [1]',
      value: (v) =>
        lnRatio(
          v.bars.mean(`depth_${v.ahead}`, v.minutes(1)),
          v.bars.mean(`depth_${v.behind}`, v.minutes(1)),
        ),
    },
    {
      name: 'depth_change_ahead',
      unit: 'ln',
      formula: 'ln of ten-level depth ahead now over when the approach began, 1 lot added to both',
      value: (v) => change(v, v.ahead),
    },
    {
      name: 'depth_change_behind',
      unit: 'ln',
      formula: 'ln of ten-level depth behind now over when the approach began, 1 lot added to both',
      value: (v) => change(v, v.behind),
    },
    {
      name: 'depth_unusual_ahead',
      unit: 'ln',
      formula: 'ln of ten-level depth ahead now over its mean over [20], 1 lot added to both',
      value: (v) => lnRatio(v.bars.get(`depth_${v.ahead}`), v.bars.mean(`depth_${v.ahead}`, v.minutes(SPAN))),
    },
    {
      name: 'best_size_ahead',
      unit: 'ln lots',
      formula: 'ln1 of the mean lots at the best price ahead over [0.25]',
      value: (v) => ln1(v.bars.mean(`best_${v.ahead}`, v.minutes(0.25))),
    },
    {
      name: 'best_size_behind',
      unit: 'ln lots',
      formula: 'ln1 of the mean lots at the best price behind over [0.25]',
      value: (v) => ln1(v.bars.mean(`best_${v.behind}`, v.minutes(0.25))),
    },
  ],
};
