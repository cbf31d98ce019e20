/**
 * The approach as a sequence: the bars of the 20 minutes before a touch, oldest first, each as the same oriented channels. For
 * models that read sequences; words and orientation are those of the table of features.
 */
import { lnRatio, ln1, slog } from './arithmetic';
import { SPAN, type TouchView } from './touchView';

interface Channel {
  readonly name: string;
  readonly unit: string;
  readonly formula: string;
  /** In the bar so many bars before now; NaN where it is undefined. */
  readonly value: (v: TouchView, back: number) => number;
}

export const CHANNELS: readonly Channel[] = [
  { name: 'x', unit: 'ticks', formula: 's (mid - L)', value: (v, back) => v.x(back) },
  { name: 'spread', unit: 'ticks', formula: 'spread_twa', value: (v, back) => v.bars.get('spread', back) },
  {
    name: 'imbalance_l1',
    unit: '1',
    formula: 's imbalance_l1_twa',
    value: (v, back) => v.s * v.bars.get('imbalance_l1_twa', back),
  },
  {
    name: 'imbalance_l10',
    unit: '1',
    formula: 's imbalance_l10_twa',
    value: (v, back) => v.s * v.bars.get('imbalance_l10_twa', back),
  },
  {
    name: 'ofi',
    unit: 'slog lots',
    formula: 'slog of s ofi_l1',
    value: (v, back) => slog(v.s * v.bars.get('ofi', back)),
  },
  {
    name: 'ofi_deep',
    unit: 'slog lots',
    formula: 'slog of s times the sum of ofi_l2..ofi_l10',
    value: (v, back) => slog(v.s * v.bars.get('ofi_deep', back)),
  },
  {
    name: 'aggression',
    unit: 'slog lots',
    formula: 'slog of s (buy_vol - sell_vol)',
    value: (v, back) => slog(v.s * (v.bars.get('bought', back) - v.bars.get('sold', back))),
  },
  {
    name: 'volume',
    unit: 'ln lots',
    formula: 'ln1 of volume',
    value: (v, back) => ln1(v.bars.get('volume', back)),
  },
  {
    name: 'depth_ahead',
    unit: 'ln lots',
    formula: 'ln1 of ten-level depth ahead',
    value: (v, back) => ln1(v.bars.get(`depth_${v.ahead}`, back)),
  },
  {
    name: 'depth_behind',
    unit: 'ln lots',
    formula: 'ln1 of ten-level depth behind',
    value: (v, back) => ln1(v.bars.get(`depth_${v.behind}`, back)),
  },
  {
    name: 'pull_add_ahead',
    unit: 'ln',
    formula: 'ln((pulled + 1) / (added + 1)), lots ahead from the best price to 10 ticks behind it',
    value: (v, back) => lnRatio(v.bars.get(`pulled_${v.ahead}`, back), v.bars.get(`added_${v.ahead}`, back)),
  },
  {
    name: 'pull_add_behind',
    unit: 'ln',
    formula: 'ln((pulled + 1) / (added + 1)), lots behind from the best price to 10 ticks behind it',
    value: (v, back) =>
      lnRatio(v.bars.get(`pulled_${v.behind}`, back), v.bars.get(`added_${v.behind}`, back)),
  },
];

/** Bars x channels, bar by bar; no more bars than there are. NaN where a channel is undefined. */
export function sequenceOf(view: TouchView): Float32Array {
  const bars = view.bars.oldest(view.minutes(SPAN)) + 1;
  const sequence = new Float32Array(bars * CHANNELS.length);
  let at = 0;
  for (let back = bars - 1; back >= 0; back--)
    for (const { value } of CHANNELS) sequence[at++] = value(view, back) + 0;
  return sequence;
}
