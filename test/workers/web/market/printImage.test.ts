/** Bubbles of prints on an image that is kept: drawn once, moved with the axes, and drawn anew a part with each frame of the screen. */
import { PrintMemory } from '../../../../workers/web/market/printMemory';
import type { Placement } from '../../../../workers/web/market/placement';
import { DrawnCanvas, installCanvases } from './drawnCanvas';

/** As far as it is used here: the page's code is compiled with a browser's types, which tests have not. */
interface Image {
  clear(): void;
  draw(context: DrawnCanvas, prints: PrintMemory, placement: Placement, style: object): void;
}
let PrintImage: new (onChanged: () => void) => Image;
/** What the browser calls with its next frame. */
let frames = new Map<number, () => void>();
let asked = 0;

beforeAll(() => {
  installCanvases();
  Object.assign(globalThis, {
    requestAnimationFrame: (run: () => void) => (frames.set(++asked, run), asked),
    cancelAnimationFrame: (of: number) => frames.delete(of),
  });
  ({ PrintImage } = require('../../../../workers/web/market/printImage') as {
    PrintImage: typeof PrintImage;
  });
});
beforeEach(() => frames.clear());

function passFrame(): void {
  const due = frames;
  frames = new Map();
  for (const run of due.values()) run();
}

const PRICE = 20_000;
const style = { palette: {}, largestLots: 100, leastLots: 2 };
/** A pixel a second, and a pixel a tick. */
const placement: Placement = {
  width: 2000,
  height: 400,
  ratio: 1,
  left: 0,
  perSecond: 1,
  top: PRICE + 200,
  perTick: -1,
};

/** Prints of three lots, one a second, from a second on. */
function add(prints: PrintMemory, from: number, count: number, lots = 3): void {
  const rows = Array.from({ length: count }, (_, k) => [(from + k) * 1e9, PRICE, lots, 0]);
  prints.add(Float64Array.from(rows.flat()));
}

/** A chart with an image of prints on it. */
function charted() {
  const prints = new PrintMemory();
  let changes = 0;
  const image = new PrintImage(() => changes++);
  const draw = (of: Partial<Placement> = {}, as: object = style) => {
    const chart = new DrawnCanvas();
    image.draw(chart, prints, { ...placement, ...of }, as);
    const [blit] = chart.images;
    return { circles: blit.image.circles, at: blit.at };
  };
  return { prints, image, draw, changes: () => changes };
}

test('what is drawn stays: another frame draws only the prints that have come', () => {
  const { prints, draw } = charted();
  add(prints, 0, 900);
  expect(draw()).toEqual({ circles: 900, at: [0, 0] });
  expect(draw()).toEqual({ circles: 900, at: [0, 0] });
  add(prints, 900, 5);
  expect(draw()).toEqual({ circles: 905, at: [0, 0] });
  expect(frames.size).toBe(0);
});

test('when the axes move it moves, while another one is drawn in parts; then that one is shown', () => {
  const { prints, draw, changes } = charted();
  add(prints, 0, 900);
  draw();
  expect(draw({ left: -10.4 })).toEqual({ circles: 900, at: [-10, 0] });
  expect(draw({ left: -10.4, perSecond: 2 }).at).toEqual([-10.4, 0, 4000, 400]);
  add(prints, 900, 7);
  let parts = 0;
  for (; changes() === 0; parts++) {
    // What comes meanwhile is seen at once.
    expect(draw({ left: -10.4 }).circles).toBe(907);
    passFrame();
  }
  expect(parts).toBeGreaterThan(2);
  const left = prints.end - prints.first - draw({ left: -10.4 }).circles;
  // Those that ended left of the edge by more than a circle's size are on it no more.
  expect(left).toBe(0);
  expect(draw({ left: -10.4 }).at).toEqual([0, 0]);
  expect([frames.size, changes()]).toEqual([0, 1]);
});

test('prints outside of what is seen are not drawn, nor are those that others cover or that are too small', () => {
  const { prints, draw } = charted();
  add(prints, 0, 1000);
  add(prints, 1000, 100, 1);
  expect(draw({ left: -500 }).circles).toBe(500 + 18);
  const zoomedOut = charted();
  add(zoomedOut.prints, 0, 1000);
  // Ten prints a pixel, of one size.
  expect(zoomedOut.draw({ perSecond: 0.1 }).circles).toBe(101);
});

test('another choice of what is drawn draws another image', () => {
  const { prints, draw, changes } = charted();
  add(prints, 0, 10);
  draw();
  expect(draw({}, { ...style, leastLots: 4 }).circles).toBe(10);
  while (changes() === 0) passFrame();
  expect(draw({}, { ...style, leastLots: 4 }).circles).toBe(0);
});

test('what is cleared is drawn anew at once, and what was coming does not come', () => {
  const { prints, image, draw, changes } = charted();
  add(prints, 0, 900);
  draw();
  draw({ left: -50 });
  image.clear();
  prints.clear();
  add(prints, 0, 3);
  passFrame();
  expect(draw()).toEqual({ circles: 3, at: [0, 0] });
  expect([frames.size, changes()]).toEqual([0, 0]);
});
