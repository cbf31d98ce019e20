/** The bars of a session, those that are complete and the one that is still open. Times are ns since the origin, prices ticks. */
import type { MessageOf } from '../../../graph/screen/messages';
import { NS_PER_SECOND } from '../../../graph/market/time';

export interface Bar {
  readonly start: number;
  open: number | null;
  high: number | null;
  low: number | null;
  close: number | null;
  volume: number;
  delta: number;
  imbalance: number;
}

export class Bars {
  readonly complete: Bar[] = [];
  /** What has been traded since the last complete bar. */
  open: Bar | undefined;

  /** Length of a bar, ns. */
  readonly nanos: number;

  constructor(seconds: number) {
    this.nanos = seconds * NS_PER_SECOND;
  }

  get first(): number {
    return this.complete[0]?.start ?? this.open?.start ?? NaN;
  }

  /** Place of a time among the bars, which follow one another without gaps: 0 is the start of the first. */
  indexOf(t: number): number {
    return (t - this.first) / this.nanos;
  }

  /** @returns those that were not there */
  add(told: MessageOf<'bars'>): Bar[] {
    const last = this.complete.at(-1)?.start ?? -Infinity;
    const added = told.start.flatMap((start, k): Bar[] =>
      start <= last
        ? []
        : [
            {
              start,
              open: told.open[k],
              high: told.high[k],
              low: told.low[k],
              close: told.close[k],
              volume: told.volume[k],
              delta: told.delta[k],
              imbalance: told.imbalance[k],
            },
          ],
    );
    for (const bar of added) this.complete.push(bar);
    if (this.open && added.length > 0 && this.open.start <= added[added.length - 1].start)
      this.open = undefined;
    return added;
  }

  /** @param bought lots bought by the aggressor, or sold where negative */
  trade(t: number, price: number, lots: number, bought: number): void {
    const { nanos } = this;
    const last = this.complete.at(-1);
    // Before the first complete bar the grid is not known; of what came before its end, it tells already.
    if (!last || t < last.start + nanos) return;
    const start = last.start + nanos * Math.floor((t - last.start) / nanos);
    if (!this.open || this.open.start !== start)
      this.open = {
        start,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: 0,
        delta: 0,
        imbalance: 0,
      };
    const bar = this.open;
    bar.high = Math.max(bar.high ?? price, price);
    bar.low = Math.min(bar.low ?? price, price);
    bar.close = price;
    bar.volume += lots;
    bar.delta += bought;
  }
}
