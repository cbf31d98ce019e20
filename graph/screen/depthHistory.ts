/**
 * How displayed depth lay around the market, second by second: what a heatmap is drawn from. A column has the lots and the orders of
 * `DEPTH_ROWS` prices in a row, as of the end of its second. Those up to the best bid are bids, those above asks; in a crossed book both
 * sides' lots at a price are counted together.
 *
 * On the wire, little-endian: a header of 32 bytes, then of each column f64 lowest price and f64 best bid in ticks, and u16 lots and u16
 * orders of all its rows, lowest price first; more than 65,535 are 65,535.
 *
 *      0  u8  version of this format: 1        8  f64 start of the first column, ns since the session's origin
 *      1  u8  kind: 3, see marketFrame.ts     16  u32 columns
 *      4  u32 rows of a column                20  u32 seconds a column
 */
import { ASK, BID } from '../book/side';
import { SpymasterError } from '../errors';
import { NS_PER_SECOND } from '../market/time';
import type { MarketView } from './marketView';

/** 40 points of ES: what is farther from the market than half of it is not kept. */
export const DEPTH_ROWS = 160;
const VERSION = 1;
/** Beside the kinds of frames: what comes over one connection is told apart by them. */
export const DEPTH_KIND = 3;
const MOST = 0xffff;
const COLUMN_WORDS = 2 * DEPTH_ROWS;
const HEADER_BYTES = 32;
const PLACE_BYTES = 16;

/** A stretch of history as it is read. */
export interface DepthColumns {
  readonly rows: number;
  readonly seconds: number;
  /** Start of the first column, ns since the origin. */
  readonly start: number;
  readonly columns: readonly DepthColumn[];
}

export interface DepthColumn {
  /** Ticks; of the first row. */
  readonly lowest: number;
  readonly bestBid: number;
  readonly lots: Uint16Array;
  readonly orders: Uint16Array;
}

export class DepthHistory {
  /** Second of the first column since the origin; undefined before any. */
  private first: number | undefined;
  private count = 0;
  private places = new Float64Array(2 * 1024);
  private words = new Uint16Array(1024 * COLUMN_WORDS);

  /** Where the next column begins, ns since the origin; -Infinity before any time is known. */
  get end(): number {
    return this.first === undefined ? -Infinity : (this.first + this.count) * NS_PER_SECOND;
  }

  /** The market as it is lasts until `t`, ns since the origin: every second that has ended by then gets a column. */
  advanceTo(t: number, view: MarketView): void {
    const second = Math.floor(t / NS_PER_SECOND);
    this.first ??= second;
    while (this.first + this.count < second) this.add(view);
  }

  /**
   * The columns that begin in `[from, to)`, ns since the origin, as bytes.
   * @param seconds in a column: of several, the last is taken
   */
  encode(from: number, to: number, seconds: number): Uint8Array<ArrayBuffer> {
    const first = this.first ?? 0;
    const begin = Math.max(Math.ceil(from / NS_PER_SECOND) - first, 0);
    const end = Math.min(Math.floor(to / NS_PER_SECOND) - first, this.count);
    const n = Math.max(Math.floor((end - begin) / seconds), 0);
    const bytes = new Uint8Array(HEADER_BYTES + n * (PLACE_BYTES + 2 * COLUMN_WORDS));
    const header = new DataView(bytes.buffer);
    header.setUint8(0, VERSION);
    header.setUint8(1, DEPTH_KIND);
    header.setUint32(4, DEPTH_ROWS, true);
    header.setFloat64(8, (first + begin) * NS_PER_SECOND, true);
    header.setUint32(16, n, true);
    header.setUint32(20, seconds, true);
    for (let k = 0; k < n; k++) {
      const column = begin + (k + 1) * seconds - 1;
      const at = HEADER_BYTES + k * (PLACE_BYTES + 2 * COLUMN_WORDS);
      new Float64Array(bytes.buffer, at, 2).set(this.places.subarray(2 * column, 2 * column + 2));
      const words = this.words.subarray(column * COLUMN_WORDS, (column + 1) * COLUMN_WORDS);
      new Uint16Array(bytes.buffer, at + PLACE_BYTES, COLUMN_WORDS).set(words);
    }
    return bytes;
  }

  private add(view: MarketView): void {
    const column = this.count++;
    if (2 * this.count > this.places.length) this.grow();
    const { levels } = view;
    const bid = levels.bestPrice(BID);
    const ask = levels.bestPrice(ASK);
    const middle = Number.isNaN(bid) ? ask : bid;
    const lowest = Math.round(middle) - DEPTH_ROWS / 2;
    this.places[2 * column] = lowest;
    this.places[2 * column + 1] = bid;
    if (Number.isNaN(lowest)) return;
    const base = column * COLUMN_WORDS;
    for (const side of [BID, ASK] as const)
      levels.forEachLevel(side, lowest, lowest + DEPTH_ROWS - 1, (price, lots, orders) => {
        const row = price - lowest;
        if (!Number.isInteger(row)) return;
        const { words } = this;
        words[base + row] = Math.min(words[base + row] + lots, MOST);
        words[base + DEPTH_ROWS + row] = Math.min(words[base + DEPTH_ROWS + row] + orders, MOST);
      });
  }

  private grow(): void {
    const places = new Float64Array(2 * this.places.length);
    places.set(this.places);
    this.places = places;
    const words = new Uint16Array(2 * this.words.length);
    words.set(this.words);
    this.words = words;
  }
}

/** @throws SpymasterError CorruptState for bytes that are no history, or not all of it */
export function decodeDepth(bytes: ArrayBuffer): DepthColumns {
  const header = new DataView(bytes);
  const isDepth =
    bytes.byteLength >= HEADER_BYTES && header.getUint8(0) === VERSION && header.getUint8(1) === DEPTH_KIND;
  const rows = isDepth ? header.getUint32(4, true) : 0;
  const count = isDepth ? header.getUint32(16, true) : 0;
  const width = PLACE_BYTES + 4 * rows;
  if (!isDepth || bytes.byteLength !== HEADER_BYTES + count * width)
    throw new SpymasterError('CorruptState', `These ${bytes.byteLength} bytes are no history of depth`, {
      offset: 0,
    });
  const columns = Array.from({ length: count }, (_, k): DepthColumn => {
    const at = HEADER_BYTES + k * width;
    const [lowest, bestBid] = new Float64Array(bytes, at, 2);
    return {
      lowest,
      bestBid,
      lots: new Uint16Array(bytes, at + PLACE_BYTES, rows),
      orders: new Uint16Array(bytes, at + PLACE_BYTES + 2 * rows, rows),
    };
  });
  return { rows, seconds: header.getUint32(20, true), start: header.getFloat64(8, true), columns };
}
