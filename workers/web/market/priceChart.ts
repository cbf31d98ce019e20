/** The price chart: bars, what is drawn around them, and below it cumulative delta and order-flow imbalance on the same time. */
import {
  CandlestickSeries,
  ColorType,
  createChart,
  CrosshairMode,
  HistogramSeries,
  LineSeries,
  TickMarkType,
  type IChartApi,
  type ISeriesApi,
  type MouseEventParams,
  type UTCTimestamp,
} from 'lightweight-charts';
import { priceText } from '../figures/prices';
import { clockTime } from '../figures/time';
import { zone } from '../shell/preferences';
import type { Bar } from './bars';
import { excursions, heat, levelLabels, levels, prints, touches, type DrawingOptions } from './drawings';
import { HeatImage } from './heatImage';
import { KeyedCrosshair } from './keyedCrosshair';
import { Overlay } from './overlay';
import { paletteOfPage, type Palette } from './palette';
import { pointedAt, type Pointed } from './pointed';
import { PrintImage } from './printImage';
import type { ShownSession } from './session';

/** Height of letters, of the page's. */
const LETTERS = 0.72;
/** Bars that are seen at first: half an hour of five seconds. */
const SEEN_AT_FIRST = 360;
/** Bars that there is room for behind the newest. */
const AHEAD = 24;

export class PriceChart {
  private readonly chart: IChartApi;
  private readonly price: ISeriesApi<'Candlestick'>;
  private readonly delta: ISeriesApi<'Line'>;
  private readonly imbalance: ISeriesApi<'Histogram'>;
  /** As keys move it. */
  readonly crosshair: KeyedCrosshair;
  private readonly options: DrawingOptions;
  /** Told of the price, ticks, where somebody clicks on the chart. */
  onPicked: ((price: number) => void) | undefined;
  /** Another session, or another time, is being told: what is drawn is of the one before. */
  private between = false;
  private drawn = 0;
  private cumulative = 0;
  private palette: Palette = paletteOfPage();
  private readonly heat = new HeatImage();
  private readonly bubbles = new PrintImage(() => this.redraw());
  private readonly endings: (() => void)[];

  constructor(
    element: HTMLElement,
    private readonly session: ShownSession,
    private readonly onPointed: (pointed: Pointed | undefined) => void,
    onFollowing: (follows: boolean) => void,
  ) {
    this.chart = createChart(element, {
      autoSize: true,
      layout: { attributionLogo: false },
      // Chosen again it would lead back to the end.
      timeScale: { rightOffset: AHEAD },
    });
    this.options = { session, palette: this.palette, letters: 11, fullLots: undefined, leastLots: 1 };
    this.price = this.chart.addSeries(CandlestickSeries, { priceLineVisible: true });
    this.delta = this.chart.addSeries(
      LineSeries,
      { lineWidth: 1, priceLineVisible: false, title: 'delta' },
      1,
    );
    this.imbalance = this.chart.addSeries(HistogramSeries, { priceLineVisible: false, title: 'OFI' }, 2);
    for (const [k, pane] of this.chart.panes().entries()) pane.setStretchFactor(k === 0 ? 7 : 1);
    const { options } = this;
    const overlays = [
      new Overlay(heat(this.heat, options), 'bottom'),
      new Overlay(levels(options), 'bottom'),
      new Overlay(excursions(options), 'bottom'),
      new Overlay(prints(this.bubbles, options), 'top'),
      new Overlay(touches(options), 'top'),
      new Overlay(levelLabels(options), 'top'),
    ];
    for (const overlay of overlays) this.price.attachPrimitive(overlay);
    this.crosshair = new KeyedCrosshair(this.chart, this.price, session, (at) =>
      at ? this.tell(at.bar, at.price) : this.onPointed(undefined),
    );
    this.chart.subscribeCrosshairMove((event) => this.point(event));
    this.chart.subscribeClick((event) => this.pick(event));
    // It follows as long as the newest bar is seen.
    this.chart.timeScale().subscribeVisibleLogicalRangeChange(() => onFollowing(!(this.roomAhead() < 0)));
    this.endings = [
      session.hello.subscribe(() => (this.between = true)),
      session.beginnings.subscribe(() => this.begin()),
      session.frames.subscribe(() => this.schedule()),
      session.levels.subscribe(() => this.schedule()),
      zone.subscribe(() => this.applyTheme()),
    ];
    const themed = new MutationObserver(() => this.applyTheme());
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.endings.push(() => themed.disconnect());
    this.applyTheme();
    this.begin();
  }

  /** Undefined: as many as suit the market. */
  set fullLots(lots: number | undefined) {
    this.options.fullLots = lots;
    this.schedule();
  }

  /** Lots that have the heatmap's last colour now. */
  get brightest(): number {
    return this.heat.full;
  }

  set leastLots(lots: number) {
    this.options.leastLots = lots;
    this.schedule();
  }

  /** The newest bar at the right edge, and the price in the middle. */
  follow(): void {
    const time = this.chart.timeScale();
    const range = time.getVisibleLogicalRange();
    const seen = range ? range.to - range.from : SEEN_AT_FIRST + AHEAD;
    // However little time is seen, the newest bar is in it.
    const to = this.drawn + Math.min(AHEAD, seen / 4);
    time.setVisibleLogicalRange({ from: to - seen, to });
    this.price.priceScale().applyOptions({ autoScale: true });
  }

  /** @param factor of the time that is seen */
  zoom(factor: number): void {
    const time = this.chart.timeScale();
    const range = time.getVisibleLogicalRange();
    if (range)
      time.setVisibleLogicalRange({ from: range.to - (range.to - range.from) * factor, to: range.to });
  }

  pan(share: number): void {
    const time = this.chart.timeScale();
    const range = time.getVisibleLogicalRange();
    const by = range ? (range.to - range.from) * share : 0;
    if (range) time.setVisibleLogicalRange({ from: range.from + by, to: range.to + by });
  }

  end(): void {
    for (const end of this.endings) end();
    cancelAnimationFrame(this.scheduled);
    this.bubbles.clear();
    this.chart.remove();
  }

  private scheduled = 0;

  /** Draws once a frame of the screen, however often something changes. */
  private schedule(): void {
    if (this.scheduled !== 0) return;
    this.scheduled = requestAnimationFrame(() => {
      this.scheduled = 0;
      this.draw();
    });
    // In the same frame: what the library draws it draws after this, and not in the next.
    this.redraw();
  }

  /** The price's pane only: what a primitive asks for lays out the whole chart, and draws all of it twice. */
  private redraw(): void {
    this.price.applyOptions({});
  }

  private begin(): void {
    this.between = false;
    this.bubbles.clear();
    this.drawn = 0;
    this.cumulative = 0;
    this.price.setData([]);
    this.delta.setData([]);
    this.imbalance.setData([]);
    this.draw();
    const count = this.session.bars.complete.length;
    this.chart.timeScale().setVisibleLogicalRange({ from: count - SEEN_AT_FIRST, to: count + AHEAD });
  }

  private draw(): void {
    if (this.between) return;
    const { complete, open } = this.session.bars;
    const added = complete.slice(this.drawn);
    const room = this.roomAhead();
    if (this.drawn === 0 && added.length > 0) {
      this.price.setData(added.map((bar) => this.candle(bar)));
      this.delta.setData(added.map((bar) => this.deltaOf(bar)));
      this.imbalance.setData(added.map((bar) => this.imbalanceOf(bar)));
    } else
      for (const bar of added) {
        this.price.update(this.candle(bar));
        this.delta.update(this.deltaOf(bar));
        this.imbalance.update(this.imbalanceOf(bar));
      }
    this.drawn = complete.length;
    // A bar may begin before it is told how the one before it ended.
    if (open && open.start === complete[complete.length - 1].start + this.session.bars.nanos) {
      this.price.update(this.candle(open));
      this.delta.update({ time: this.timeOf(open), value: this.cumulative + open.delta });
    }
    if (added.length > 0 && room >= 0) this.keepAhead(room);
    this.redraw();
    this.crosshair.redraw();
  }

  /** Bars that have room behind the last one; negative where it is not seen. */
  private roomAhead(): number {
    return (this.chart.timeScale().getVisibleLogicalRange()?.to ?? NaN) - this.drawn;
  }

  /** Many bars at once are not followed by the chart itself. */
  private keepAhead(room: number): void {
    const time = this.chart.timeScale();
    const seen = time.getVisibleLogicalRange();
    const by = room - this.roomAhead();
    if (seen && Math.abs(by) >= 1) time.setVisibleLogicalRange({ from: seen.from + by, to: seen.to + by });
  }

  private candle(bar: Bar) {
    const { open, high, low, close } = bar;
    const time = this.timeOf(bar);
    if (open === null || high === null || low === null || close === null) return { time };
    const points = (ticks: number) => this.session.points(ticks);
    return { time, open: points(open), high: points(high), low: points(low), close: points(close) };
  }

  private deltaOf(bar: Bar) {
    this.cumulative += bar.delta;
    return { time: this.timeOf(bar), value: this.cumulative };
  }

  private imbalanceOf(bar: Bar) {
    const { bid, ask } = this.palette;
    return { time: this.timeOf(bar), value: bar.imbalance, color: bar.imbalance >= 0 ? bid : ask };
  }

  /** Whole seconds, as bars have them. */
  private timeOf({ start }: Bar): UTCTimestamp {
    return Math.round(this.session.msOf(start) / 1000) as UTCTimestamp;
  }

  /** As a click where keys have brought the crosshair. */
  pickCrossed(): void {
    const { place } = this.crosshair;
    if (place) this.onPicked?.(place.price);
  }

  private pick({ point, paneIndex }: MouseEventParams): void {
    const price = point && paneIndex === 0 ? this.price.coordinateToPrice(point.y) : null;
    if (price !== null) this.onPicked?.(Math.round(price / this.session.points(1)));
  }

  private point({ point, logical, sourceEvent }: MouseEventParams): void {
    if (sourceEvent) this.crosshair.yield();
    else if (this.crosshair.place) return;
    const price = point && this.price.coordinateToPrice(point.y);
    if (!point || logical === undefined || price === null || price === undefined)
      return this.onPointed(undefined);
    this.tell(logical, Math.round(price / this.session.points(1)));
  }

  /** @param index among the bars @param price ticks */
  private tell(index: number, price: number): void {
    this.onPointed(pointedAt(this.session, index, price));
  }

  private applyTheme(): void {
    this.palette = paletteOfPage();
    this.options.palette = this.palette;
    const { text, line, bid, ask, muted, paper, accent } = this.palette;
    this.options.letters = Math.round(
      LETTERS * parseFloat(getComputedStyle(document.documentElement).fontSize),
    );
    const tickNanos = this.session.hello.get()?.product.tickNanos;
    const tick = this.session.points(1) || 0.25;
    const time = (seconds: number) => clockTime(seconds * 1000, zone.get());
    this.chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: paper },
        textColor: text,
        fontSize: this.options.letters,
        attributionLogo: false,
        panes: { separatorColor: line },
      },
      grid: { vertLines: { visible: false }, horzLines: { visible: false } },
      crosshair: { mode: CrosshairMode.Normal },
      timeScale: {
        timeVisible: true,
        secondsVisible: true,
        borderColor: line,
        tickMarkFormatter: (seconds: number, mark: TickMarkType) =>
          mark === TickMarkType.TimeWithSeconds ? time(seconds) : time(seconds).slice(0, 5),
      },
      rightPriceScale: { borderColor: line },
      localization: { timeFormatter: time },
    });
    // What is bought is hollow, so that bars are told apart without their colours.
    this.price.applyOptions({
      upColor: 'transparent',
      downColor: ask,
      borderUpColor: bid,
      borderDownColor: ask,
      wickUpColor: bid,
      wickDownColor: ask,
      // That of a hollow bar would be none.
      priceLineColor: accent,
      priceFormat: {
        type: 'custom',
        minMove: tick,
        // The crosshair lies between prices, where nothing trades.
        formatter: (points: number) => priceText(tick * Math.round(points / tick), tickNanos),
      },
    });
    this.delta.applyOptions({ color: muted, priceFormat: { type: 'volume' } });
    this.imbalance.applyOptions({ priceFormat: { type: 'volume' } });
    this.schedule();
  }
}
