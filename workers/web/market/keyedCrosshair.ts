/** The chart's crosshair as keys move it: from bar to bar and tick to tick. It stays at its bar and price while the chart goes on. */
import type { IChartApi, ISeriesApi, UTCTimestamp } from 'lightweight-charts';
import type { ShownSession } from './session';

/** Where the crosshair is. */
export interface CrossedPlace {
  /** Of a bar, among those that are complete. */
  readonly bar: number;
  /** Ticks. */
  readonly price: number;
}

export class KeyedCrosshair {
  /** Undefined while it is the pointer's. */
  private at: CrossedPlace | undefined;

  /** @param onMoved told where it is now; nothing where keys have left it */
  constructor(
    private readonly chart: IChartApi,
    private readonly series: ISeriesApi<'Candlestick'>,
    private readonly session: ShownSession,
    private readonly onMoved: (at: CrossedPlace | undefined) => void,
  ) {}

  get place(): CrossedPlace | undefined {
    return this.at;
  }

  /** Shows it at the latest bar that is seen, where that closed. */
  enter(): void {
    const { complete } = this.session.bars;
    const last = Math.min(complete.length - 1, Math.floor(this.seenBars()?.to ?? Infinity));
    const close = complete.findLast(({ close }, k) => k <= last && close !== null)?.close;
    if (last >= 0 && close !== null && close !== undefined) this.put({ bar: last, price: close });
  }

  /** Brings it to another place, and that into sight. */
  move(bars: number, ticks: number): void {
    if (!this.at) return this.enter();
    const most = this.session.bars.complete.length - 1;
    const bar = Math.min(most, Math.max(0, this.at.bar + bars));
    const seen = this.seenBars();
    // With a bar beside it: edges are not exact.
    const by = seen ? Math.min(0, bar - 1 - seen.from) + Math.max(0, bar + 1 - seen.to) : 0;
    if (seen && by !== 0)
      this.chart.timeScale().setVisibleLogicalRange({ from: seen.from + by, to: seen.to + by });
    this.put({ bar, price: this.withinSight(this.at.price + ticks) });
  }

  /** Hides it. */
  leave(): void {
    if (!this.at) return;
    this.at = undefined;
    this.chart.clearCrosshairPosition();
    this.onMoved(undefined);
  }

  /** The pointer has it from now on. */
  yield(): void {
    this.at = undefined;
  }

  /** After the chart has moved: what has left its sight is followed no further than to its edge. */
  redraw(): void {
    const { at } = this;
    const seen = this.seenBars();
    if (!at || !seen) return;
    const most = Math.min(this.session.bars.complete.length - 1, Math.floor(seen.to));
    const bar = Math.min(most, Math.max(0, Math.ceil(seen.from), at.bar));
    if (bar !== at.bar) this.put({ ...at, bar });
    else this.show(at);
  }

  private put(at: CrossedPlace): void {
    this.at = at;
    this.show(at);
    this.onMoved(at);
  }

  private show({ bar, price }: CrossedPlace): void {
    const { session } = this;
    const shown = session.bars.complete[bar];
    if (!shown) return;
    const time = Math.round(session.msOf(shown.start) / 1000) as UTCTimestamp;
    this.chart.setCrosshairPosition(session.points(price), time, this.series);
  }

  private seenBars() {
    return this.chart.timeScale().getVisibleLogicalRange();
  }

  /** The nearest price that the chart shows, ticks. */
  private withinSight(price: number): number {
    const { height } = this.chart.paneSize(0);
    const [high, low] = [this.series.coordinateToPrice(0), this.series.coordinateToPrice(height)];
    if (high === null || low === null) return price;
    const tick = this.session.points(1);
    return Math.min(Math.floor(Number(high) / tick), Math.max(Math.ceil(Number(low) / tick), price));
  }
}
