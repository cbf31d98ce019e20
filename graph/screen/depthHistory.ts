/**
 * How displayed depth lay around the market, second by second: what a heatmap is drawn from. A column has the lots and the orders of
 * `DEPTH_ROWS` prices in a row, as of the end of its second. Those up to the best bid are bids, those above asks; in a crossed book both
 * sides' lots at a price are counted together.
 *
 * On the wire: a header of 32 bytes (u32 rows, u32 seconds a column, f64 start of the first column in ns since the session's origin, u32
 * columns, 12 bytes of zeros), then of each column f64 lowest price and f64 best bid in ticks, then u16 lots and u16 orders of all its
 * rows, lowest price first. Little-endian; more than 65,535 lots are 65,535.
 */
import { ASK, BID } from '../book/side';
import { SpymasterError } from '../errors';
import { NS_PER_SECOND } from '../market/time';
import type { MarketView } from './marketView';

/** 40 points of ES: what is farther from the market than half of it is not kept. */
export const DEPTH_ROWS = 160;
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
    header.setUint32(0, DEPTH_ROWS, true);
    header.setUint32(4, seconds, true);
    header.setFloat64(8, (first + begin) * NS_PER_SECOND, true);
    header.setUint32(16, n, true);
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

/** @throws SpymasterError CorruptState for bytes that are not whole */
export function decodeDepth(bytes: ArrayBuffer): DepthColumns {
  const header = new DataView(bytes);
  const rows = bytes.byteLength < HEADER_BYTES ? 0 : header.getUint32(0, true);
  const count = rows === 0 ? 0 : header.getUint32(16, true);
  const width = PLACE_BYTES + 4 * rows;
  if (rows === 0 || bytes.byteLength !== HEADER_BYTES + count * width)
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
  return { rows, seconds: header.getUint32(4, true), start: header.getFloat64(8, true), columns };
}
