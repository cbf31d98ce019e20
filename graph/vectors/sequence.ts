/**
 * The approach as a sequence: the bars of the 20 minutes before a touch, oldest first, each as the same oriented channels. For
 * models that read sequences; words and orientation are those of the table of features.
 */
import { lnRatio, ln1, slog } from './arithmetic';
import { SPAN, type TouchView } from './touchView';

type Channel = readonly [
  name: string,
  unit: string,
  formula: string,
  value: (v: TouchView, back: number) => number,
];

export const CHANNELS: readonly Channel[] = [
  ['x', 'ticks', 's (mid - L)', (v, back) => v.x(back)],
  ['spread', 'ticks', 'spread_twa', (v, back) => v.bars.get('spread', back)],
  ['imbalance_l1', '1', 's imbalance_l1_twa', (v, back) => v.s * v.bars.get('imbalance_l1_twa', back)],
  ['imbalance_l10', '1', 's imbalance_l10_twa', (v, back) => v.s * v.bars.get('imbalance_l10_twa', back)],
  ['ofi', 'slog lots', 'slog of s ofi_l1', (v, back) => slog(v.s * v.bars.get('ofi', back))],
  [
    'ofi_deep',
    'slog lots',
    'slog of s times the sum of ofi_l2..ofi_l10',
    (v, back) => slog(v.s * v.bars.get('ofi_deep', back)),
  ],
  [
    'aggression',
    'slog lots',
    'slog of s (buy_vol - sell_vol)',
    (v, back) => slog(v.s * (v.bars.get('bought', back) - v.bars.get('sold', back))),
  ],
  ['volume', 'ln lots', 'ln1 of volume', (v, back) => ln1(v.bars.get('volume', back))],
  [
    'depth_ahead',
    'ln lots',
    'ln1 of ten-level depth ahead',
    (v, back) => ln1(v.bars.get(`depth_${v.ahead}`, back)),
  ],
  [
    'depth_behind',
    'ln lots',
    'ln1 of ten-level depth behind',
    (v, back) => ln1(v.bars.get(`depth_${v.behind}`, back)),
  ],
  [
    'pull_add_ahead',
    'ln',
    'ln((pulled + 1) / (added + 1)), lots ahead from the best price to 10 ticks behind it',
    (v, back) => lnRatio(v.bars.get(`pulled_${v.ahead}`, back), v.bars.get(`added_${v.ahead}`, back)),
  ],
  [
    'pull_add_behind',
    'ln',
    'ln((pulled + 1) / (added + 1)), lots behind from the best price to 10 ticks behind it',
    (v, back) => lnRatio(v.bars.get(`pulled_${v.behind}`, back), v.bars.get(`added_${v.behind}`, back)),
  ],
];

/** Bars x channels, bar by bar; no more bars than there are. NaN where a channel is undefined. */
export function sequenceOf(view: TouchView): Float32Array {
  const bars = view.bars.oldest(view.minutes(SPAN)) + 1;
  const sequence = new Float32Array(bars * CHANNELS.length);
  let at = 0;
  for (let back = bars - 1; back >= 0; back--)
    for (const [, , , value] of CHANNELS) sequence[at++] = value(view, back) + 0;
  return sequence;
}
