import fc from 'fast-check';
import { OrderBook } from '../../../graph/book/orderBook';
import { ASK, BID, type BookSide } from '../../../graph/book/side';
import { silverBars } from '../../../graph/bars/barsTable';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import type { TableBatch } from '../../../graph/datasets/schema';
import { Action, Side, type MboBatch } from '../../../graph/records/mbo';
import { decodeFrame, encodeFrame } from '../../../graph/screen/marketFrame';
import { MarketView } from '../../../graph/screen/marketView';
import { PRINT_WIDTH, PrintMark } from '../../../graph/screen/prints';
import { ShownMarket } from '../../../graph/screen/shownMarket';
import { rowsIn } from '../../../graph/session/operators';
import { restoreState, saveState } from '../../../graph/state/blob';
import { SessionGraph } from '../../../graph/stream/sessionGraph';
import { frame, inputs, simulatedDay } from './market';

const options = { tickNanos: frame.product.tickNanos, origin: frame.origin };
let day: MboBatch;
let bars: TableBatch[];

beforeAll(() => {
  day = simulatedDay();
  const session = new SessionGraph(inputs, DATASET_GRAPH.computations);
  session.push({ kind: 'records', batch: day, from: 0, to: day.length });
  bars = rowsIn(session.end()).filter(({ contract }) => contract === silverBars);
});

/** Rows of a book's side: price, lots, orders, the largest order. */
function rowsOf(book: OrderBook, side: BookSide): number[][] {
  const rows: number[][] = [];
  book.forEachLevel(side, -Infinity, Infinity, (price, lots, orders) => {
    let largest = 0;
    book.forEachOrder(side, price, (slot) => (largest = Math.max(largest, book.orderSize(slot))));
    rows.push([price, lots, orders, largest]);
  });
  return rows.sort((a, b) => a[0] - b[0]);
}

const shownRows = (shown: ShownMarket, side: BookSide): number[][] =>
  [...shown.levels(side)]
    .map(([price, { size, orders, largest }]) => [price, size, orders, largest])
    .sort((a, b) => a[0] - b[0]);

test('a screen that takes every frame holds the book, wherever the frames are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: day.length }), { maxLength: 40 }), (cuts) => {
      const book = new OrderBook(options);
      const shown = new ShownMarket();
      let view = new MarketView(options);
      let number = 0;
      let from = 0;
      for (const to of [...new Set([...cuts, day.length])].sort((a, b) => a - b)) {
        for (let i = from; i < to; i++) book.apply(day, i);
        view.push(day, from, to);
        from = to;
        const whole = view.replaced;
        expect(shown.take(decodeFrame(encodeFrame(view, number++, whole).buffer))).toBe('taken');
        view.taken();
        for (const side of [BID, ASK] as const) expect(shownRows(shown, side)).toEqual(rowsOf(book, side));
        // Another one goes on from what was saved.
        const next = new MarketView(options);
        restoreState(next, saveState(view));
        view = next;
      }
    }),
    { numRuns: 8 },
  );
});

/** Of a column of the day's bars. */
const sum = (name: string): number =>
  bars.reduce(
    (total, { columns, rowCount }) =>
      (columns[name] as Float64Array).subarray(0, rowCount).reduce((a, b) => a + b, total),
    0,
  );

test('volume, delta and imbalance are those of the bars', () => {
  const view = new MarketView(options);
  view.push(day, 0, day.length);
  expect(sum('volume')).toBeGreaterThan(1000);
  expect(view.totals).toMatchObject({
    volume: sum('volume'),
    delta: sum('buy_vol') - sum('sell_vol'),
    imbalance: sum('ofi_l1'),
  });
});

test('prints are the same, marks and all, however often they are looked at', () => {
  const printsOf = (pieces: number) => {
    const view = new MarketView(options);
    const rows: number[] = [];
    for (let from = 0; from < day.length; from += pieces) {
      view.push(day, from, Math.min(from + pieces, day.length));
      rows.push(...view.prints.values);
      view.taken();
    }
    return rows;
  };
  const [once, often] = [printsOf(5000), printsOf(7)];
  expect(often.length).toBe(once.length);
  expect(often.findIndex((value, k) => value !== once[k])).toBe(-1);
});

test('prints add up to the trades, by price and aggressor; what sweeps is marked', () => {
  const view = new MarketView(options);
  const printed = new Map<string, number>();
  const traded = new Map<string, number>();
  const add = (to: Map<string, number>, key: string, lots: number) => to.set(key, (to.get(key) ?? 0) + lots);
  let marked = 0;
  for (let from = 0; from < day.length; from += 5000) {
    view.push(day, from, Math.min(from + 5000, day.length));
    const { values } = view.prints;
    for (let row = 0; row < values.length; row += PRINT_WIDTH) {
      const [, price, lots, kind] = values.subarray(row, row + PRINT_WIDTH);
      if ((kind & PrintMark.Sweep) !== 0) marked++;
      if ((kind & PrintMark.Refresh) === 0) add(printed, `${price} ${kind & 3}`, lots);
    }
    view.taken();
  }
  const { tickNanos } = options;
  for (let i = 0; i < day.length; i++) {
    if (day.action[i] !== Action.Trade) continue;
    const kind = day.side[i] === Side.Bid ? 0 : day.side[i] === Side.Ask ? 1 : 2;
    add(traded, `${Number(day.price[i]) / tickNanos} ${kind}`, day.size[i]);
  }
  expect(printed).toEqual(traded);
  expect(marked).toBeGreaterThan(0);
});

test('what was filled of all prices is what the bars count as filled', () => {
  const view = new MarketView(options);
  view.push(day, 0, day.length);
  const bands = ['inside', 'touch', 't1_3', 't4_10', 'beyond'];
  for (const [side, name] of [
    [BID, 'bid'],
    [ASK, 'ask'],
  ] as const) {
    let filled = 0;
    for (let price = 15_000; price < 30_000; price++) filled += view.flow[side].at(price).filled;
    const counted = bands.reduce((total, band) => total + sum(`fill_${name}_${band}`), 0);
    expect(counted).toBeGreaterThan(1000);
    expect(filled).toBe(counted);
  }
});

test('a screen that comes later knows what became of every price, of those too where nothing rests any more', () => {
  const view = new MarketView(options);
  const [watching, late] = [new ShownMarket(), new ShownMarket()];
  let number = 0;
  for (let from = 0; from < day.length; from += 5000) {
    view.push(day, from, Math.min(from + 5000, day.length));
    watching.take(decodeFrame(encodeFrame(view, number++, view.replaced).buffer));
    view.taken();
  }
  late.take(decodeFrame(encodeFrame(view, number, true).buffer));
  let empty = 0;
  for (const side of [BID, ASK] as const)
    for (let price = 15_000; price < 30_000; price++) {
      const [all, whole] = [watching, late].map((shown) => {
        const { size = 0, filled = 0, pulled = 0 } = shown.level(side, price) ?? {};
        return { price, size, filled, pulled };
      });
      expect(whole).toEqual(all);
      if (all.size === 0 && all.filled + all.pulled > 0) empty++;
    }
  expect(empty).toBeGreaterThan(10);
});

test('a frame that is missing is noticed, and the whole makes it good', () => {
  const view = new MarketView(options);
  const shown = new ShownMarket();
  view.push(day, 0, 2000);
  shown.take(decodeFrame(encodeFrame(view, 0, true).buffer));
  view.taken();
  view.push(day, 2000, 3000);
  view.taken();
  view.push(day, 3000, 4000);
  expect(shown.take(decodeFrame(encodeFrame(view, 2, false).buffer))).toBe('gap');
  expect(shown.frame?.number).toBe(0);
  expect(shown.take(decodeFrame(encodeFrame(view, 3, true).buffer))).toBe('taken');
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['another version', frameBytes((bytes) => (bytes[0] = 9))],
  ['half of it', frameBytes(() => undefined).subarray(0, 50)],
  ['a kind there is none of', frameBytes((bytes) => (bytes[1] = 7))],
])('%s is no frame', (_, bytes) => {
  expect(() => decodeFrame(Uint8Array.from(bytes).buffer)).toThrow('no frame of the market');
});

function frameBytes(change: (bytes: Uint8Array) => unknown): Uint8Array {
  const bytes = encodeFrame(new MarketView(options), 0, true);
  change(bytes);
  return bytes;
}
