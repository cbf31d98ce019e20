/**
 * The flow family: what was added, withdrawn, changed and filled, in total and by distance from the touch.
 *
 * Distance counts ticks behind the side's own best price as of the last finished event; a side without orders has its best
 * wherever the next one comes. The plain totals (`add_bid`, `cxl_bid`, ...) are sums over records as they came, and so
 * include the cancels that only take filled orders out. The banded columns tell those apart: over a bar without snapshot
 * or clear, the depth of a side changed by the sum over its bands of add - pull - fill + mod.
 */
import { BID, type BookSide } from '../../book/side';
import { type Column, count, elementsOf, lots, netLots } from '../../datasets/column';
import { Action, Side, type MboBatch } from '../../records/mbo';
import type { StateReader, StateWriter } from '../../state/codec';
import type { Stateful } from '../../state/operator';
import { Cause, type DepthChange } from '../depthChange';
import type { TopLevels } from '../topLevels';
import { bothSides } from './bothSides';

/** Distances from the touch, as `bandOf` tells them. */
const BANDS = [
  ['inside', 'better than the best price'],
  ['touch', 'at the best price'],
  ['t1_3', '1 to 3 ticks behind the best price'],
  ['t4_10', '4 to 10 ticks behind the best price'],
  ['beyond', 'more than 10 ticks behind the best price'],
] as const;

function bandOf(top: TopLevels, side: BookSide, price: number): number {
  const { best } = top[side];
  const behind = side === BID ? best - price : price - best;
  return behind > 10 ? 4 : behind > 3 ? 3 : behind > 0 ? 2 : behind === 0 ? 1 : 0;
}

/** Totals by side, of the records as they came. */
const ADDED = 0;
const CANCELLED = 1;
const MODIFIES = 2;
const PLAIN = 3;
/** Totals by side and band. */
const ADD = 0;
const ADD_N = 1;
const PULL = 2;
const PULL_N = 3;
const MOD = 4;
const MOD_N = 5;
const FILL = 6;
const PER_BAND = 7;

const plainAt = (side: BookSide) => PLAIN * side;
/** Where the totals of a side's band begin. */
const bandAt = (side: BookSide, band: number) => 2 * PLAIN + PER_BAND * (BANDS.length * side + band);
const TOTALS = 2 * (PLAIN + PER_BAND * BANDS.length);

export class OrderFlowFamily implements Stateful {
  readonly totals = new Float64Array(TOTALS);

  /** Counts record `i` (A, C or M) as it came. */
  record(batch: MboBatch, i: number): void {
    const { totals } = this;
    const letter = batch.side[i];
    if (letter === Side.None) return;
    const at = letter === Side.Bid ? 0 : PLAIN;
    const action = batch.action[i];
    if (action === Action.Add) totals[at + ADDED] += batch.size[i];
    else if (action === Action.Cancel) totals[at + CANCELLED] += batch.size[i];
    else totals[at + MODIFIES]++;
  }

  /** Counts what the record meant for displayed depth; `top` is as of the last finished event. */
  change(depth: DepthChange, top: TopLevels): void {
    const { totals } = this;
    const { cause } = depth;
    if (cause === Cause.Add) {
      const at = placeOf(top, depth.toSide, depth.toPrice);
      totals[at + ADD] += depth.arrived;
      totals[at + ADD_N]++;
      return;
    }
    const from = placeOf(top, depth.fromSide, depth.fromPrice);
    totals[from + FILL] += depth.filled;
    if (cause === Cause.Cancel) {
      totals[from + PULL] += depth.left;
      totals[from + PULL_N]++;
    } else if (cause !== Cause.Fill) {
      totals[from + MOD] -= depth.left;
      const to = depth.arrived > 0 ? placeOf(top, depth.toSide, depth.toPrice) : from;
      totals[to + MOD] += depth.arrived;
      totals[to + MOD_N]++;
    }
  }

  /** Starts a bar. */
  restart(): void {
    this.totals.fill(0);
  }

  save(out: StateWriter): void {
    out.section('bars.orderFlow', 1);
    out.doubles(this.totals);
  }

  restore(from: StateReader): void {
    from.section('bars.orderFlow', 1);
    from.into(this.totals);
  }
}

/** Where the totals of the band around a price begin. */
const placeOf = (top: TopLevels, side: BookSide, price: number) => bandAt(side, bandOf(top, side, price));

interface Bar {
  readonly orderFlow: OrderFlowFamily;
}

const total = elementsOf(({ orderFlow }: Bar) => orderFlow.totals);

export const ORDER_FLOW_COLUMNS: readonly Column<Bar>[] = [
  ...bothSides<Bar>((side, index) => [
    lots(`add_${side}`, {
      meaning: `Lots of A records, ${side} side`,
      value: total(plainAt(index) + ADDED),
    }),
    lots(`cxl_${side}`, {
      meaning: `Lots of C records, ${side} side, those that take filled orders out included`,
      value: total(plainAt(index) + CANCELLED),
    }),
    count(`mod_${side}_n`, { meaning: `M records, ${side} side`, value: total(plainAt(index) + MODIFIES) }),
  ]),
  ...bothSides<Bar>((side, index) =>
    BANDS.flatMap(([band, where], k) => {
      const at = bandAt(index, k);
      return [
        lots(`add_${side}_${band}`, {
          meaning: `Lots of new ${side} orders ${where}`,
          value: total(at + ADD),
        }),
        count(`add_${side}_${band}_n`, { meaning: `New ${side} orders ${where}`, value: total(at + ADD_N) }),
        lots(`pull_${side}_${band}`, {
          meaning: `Unfilled ${side} lots their owners cancelled ${where}`,
          value: total(at + PULL),
        }),
        count(`pull_${side}_${band}_n`, {
          meaning: `Cancels of unfilled ${side} lots ${where}`,
          value: total(at + PULL_N),
        }),
        netLots(`mod_${side}_${band}`, {
          meaning: `Net ${side} lots modifies and iceberg refreshes brought ${where} (negative: took away)`,
          value: total(at + MOD),
        }),
        count(`mod_${side}_${band}_n`, {
          meaning: `Modifies, iceberg refreshes among them, that left a ${side} order, or took it away, ${where}; and cancels that took out one its owner had moved through the market`,
          value: total(at + MOD_N),
        }),
        lots(`fill_${side}_${band}`, {
          meaning: `Displayed ${side} lots filled ${where}`,
          value: total(at + FILL),
        }),
      ];
    }),
  ),
];
