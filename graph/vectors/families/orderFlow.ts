/** What is traded and by whom, and how orders move the best prices: aggressor volume, order-flow imbalance, stops, sweeps, icebergs. */
import { ln1, lnRatio, slog } from '../arithmetic';
import type { Family } from '../family';
import { SPAN, type TouchView } from '../touchView';

/** Order-flow imbalance along the approach over the resting lots of both sides. */
const ofi = (v: TouchView, minutes: number) => imbalance(v, 'ofi', 'best', minutes);
const deepOfi = (v: TouchView, minutes: number) => imbalance(v, 'ofi_deep', 'depth', minutes);

function imbalance(v: TouchView, flow: 'ofi' | 'ofi_deep', depth: 'best' | 'depth', minutes: number): number {
  const bars = v.minutes(minutes);
  const resting = v.bars.mean(`${depth}_bid`, bars) + v.bars.mean(`${depth}_ask`, bars);
  return (v.s * v.bars.sum(flow, bars)) / (resting + 1);
}

function aggression(v: TouchView, minutes: number): number {
  const bars = v.minutes(minutes);
  const bought = v.bars.sum('bought', bars);
  const sold = v.bars.sum('sold', bars);
  return (v.s * (bought - sold)) / (bought + sold + 1);
}

function tradeSize(v: TouchView): number {
  const trades = v.bars.sum('trades', v.minutes(1));
  return trades === 0 ? 0 : ln1(v.bars.sum('volume', v.minutes(1)) / trades);
}

export const ORDER_FLOW: Family = {
  group: 'book',
  source:
    'silver.bars ofi_*, buy_vol, sell_vol, volume, trades, stop_*_vol, sweep_*_ticks, iceberg_*_lots, *_sz, depth10_*',
  dimensions: [
    {
      name: 'ofi_15s',
      unit: '1',
      formula: 's sum of ofi_l1 over [0.25], over the mean lots at both best prices + 1',
      value: (v) => ofi(v, 0.25),
    },
    {
      name: 'ofi_1m',
      unit: '1',
      formula: 's sum of ofi_l1 over [1], over the mean lots at both best prices + 1',
      value: (v) => ofi(v, 1),
    },
    {
      name: 'ofi_5m',
      unit: '1',
      formula: 's sum of ofi_l1 over [5], over the mean lots at both best prices + 1',
      value: (v) => ofi(v, 5),
    },
    {
      name: 'ofi_deep_1m',
      unit: '1',
      formula: 's sum of ofi_l2..ofi_l10 over [1], over the mean ten-level depth of both sides + 1',
      value: (v) => deepOfi(v, 1),
    },
    {
      name: 'ofi_deep_5m',
      unit: '1',
      formula: 's sum of ofi_l2..ofi_l10 over [5], over the mean ten-level depth of both sides + 1',
      value: (v) => deepOfi(v, 5),
    },
    {
      name: 'aggression_15s',
      unit: '1',
      formula: 's (buy_vol - sell_vol) / (buy_vol + sell_vol + 1) over [0.25]',
      value: (v) => aggression(v, 0.25),
    },
    {
      name: 'aggression_1m',
      unit: '1',
      formula: 's (buy_vol - sell_vol) / (buy_vol + sell_vol + 1) over [1]',
      value: (v) => aggression(v, 1),
    },
    {
      name: 'aggression_5m',
      unit: '1',
      formula: 's (buy_vol - sell_vol) / (buy_vol + sell_vol + 1) over [5]',
      value: (v) => aggression(v, 5),
    },
    {
      name: 'volume_surge',
      unit: 'ln',
      formula: 'ln of the volume a bar over [1] over that over [20], 1 lot added to both',
      value: (v) => lnRatio(v.bars.mean('volume', v.minutes(1)), v.bars.mean('volume', v.minutes(SPAN))),
    },
    {
      name: 'trade_size',
      unit: 'ln lots',
      formula: 'ln1 of volume / trades over [1]; 0 without trades',
      value: tradeSize,
    },
    {
      name: 'stops_1m',
      unit: 'ln lots',
      formula: 'ln1 of the lots of triggered stops in the direction of the approach, over [1]',
      value: (v) => ln1(v.bars.sum(v.s > 0 ? 'stops_bought' : 'stops_sold', v.minutes(1))),
    },
    {
      name: 'sweeps_1m',
      unit: 'slog ticks',
      formula: 'slog of the ticks swept along the approach less those against it, over [1]',
      value: (v) =>
        slog(v.s * (v.bars.sum('swept_up', v.minutes(1)) - v.bars.sum('swept_down', v.minutes(1)))),
    },
    {
      name: 'icebergs_ahead',
      unit: 'ln lots',
      formula: 'ln1 of the lots icebergs ahead displayed anew, over [5]',
      value: (v) => ln1(v.bars.sum(`refreshed_${v.ahead}`, v.minutes(5))),
    },
    {
      name: 'icebergs_behind',
      unit: 'ln lots',
      formula: 'ln1 of the lots icebergs behind displayed anew, over [5]',
      value: (v) => ln1(v.bars.sum(`refreshed_${v.behind}`, v.minutes(5))),
    },
  ],
};
