/**
 * The hot path: MBO records between their wire form and the columns of an `MboBatch`.
 *
 * A record is read through two views of the same bytes, one of 32-bit and one of 64-bit words. Moving a
 * 64-bit word from array to array makes no BigInt in compiled code, and takes half the moves of two 32-bit
 * words.
 */
import type { MboBatch } from '../records/mbo';

export const MBO_BYTES = 56;
/** Length (in 4-byte words) and rtype: the first two bytes of a record, as the low half of its first word. */
export const MBO_HEADER = 0xa000 | (MBO_BYTES / 4);
export const MBO_TS_OUT_HEADER = 0xa000 | (MBO_BYTES / 4 + 2);

/** Bytes of whole records, seen as words. They must start on an 8-byte boundary. */
export class RecordWords {
  readonly words: Uint32Array;
  readonly wide: BigUint64Array;

  /** @param byteLength a multiple of 8 */
  constructor(buffer: ArrayBufferLike, byteOffset: number, byteLength: number) {
    this.words = new Uint32Array(buffer, byteOffset, byteLength / 4);
    this.wide = new BigUint64Array(buffer, byteOffset, byteLength / 8);
  }

  static aligned(byteOffset: number): boolean {
    return byteOffset % 8 === 0;
  }
}

/**
 * Adds consecutive MBO records to the batch, up to the first record with another header, `end` or a full
 * batch.
 *
 * @param at where the first record starts, in 4-byte words
 * @param end where the last one ends, in 4-byte words
 * @param header `MBO_HEADER` or `MBO_TS_OUT_HEADER`: which of the two every record must have
 * @returns how many records were added
 */
export function scatterMbo(
  { words, wide }: RecordWords,
  at: number,
  end: number,
  header: number,
  batch: MboBatch,
): number {
  const { tsEvent, tsRecv, orderId, price, instrumentId, size, sequence, tsInDelta } = batch;
  const { publisherId, flags, channelId, action, side } = batch;
  const stride = header & 0xff;
  const first = batch.length;
  const last = first + Math.min(batch.capacity - first, Math.floor((end - at) / stride));
  let row = first;
  for (let w = at; row < last; row++, w += stride) {
    const head = words[w];
    if ((head & 0xffff) !== header) break;
    const d = w >>> 1;
    publisherId[row] = head >>> 16;
    instrumentId[row] = words[w + 1];
    tsEvent[row] = wide[d + 1];
    orderId[row] = wide[d + 2];
    price[row] = wide[d + 3];
    size[row] = words[w + 8];
    const small = words[w + 9];
    flags[row] = small;
    channelId[row] = small >>> 8;
    action[row] = small >>> 16;
    side[row] = small >>> 24;
    tsRecv[row] = wide[d + 5];
    tsInDelta[row] = words[w + 12];
    sequence[row] = words[w + 13];
  }
  batch.length = row;
  return row - first;
}

/** Writes rows `from` to `to` (exclusive) as records of 56 bytes each. */
function gatherMbo(batch: MboBatch, from: number, to: number, { words, wide }: RecordWords): void {
  const { tsEvent, tsRecv, orderId, price, instrumentId, size, sequence, tsInDelta } = batch;
  const { publisherId, flags, channelId, action, side } = batch;
  for (let row = from, w = 0; row < to; row++, w += MBO_BYTES / 4) {
    const d = w >>> 1;
    words[w] = MBO_HEADER | (publisherId[row] << 16);
    words[w + 1] = instrumentId[row];
    wide[d + 1] = tsEvent[row];
    wide[d + 2] = orderId[row];
    wide[d + 3] = price[row] as bigint;
    words[w + 8] = size[row];
    words[w + 9] = flags[row] | (channelId[row] << 8) | (action[row] << 16) | (side[row] << 24);
    wide[d + 5] = tsRecv[row];
    words[w + 12] = tsInDelta[row];
    words[w + 13] = sequence[row];
  }
}

/**
 * Encodes rows `from` to `to` (exclusive) of a batch as DBN records; they are the same bytes in every
 * version.
 *
 * @param out receives 56 bytes a row from `at` on
 * @returns the offset behind the last byte written
 */
export function encodeMbo(batch: MboBatch, from: number, to: number, out: Uint8Array, at: number): number {
  const bytes = (to - from) * MBO_BYTES;
  if (at + bytes > out.length)
    throw new RangeError(`${to - from} MBO records at ${at} do not fit into ${out.length} bytes`);
  const start = out.byteOffset + at;
  if (RecordWords.aligned(start)) {
    gatherMbo(batch, from, to, new RecordWords(out.buffer, start, bytes));
  } else {
    const copy = new Uint8Array(bytes);
    gatherMbo(batch, from, to, new RecordWords(copy.buffer, 0, bytes));
    out.set(copy, at);
  }
  return at + bytes;
}
