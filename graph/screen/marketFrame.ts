/**
 * The market as it travels to a screen: one binary message a frame, the whole of it or what has changed. Little-endian; times in ns since
 * the session's origin, prices in ticks, sizes in lots.
 *
 *      0  u8  version of this format: 1       48  f64 lots traded
 *      1  u8  kind: 1 whole, 2 changes        56  f64 cumulative delta, lots
 *      2  u8  state of the book               64  f64 order-flow imbalance at the touch, summed
 *      4  u32 number of the frame             72  f64 last price, NaN without
 *      8  f64 time of the last event          80  u32 rows of bids
 *     16  f64 capture time of the last record 84  u32 rows of asks
 *     24  f64 records so far                  88  u32 prints
 *     32  f64 best bid, NaN without           92  u32 prints left out
 *     40  f64 best ask, NaN without           96  rows of levels: price, lots, orders, largest order, filled, pulled
 *                                             ..  prints: time, price, lots, kind with marks
 *
 * A level that holds nothing any more has 0 lots: among changes where that is new, in the whole wherever lots were filled or pulled. The
 * prints of a whole frame take the place of those from the first of them on: some may have been told before. Frames of a stream are
 * numbered without a gap: whoever misses one asks for the whole.
 */
import { STATE_OF, type BookState } from '../book/bookState';
import { ASK, BID, type BookSide } from '../book/side';
import { SpymasterError } from '../errors';
import type { MarketTotals, MarketView } from './marketView';
import { PRINT_WIDTH } from './prints';

const VERSION = 1;
const WHOLE = 1;
const CHANGES = 2;
const HEADER_BYTES = 96;
export const LEVEL_WIDTH = 6;

/** A frame as it is read. */
export interface MarketFrame extends MarketTotals {
  readonly whole: boolean;
  readonly state: BookState;
  readonly number: number;
  readonly eventAt: number;
  readonly capturedAt: number;
  readonly records: number;
  readonly bestBid: number;
  readonly bestAsk: number;
  /** By side, rows of (price, lots, orders, largest order, filled, pulled). */
  readonly levels: readonly [bids: Float64Array, asks: Float64Array];
  /** Rows of (time, price, lots, kind with marks), as in `Prints`. */
  readonly prints: Float64Array;
  readonly dropped: number;
}

/**
 * @param whole the whole book, and not only what has changed since the view was last `taken`
 * @param prints with the whole, those that may have been missed as well; rows as in `Prints`
 */
export function encodeFrame(
  view: MarketView,
  number: number,
  whole: boolean,
  prints = view.prints.values,
): Uint8Array<ArrayBuffer> {
  const rows = [rowsOf(view, BID, whole), rowsOf(view, ASK, whole)] as const;
  const bytes = new Uint8Array(HEADER_BYTES + 8 * (rows[BID].length + rows[ASK].length + prints.length));
  const header = new DataView(bytes.buffer);
  const { lastPrice, volume, delta, imbalance } = view.totals;
  header.setUint8(0, VERSION);
  header.setUint8(1, whole ? WHOLE : CHANGES);
  header.setUint8(2, STATE_OF.indexOf(view.state));
  header.setUint32(4, number, true);
  const figures = [
    view.eventAt,
    view.capturedAt,
    view.records,
    view.levels.bestPrice(BID),
    view.levels.bestPrice(ASK),
    volume,
    delta,
    imbalance,
    lastPrice,
  ];
  for (const [k, figure] of figures.entries()) header.setFloat64(8 + 8 * k, figure, true);
  header.setUint32(80, rows[BID].length / LEVEL_WIDTH, true);
  header.setUint32(84, rows[ASK].length / LEVEL_WIDTH, true);
  header.setUint32(88, prints.length / PRINT_WIDTH, true);
  header.setUint32(92, view.prints.dropped, true);
  const body = new Float64Array(bytes.buffer, HEADER_BYTES);
  body.set(rows[BID]);
  body.set(rows[ASK], rows[BID].length);
  body.set(prints, rows[BID].length + rows[ASK].length);
  return bytes;
}

/** @throws SpymasterError CorruptState, with the byte, for what is no frame or not whole */
export function decodeFrame(bytes: ArrayBuffer): MarketFrame {
  if (bytes.byteLength < HEADER_BYTES) throw corrupt(`${bytes.byteLength} bytes`, 0);
  const header = new DataView(bytes);
  const kind = header.getUint8(1);
  const state = STATE_OF[header.getUint8(2)];
  if (header.getUint8(0) !== VERSION) throw corrupt(`version ${header.getUint8(0)}`, 0);
  if (kind !== WHOLE && kind !== CHANGES) throw corrupt(`kind ${kind}`, 1);
  if (state === undefined) throw corrupt(`book state ${header.getUint8(2)}`, 2);
  const [bids, asks, prints] = [80, 84, 88].map((at) => header.getUint32(at, true));
  const expected = HEADER_BYTES + 8 * (LEVEL_WIDTH * (bids + asks) + PRINT_WIDTH * prints);
  if (expected !== bytes.byteLength) throw corrupt(`${bytes.byteLength} bytes instead of ${expected}`, 80);
  const figure = (k: number) => header.getFloat64(8 + 8 * k, true);
  const bidsEnd = HEADER_BYTES + 8 * LEVEL_WIDTH * bids;
  const asksEnd = bidsEnd + 8 * LEVEL_WIDTH * asks;
  return {
    whole: kind === WHOLE,
    state,
    number: header.getUint32(4, true),
    eventAt: figure(0),
    capturedAt: figure(1),
    records: figure(2),
    bestBid: figure(3),
    bestAsk: figure(4),
    volume: figure(5),
    delta: figure(6),
    imbalance: figure(7),
    lastPrice: figure(8),
    levels: [
      new Float64Array(bytes, HEADER_BYTES, LEVEL_WIDTH * bids),
      new Float64Array(bytes, bidsEnd, LEVEL_WIDTH * asks),
    ],
    prints: new Float64Array(bytes, asksEnd, PRINT_WIDTH * prints),
    dropped: header.getUint32(92, true),
  };
}

function rowsOf(view: MarketView, side: BookSide, whole: boolean): Float64Array {
  const { levels, flow } = view;
  const values: number[] = [];
  const row = (price: number, lots: number, orders: number) => {
    const { filled, pulled } = flow[side].at(price);
    values.push(price, lots, orders, view.largestOrder(side, price), filled, pulled);
  };
  if (whole) {
    levels.forEachLevel(side, -Infinity, Infinity, row);
    for (const price of flow[side].prices()) if (levels.levelOrders(side, price) === 0) row(price, 0, 0);
  } else
    for (const price of view.changed[side])
      row(price, levels.levelSize(side, price), levels.levelOrders(side, price));
  return Float64Array.from(values);
}

const corrupt = (found: string, offset: number) =>
  new SpymasterError('CorruptState', `This is no frame of the market: ${found}`, { offset });
