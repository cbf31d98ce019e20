/**
 * The flow family: what was added, withdrawn, changed and filled, in total and by distance from the touch.
 *
 * Distance counts ticks behind the side's own best price as of the last finished event; a side without orders has its best
 * wherever the next one comes. The plain totals (`add_bid`, `cxl_bid`, ...) are sums over records as they came, and so
 * include the cancels that only take filled orders out. The banded columns tell those apart: over a bar without snapshot
 * or clear, the depth of a side changed by the sum over its bands of add - pull - fill + mod.
 */
import { ASK, BID, type BookSide } from '../book/side';
import { Action, Side, type MboBatch } from '../records/mbo';
import { bothSides, count, lots } from './columns';
import { Cause, type DepthChange } from './depthChange';
import type { TopLevels } from './ladder';
import type { MemoryReader, MemoryWriter } from '../state/memory';

const BANDS = [
  ['inside', 'better than the best price'],
  ['touch', 'at the best price'],
  ['t1_3', '1 to 3 ticks behind the best price'],
  ['t4_10', '4 to 10 ticks behind the best price'],
  ['beyond', 'more than 10 ticks behind the best price'],
] as const;

export const FLOW_COLUMNS = [
  ...bothSides((side) => [
    lots(`add_${side}`, `Lots of A records, ${side} side`),
    lots(`cxl_${side}`, `Lots of C records, ${side} side, those that take filled orders out included`),
    count(`mod_${side}_n`, `M records, ${side} side`),
  ]),
  ...bothSides((side) =>
    BANDS.flatMap(([band, where]) => [
      lots(`add_${side}_${band}`, `Lots of new ${side} orders ${where}`),
      count(`add_${side}_${band}_n`, `New ${side} orders ${where}`),
      lots(`pull_${side}_${band}`, `Unfilled ${side} lots their owners cancelled ${where}`),
      count(`pull_${side}_${band}_n`, `Cancels of unfilled ${side} lots ${where}`),
      lots(
        `mod_${side}_${band}`,
        `Net ${side} lots modifies and iceberg refreshes brought ${where} (negative: took away)`,
      ),
      count(`mod_${side}_${band}_n`, `Modifies that left a ${side} order, or took it away, ${where}`),
      lots(`fill_${side}_${band}`, `Displayed ${side} lots filled ${where}`),
    ]),
  ),
];

/** Totals per side: added, cancelled, modifies. */
const PLAIN = 3;
const BANDED = 2 * PLAIN;
/** Per side and band. */
const ADD = 0;
const ADD_N = 1;
const PULL = 2;
const PULL_N = 3;
const MOD = 4;
const MOD_N = 5;
const FILL = 6;
const PER_BAND = 7;
const PER_SIDE = PER_BAND * BANDS.length;
const TOTALS = BANDED + 2 * PER_SIDE;

export class FlowFamily {
  private readonly totals = new Float64Array(TOTALS);

  /** Counts record `i` (A, C or M) as it came. */
  record(batch: MboBatch, i: number): void {
    const { totals } = this;
    const letter = batch.side[i];
    if (letter === Side.None) return;
    const at = letter === Side.Bid ? 0 : PLAIN;
    const action = batch.action[i];
    if (action === Action.Add) totals[at] += batch.size[i];
    else if (action === Action.Cancel) totals[at + 1] += batch.size[i];
    else totals[at + 2]++;
  }

  /** Counts what the record meant for displayed depth; `top` is as of the last finished event. */
  change(depth: DepthChange, top: TopLevels): void {
    const { totals } = this;
    const { cause } = depth;
    if (cause === Cause.Add) {
      const at = bandAt(top, depth.toSide, depth.toPrice);
      totals[at + ADD] += depth.arrived;
      totals[at + ADD_N]++;
      return;
    }
    const from = bandAt(top, depth.fromSide, depth.fromPrice);
    totals[from + FILL] += depth.filled;
    if (cause === Cause.Cancel) {
      totals[from + PULL] += depth.left;
      totals[from + PULL_N]++;
    } else if (cause !== Cause.Fill) {
      totals[from + MOD] -= depth.left;
      const to = depth.arrived > 0 ? bandAt(top, depth.toSide, depth.toPrice) : from;
      totals[to + MOD] += depth.arrived;
      totals[to + MOD_N]++;
    }
  }

  /** Writes the family's columns and starts the next bar. */
  close(row: Float64Array, at: number): number {
    row.set(this.totals, at);
    this.totals.fill(0);
    return at + TOTALS;
  }

  save(out: MemoryWriter): void {
    out.numbers(this.totals);
  }

  load(from: MemoryReader): void {
    from.into(this.totals);
  }
}

/** Where the totals of the band around a price begin. */
function bandAt(top: TopLevels, side: BookSide, price: number): number {
  const { best } = top[side];
  const behind = side === BID ? best - price : price - best;
  const band = behind > 10 ? 4 : behind > 3 ? 3 : behind > 0 ? 2 : behind === 0 ? 1 : 0;
  return BANDED + (side === ASK ? PER_SIDE : 0) + PER_BAND * band;
}
