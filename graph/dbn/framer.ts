/** A DBN stream cut into whole records without decoding them: what forwards records needs their bytes, not their fields. */
import { SpymasterError } from '../errors';
import { HEADER_BYTES } from './constants';
import { PREFIX_BYTES, decodeMetadata, readPrefix } from './metadata';
import type { DbnMetadata } from './metadata';

const EMPTY = new Uint8Array(0);

/**
 * Bytes of a stream in chunks of any size in, runs of whole records out. A run lies in the chunk's own memory, unless the chunk before
 * broke off within a record: then both are joined in new memory. Runs are the caller's to keep if chunks are not reused.
 */
export class RecordFramer {
  /** Set once the head of the stream has been read. */
  metadata: DbnMetadata | null = null;
  private held: Uint8Array = EMPTY;
  private offset = 0;

  /** Bytes of metadata and whole records so far: where in the stream the first incomplete record starts. */
  get position(): number {
    return this.offset;
  }

  /** Bytes of an incomplete head or record that wait for the next chunk. */
  get heldBytes(): number {
    return this.held.length;
  }

  /**
   * @returns the whole records these bytes complete, one after the other; empty while there are none
   * @throws SpymasterError UnsupportedDbn or CorruptDbn naming the offset; nothing more can be pushed
   */
  push(chunk: Uint8Array): Uint8Array {
    let bytes = this.held.length === 0 ? chunk : joined(this.held, chunk);
    this.held = EMPTY;
    if (this.metadata === null) {
      const head = bytes.length < PREFIX_BYTES ? Infinity : readPrefix(bytes).bytes;
      if (bytes.length < head) {
        this.held = bytes.slice();
        return EMPTY;
      }
      this.metadata = decodeMetadata(bytes.subarray(0, head));
      this.offset = head;
      bytes = bytes.subarray(head);
    }
    const end = this.wholeUntil(bytes);
    if (end < bytes.length) this.held = bytes.slice(end);
    this.offset += end;
    return bytes.subarray(0, end);
  }

  private wholeUntil(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length) {
      const length = bytes[at] * 4;
      if (length < HEADER_BYTES)
        throw new SpymasterError('CorruptDbn', `A record of ${length} bytes is shorter than its header.`, {
          offset: this.offset + at,
          field: 'length',
        });
      if (at + length > bytes.length) break;
      at += length;
    }
    return at;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
