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
/** A quarter of an hour. */
const CHUNK_COLUMNS = 900;
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

/** Columns that follow one another in memory; what is there already is never moved. */
class Chunk {
  /** Of each column the lowest price and the best bid, ticks. */
  readonly places = new Float64Array(2 * CHUNK_COLUMNS);
  readonly words = new Uint16Array(CHUNK_COLUMNS * COLUMN_WORDS);
}

export class DepthHistory {
  /** Second of the first column since the origin; undefined before any. */
  private first: number | undefined;
  private count = 0;
  private readonly chunks: Chunk[] = [];

  /** Where the next column begins, ns since the origin; -Infinity before any time is known. */
  get end(): number {
    return this.first === undefined ? -Infinity : (this.first + this.count) * NS_PER_SECOND;
  }

  /** The market as it is lasts until `t`, ns since the origin: every second that has ended by then gets a column. */
  advanceTo(t: number, view: MarketView): void {
    const second = Math.floor(t / NS_PER_SECOND);
    this.first ??= second;
    if (this.first + this.count < second) this.add(view);
    while (this.first + this.count < second) this.repeat();
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
      const { places, words } = this.chunkOf(column);
      const row = column % CHUNK_COLUMNS;
      new Float64Array(bytes.buffer, at, 2).set(places.subarray(2 * row, 2 * row + 2));
      new Uint16Array(bytes.buffer, at + PLACE_BYTES, COLUMN_WORDS).set(
        words.subarray(row * COLUMN_WORDS, (row + 1) * COLUMN_WORDS),
      );
    }
    return bytes;
  }

  private add({ levels }: MarketView): void {
    const { places, words } = this.next();
    const column = (this.count - 1) % CHUNK_COLUMNS;
    const bid = levels.bestPrice(BID);
    const ask = levels.bestPrice(ASK);
    const middle = Number.isNaN(bid) ? ask : bid;
    const lowest = Math.round(middle) - DEPTH_ROWS / 2;
    places[2 * column] = lowest;
    places[2 * column + 1] = bid;
    if (Number.isNaN(lowest)) return;
    const base = column * COLUMN_WORDS;
    const visit = (price: number, lots: number, orders: number) => {
      const row = price - lowest;
      if (!Number.isInteger(row)) return;
      const at = base + row;
      words[at] = Math.min(words[at] + lots, MOST);
      words[at + DEPTH_ROWS] = Math.min(words[at + DEPTH_ROWS] + orders, MOST);
    };
    for (const side of [BID, ASK] as const) levels.forEachLevel(side, lowest, lowest + DEPTH_ROWS - 1, visit);
  }

  /** A second in which nothing has changed. */
  private repeat(): void {
    const before = this.chunkOf(this.count - 1);
    const from = (this.count - 1) % CHUNK_COLUMNS;
    const { places, words } = this.next();
    const to = (this.count - 1) % CHUNK_COLUMNS;
    places.set(before.places.subarray(2 * from, 2 * from + 2), 2 * to);
    words.set(before.words.subarray(from * COLUMN_WORDS, (from + 1) * COLUMN_WORDS), to * COLUMN_WORDS);
  }

  private chunkOf(column: number): Chunk {
    return this.chunks[Math.floor(column / CHUNK_COLUMNS)];
  }

  /** Room for one more column. */
  private next(): Chunk {
    const column = this.count++;
    if (column % CHUNK_COLUMNS === 0) this.chunks.push(new Chunk());
    return this.chunkOf(column);
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
