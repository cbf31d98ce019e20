/** Which side of the book is heavier: positive where bids are, for UP. */
import type { Family } from '../family';

export const IMBALANCE: Family = {
  group: 'book',
  source: 'silver.bars imbalance_l1, imbalance_l10, *_twa, microprice, mid, spread_twa',
  dimensions: [
    ['imbalance_l1', '1', 's imbalance_l1, now', (v) => v.s * v.bars.get('imbalance_l1')],
    [
      'imbalance_l1_1m',
      '1',
      's imbalance_l1_twa, mean over [1]',
      (v) => v.s * v.bars.mean('imbalance_l1_twa', v.minutes(1)),
    ],
    // That of now follows from the depths of now.
    [
      'imbalance_l10_15s',
      '1',
      's imbalance_l10_twa, mean over [0.25]',
      (v) => v.s * v.bars.mean('imbalance_l10_twa', v.minutes(0.25)),
    ],
    [
      'imbalance_l10_5m',
      '1',
      's imbalance_l10_twa, mean over [5]',
      (v) => v.s * v.bars.mean('imbalance_l10_twa', v.minutes(5)),
    ],
    [
      'imbalance_l10_change',
      '1',
      's imbalance_l10 now less when the approach began',
      (v) => v.s * (v.bars.get('imbalance_l10') - v.bars.get('imbalance_l10', v.approach)),
    ],
    [
      'microprice_lead',
      'ticks',
      's (microprice - mid), each a mean over [0.25]',
      (v) => v.s * (v.bars.mean('microprice', v.minutes(0.25)) - v.bars.mean('mid', v.minutes(0.25))),
    ],
    ['spread_1m', 'ticks', 'spread_twa, mean over [1]', (v) => v.bars.mean('spread', v.minutes(1))],
  ],
};
