/** How depth lay, second by second, as the heatmap draws it: what the gateway tells of the past, and what is seen since. */
import { ASK, BID } from '../../../graph/book/side';
import { NS_PER_SECOND } from '../../../graph/market/time';
import { DEPTH_ROWS, type DepthColumn, type DepthColumns } from '../../../graph/screen/depthHistory';
import type { ShownMarket } from '../../../graph/screen/shownMarket';

/** An hour and a half. */
const MOST_SECONDS = 5400;

export class DepthMemory {
  /** By second since the origin. */
  readonly columns = new Map<number, DepthColumn>();
  /** Counts changes: whoever draws knows by it whether there are any. */
  version = 0;
  private last: number | undefined;

  clear(): void {
    this.columns.clear();
    this.last = undefined;
    this.version++;
  }

  add({ start, seconds, columns }: DepthColumns): void {
    const first = Math.round(start / NS_PER_SECOND);
    for (const [k, column] of columns.entries())
      for (let second = 0; second < seconds; second++) this.columns.set(first + k * seconds + second, column);
    this.version++;
  }

  /** The market as it is, at a time: every second that has ended by then lay so. */
  see(t: number, market: ShownMarket): void {
    const now = Math.floor(t / NS_PER_SECOND);
    const from = this.last ?? now;
    if (now <= from && this.last !== undefined) return;
    const column = columnOf(market);
    // Of seconds that were skipped, nothing but the end is known.
    for (let second = Math.max(from, now - 60); second < now; second++) this.columns.set(second, column);
    this.last = now;
    this.version++;
    for (const second of this.columns.keys()) {
      if (second >= now - MOST_SECONDS) break;
      this.columns.delete(second);
    }
  }
}

function columnOf(market: ShownMarket): DepthColumn {
  const { bestBid, bestAsk } = market.frame!;
  const lowest = Math.round(Number.isNaN(bestBid) ? bestAsk : bestBid) - DEPTH_ROWS / 2;
  const lots = new Uint16Array(DEPTH_ROWS);
  const orders = new Uint16Array(DEPTH_ROWS);
  for (const side of [BID, ASK] as const)
    for (let row = 0; row < DEPTH_ROWS; row++) {
      const level = market.level(side, lowest + row);
      if (!level) continue;
      lots[row] = Math.min(lots[row] + level.size, 0xffff);
      orders[row] = Math.min(orders[row] + level.orders, 0xffff);
    }
  return { lowest, bestBid, lots, orders };
}
