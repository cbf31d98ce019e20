/** Which side of the book is heavier: positive where bids are, for UP. */
import type { Family } from '../family';

export const IMBALANCE: Family = {
  group: 'book',
  source: 'silver.bars imbalance_l1, imbalance_l10, *_twa, microprice, mid, spread_twa',
  dimensions: [
    {
      name: 'imbalance_l1',
      unit: '1',
      formula: 's imbalance_l1, now',
      value: (v) => v.s * v.bars.get('imbalance_l1'),
    },
    {
      name: 'imbalance_l1_1m',
      unit: '1',
      formula: 's imbalance_l1_twa, mean over [1]',
      value: (v) => v.s * v.bars.mean('imbalance_l1_twa', v.minutes(1)),
    },
    // imbalance_l10 of now is left out: it follows from depth_ahead and depth_behind.
    {
      name: 'imbalance_l10_15s',
      unit: '1',
      formula: 's imbalance_l10_twa, mean over [0.25]',
      value: (v) => v.s * v.bars.mean('imbalance_l10_twa', v.minutes(0.25)),
    },
    {
      name: 'imbalance_l10_5m',
      unit: '1',
      formula: 's imbalance_l10_twa, mean over [5]',
      value: (v) => v.s * v.bars.mean('imbalance_l10_twa', v.minutes(5)),
    },
    {
      name: 'imbalance_l10_change',
      unit: '1',
      formula: 's imbalance_l10 now less when the approach began',
      value: (v) => v.s * (v.bars.get('imbalance_l10') - v.bars.get('imbalance_l10', v.approach)),
    },
    {
      name: 'microprice_lead',
      unit: 'ticks',
      formula: 's (microprice - mid), each a mean over [0.25]',
      value: (v) => v.s * (v.bars.mean('microprice', v.minutes(0.25)) - v.bars.mean('mid', v.minutes(0.25))),
    },
    {
      name: 'spread_1m',
      unit: 'ticks',
      formula: 'spread_twa, mean over [1]',
      value: (v) => v.bars.mean('spread', v.minutes(1)),
    },
  ],
};
