/** The records of a block that a session is sent, as one piece of bytes. */
import { TS_OUT_BYTES } from '../../../graph/dbn';
import type { RecordBlock } from './source';

/** Records of a block that are sent, in order. */
export interface Chosen {
  readonly block: RecordBlock;
  readonly rows: readonly number[];
}

/** @param tsOut send time to append to each, ns UTC; null appends none */
export function bytesOf({ block, rows }: Chosen, tsOut: bigint | null): Uint8Array {
  const { bytes, offsets } = block;
  if (rows.length === 0) return bytes.subarray(0, 0);
  const [first, last] = [rows[0], rows[rows.length - 1]];
  if (tsOut === null && last - first + 1 === rows.length)
    return bytes.subarray(offsets[first], offsets[last + 1]);
  const each = tsOut === null ? 0 : TS_OUT_BYTES;
  const size = rows.reduce((sum, row) => sum + offsets[row + 1] - offsets[row] + each, 0);
  const out = new Uint8Array(size);
  let at = 0;
  for (const row of rows) {
    const record = bytes.subarray(offsets[row], offsets[row + 1]);
    out.set(record, at);
    if (tsOut !== null) stamp(out, at, record.length, tsOut);
    at += record.length + each;
  }
  return out;
}

/** A record with its send time behind it. */
export function withTsOut(record: Uint8Array, tsOut: bigint | null): Uint8Array {
  if (tsOut === null) return record;
  const out = new Uint8Array(record.length + TS_OUT_BYTES);
  out.set(record);
  stamp(out, 0, record.length, tsOut);
  return out;
}

function stamp(out: Uint8Array, at: number, length: number, tsOut: bigint): void {
  out[at] += TS_OUT_BYTES / 4;
  new DataView(out.buffer, out.byteOffset).setBigUint64(at + length, tsOut, true);
}
