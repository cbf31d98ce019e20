/** The heatmap's images: of every second and price the colour of the lots, and no more painted than what has changed. */
import fc from 'fast-check';
import type { DepthColumn } from '../../../../graph/screen/depthHistory';
import { fullLotsOf } from '../../../../workers/web/market/scales';
import type { Placement } from '../../../../workers/web/market/placement';
import { DrawnCanvas, installCanvases } from './drawnCanvas';

/** As far as it is used here: the page's code is compiled with a browser's types, which tests have not. */
interface Image {
  readonly full: number;
  draw(context: DrawnCanvas, memory: object, placement: Placement, palette: object, chosen?: number): void;
}
let HeatImage: new () => Image;

beforeAll(() => {
  installCanvases();
  ({ HeatImage } = require('../../../../workers/web/market/heatImage') as { HeatImage: typeof HeatImage });
});

const ROWS = 8;
const palette = { heat: Uint32Array.from({ length: 256 }, (_, k) => k) };
const columnOf = (lowest: number, lots: readonly number[]): DepthColumn => ({
  lowest,
  bestBid: lowest,
  lots: Uint16Array.from(lots),
  orders: new Uint16Array(ROWS),
});
/** A pixel a second from the first one on, and a pixel a tick. */
const placementFrom = (first: number): Placement => ({
  width: 1e4,
  height: 1e4,
  ratio: 1,
  left: -first,
  perSecond: 1,
  top: 2000,
  perTick: -1,
});

function drawn(image: Image, columns: ReadonlyMap<number, DepthColumn>, version: number) {
  const first = Math.min(...columns.keys());
  const chart = new DrawnCanvas();
  image.draw(chart, { columns, version }, placementFrom(first), palette);
  /** Colour at a second and a price: that of the paper, 0, where nothing is drawn. */
  const at = (second: number, price: number): number => {
    const [x, y] = [second - first + 0.5, 2000 - price];
    for (const { image: of, at: place } of chart.images) {
      const [left, top, width, height] = place;
      const row = Math.floor(((y - top) / height) * of.height);
      const colour = of.pixel(row, Math.floor(((x - left) / width) * of.width));
      if (colour !== undefined) return colour;
    }
    return 0;
  };
  const put = () => chart.images.reduce((sum, { image: of }) => sum + of.put, 0);
  return { at, put };
}

const lots = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: ROWS, maxLength: ROWS });
const second = fc.record({
  at: fc.integer({ min: 300, max: 1100 }),
  lowest: fc.integer({ min: 900, max: 1000 }),
  lots,
});
const seconds = fc.array(second, { minLength: 1, maxLength: 12 });

test('each second of each price has the colour of its lots, however the seconds came', () => {
  fc.assert(
    fc.property(fc.array(seconds, { minLength: 1, maxLength: 4 }), (told) => {
      const image = new HeatImage();
      const columns = new Map<number, DepthColumn>();
      for (const [version, news] of told.entries()) {
        for (const one of news) columns.set(one.at, columnOf(one.lowest, one.lots));
        const { at } = drawn(image, columns, version);
        const full = fullLotsOf(columns.values());
        expect(image.full).toBe(full);
        for (const [t, column] of columns)
          for (let price = column.lowest - 2; price < column.lowest + ROWS + 2; price++) {
            const colour = Math.round(
              (255 * Math.log1p(column.lots[price - column.lowest] ?? 0)) / Math.log1p(full),
            );
            expect(at(t, price)).toBe(Math.min(255, colour));
          }
      }
    }),
    { numRuns: 40 },
  );
});

test('a second more paints that second, and none paints nothing', () => {
  const image = new HeatImage();
  const columns = new Map<number, DepthColumn>();
  for (let t = 0; t < 600; t++) columns.set(t, columnOf(1000, Array(ROWS).fill(7) as number[]));
  const before = drawn(image, columns, 0).put();
  expect(drawn(image, columns, 0).put()).toBe(before);
  columns.set(600, columnOf(1001, Array(ROWS).fill(7) as number[]));
  const painted = drawn(image, columns, 1).put() - before;
  expect(painted).toBeGreaterThanOrEqual(ROWS);
  expect(painted).toBeLessThan(before / 500);
});
