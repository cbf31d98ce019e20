/** The hot path: MBO records between their 56-byte wire form and the columns of an `MboBatch`, word by word. */
import type { MboBatch } from '../market/mbo';

export const MBO_BYTES = 56;
const MBO_WORDS = MBO_BYTES / 4;
/** Length (in words) and rtype, the first two bytes of a record, as read in one word's low half. */
export const MBO_HEADER = 0xa000 | MBO_WORDS;
export const MBO_TS_OUT_HEADER = 0xa000 | (MBO_WORDS + 2);

/**
 * Spreads consecutive MBO records into the batch's columns, up to the first record with another header, the end of `words` or
 * a full batch.
 *
 * @param words the records, from word `at` on
 * @param header `MBO_HEADER` or `MBO_TS_OUT_HEADER`: which of the two every record must have
 * @returns how many records were added to the batch
 */
export function scatterMbo(words: Uint32Array, at: number, header: number, batch: MboBatch): number {
  const { tsEventWords, tsRecvWords, orderIdWords, priceWords } = batch;
  const { instrumentId, size, sequence, tsInDelta, publisherId, flags, channelId, action, side } = batch;
  const stride = header & 0xff;
  const first = batch.length;
  const room = Math.min(batch.capacity - first, Math.floor((words.length - at) / stride));
  let row = first;
  const end = first + room;
  for (let w = at; row < end; row++, w += stride) {
    const head = words[w];
    if ((head & 0xffff) !== header) break;
    const wide = 2 * row;
    publisherId[row] = head >>> 16;
    instrumentId[row] = words[w + 1];
    tsEventWords[wide] = words[w + 2];
    tsEventWords[wide + 1] = words[w + 3];
    orderIdWords[wide] = words[w + 4];
    orderIdWords[wide + 1] = words[w + 5];
    priceWords[wide] = words[w + 6];
    priceWords[wide + 1] = words[w + 7];
    size[row] = words[w + 8];
    const small = words[w + 9];
    flags[row] = small;
    channelId[row] = small >>> 8;
    action[row] = small >>> 16;
    side[row] = small >>> 24;
    tsRecvWords[wide] = words[w + 10];
    tsRecvWords[wide + 1] = words[w + 11];
    tsInDelta[row] = words[w + 12];
    sequence[row] = words[w + 13];
  }
  batch.length = row;
  return row - first;
}

/** Writes rows `from` to `to` (exclusive) as records of 14 words each. */
function gatherMbo(batch: MboBatch, from: number, to: number, words: Uint32Array, at: number): void {
  const { tsEventWords, tsRecvWords, orderIdWords, priceWords } = batch;
  const { instrumentId, size, sequence, tsInDelta, publisherId, flags, channelId, action, side } = batch;
  for (let row = from, w = at; row < to; row++, w += MBO_WORDS) {
    const wide = 2 * row;
    words[w] = MBO_HEADER | (publisherId[row] << 16);
    words[w + 1] = instrumentId[row];
    words[w + 2] = tsEventWords[wide];
    words[w + 3] = tsEventWords[wide + 1];
    words[w + 4] = orderIdWords[wide];
    words[w + 5] = orderIdWords[wide + 1];
    words[w + 6] = priceWords[wide];
    words[w + 7] = priceWords[wide + 1];
    words[w + 8] = size[row];
    words[w + 9] = flags[row] | (channelId[row] << 8) | (action[row] << 16) | (side[row] << 24);
    words[w + 10] = tsRecvWords[wide];
    words[w + 11] = tsRecvWords[wide + 1];
    words[w + 12] = tsInDelta[row];
    words[w + 13] = sequence[row];
  }
}

/**
 * Encodes rows `from` to `to` (exclusive) of a batch as DBN records; they are the same bytes in every version.
 *
 * @param out receives 56 bytes a row from `at` on
 * @returns the offset behind the last byte written
 */
export function encodeMbo(batch: MboBatch, from: number, to: number, out: Uint8Array, at: number): number {
  const end = at + (to - from) * MBO_BYTES;
  if (end > out.length)
    throw new RangeError(`${to - from} MBO records at ${at} need ${end} bytes, the buffer has ${out.length}`);
  if ((out.byteOffset + at) % 4 === 0) {
    gatherMbo(batch, from, to, new Uint32Array(out.buffer, out.byteOffset + at, (end - at) / 4), 0);
  } else {
    const words = new Uint32Array((end - at) / 4);
    gatherMbo(batch, from, to, words, 0);
    out.set(new Uint8Array(words.buffer), at);
  }
  return end;
}
