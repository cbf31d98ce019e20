/** How resting orders are added, pulled and refilled near the best prices. */
import { ln1, lnRatio } from '../arithmetic';
import type { Family } from '../family';
import type { Side } from '../silverFields';
import type { TouchView } from '../touchView';

const pullAdd = (v: TouchView, side: Side) =>
  lnRatio(v.bars.sum(`pulled_${side}`, v.minutes(1)), v.bars.sum(`added_${side}`, v.minutes(1)));

export const QUOTING: Family = {
  group: 'book',
  source: 'silver.bars add_*, pull_*, fill_*, mod_* by distance, depth10_*, trades',
  dimensions: [
    {
      name: 'pull_add_ahead',
      unit: 'ln',
      formula:
        'ln((pulled + 1) / (added + 1)), lots ahead from the best price to 10 ticks behind it, over [1]',
      value: (v) => pullAdd(v, v.ahead),
    },
    {
      name: 'pull_add_behind',
      unit: 'ln',
      formula:
        'ln((pulled + 1) / (added + 1)), lots behind from the best price to 10 ticks behind it, over [1]',
      value: (v) => pullAdd(v, v.behind),
    },
    {
      name: 'add_intensity_ahead',
      unit: 'ln',
      formula:
        'ln1 of (added / (ten-level depth ahead now + 1)), lots added ahead as in pull_add_ahead, over [1]',
      value: (v) => ln1(v.bars.sum(`added_${v.ahead}`, v.minutes(1)) / (v.bars.get(`depth_${v.ahead}`) + 1)),
    },
    {
      name: 'refilled_ahead',
      unit: 'ln',
      formula:
        'ln((added + 1) / (filled + 1)), lots added ahead at the best price or better and lots filled ahead, over [a]: above 0 where more is refilled than filled',
      value: (v) =>
        lnRatio(
          v.bars.sum(`added_at_best_${v.ahead}`, v.approach),
          v.bars.sum(`filled_${v.ahead}`, v.approach),
        ),
    },
    {
      name: 'quotes_per_trade',
      unit: 'ln',
      formula:
        'ln((new orders + cancels of unfilled lots + M records + 1) / (trades + 1)), counts of both sides over [1]',
      value: (v) => lnRatio(v.bars.sum('quotes', v.minutes(1)), v.bars.sum('trades', v.minutes(1))),
    },
  ],
};
