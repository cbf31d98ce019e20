/** What is drawn on the price chart below and above the bars: depth, prints, levels with their bands, excursions of the precedents. */
import type {
  IChartApi,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  SeriesAttachedParameter,
} from 'lightweight-charts';
import type { Scale } from './placement';

export type Draw = (context: CanvasRenderingContext2D, scale: Scale) => void;

/** A drawing attached to a series. */
export class Overlay implements ISeriesPrimitive {
  private attachedTo: SeriesAttachedParameter | undefined;
  private readonly views: readonly IPrimitivePaneView[];

  constructor(draw: Draw, where: 'bottom' | 'top') {
    const renderer: IPrimitivePaneRenderer = {
      draw: (target) =>
        target.useBitmapCoordinateSpace(
          ({ context, bitmapSize, horizontalPixelRatio, verticalPixelRatio }) => {
            const { attachedTo } = this;
            if (!attachedTo) return;
            const scale = scaleOf(
              attachedTo.chart,
              attachedTo.series,
              horizontalPixelRatio,
              verticalPixelRatio,
            );
            if (scale) draw(context, { ...scale, ...bitmapSize, ratio: horizontalPixelRatio });
          },
        ),
    };
    this.views = [{ zOrder: () => where, renderer: () => renderer }];
  }

  attached(to: SeriesAttachedParameter): void {
    this.attachedTo = to;
  }

  detached(): void {
    this.attachedTo = undefined;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.views;
  }
}

/** Both axes are linear: two places tell all. */
function scaleOf(
  chart: IChartApi | SeriesAttachedParameter['chart'],
  series: ISeriesApi<'Candlestick'> | SeriesAttachedParameter['series'],
  horizontal: number,
  vertical: number,
): Pick<Scale, 'x' | 'y'> | undefined {
  const time = chart.timeScale();
  const x0 = time.logicalToCoordinate(0 as never);
  const x1 = time.logicalToCoordinate(1000 as never);
  const [p0, p1] = [series.coordinateToPrice(0), series.coordinateToPrice(1000)];
  if (x0 === null || x1 === null || p0 === null || p1 === null) return undefined;
  const perIndex = (x1 - x0) / 1000;
  const perPoint = 1000 / (Number(p1) - Number(p0));
  return {
    // A bar is drawn around its place: it begins half a bar before it.
    x: (index) => (x0 + (index - 0.5) * perIndex) * horizontal,
    y: (price) => (price - Number(p0)) * perPoint * vertical,
  };
}
