/**
 * Walks the frame and block headers of a zstd stream without decompressing it. The decompressor itself takes
 * a stream that breaks off for one that is complete; this walker does not, and it knows how much output a
 * stretch of input can yield.
 *
 * Format: RFC 8878, section 3.1.
 */
import { DBZ_MAGIC } from '../../graph/dbn/dbz';
import { DBN_MAGIC, secondStream } from '../../graph/dbn/metadata';
import { SpymasterError } from '../../graph/errors';

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
/** No block yields more than this. */
const MAX_BLOCK_BYTES = 128 * 1024;
const RESERVED_BLOCK = 3;
const RLE_BLOCK = 1;
const COMPRESSED_BLOCK = 2;

/** Bytes looked at of each part; of a frame header only the first, and of a skippable frame what would make it DBZ. */
const HEADER_BYTES = {
  magic: 4,
  'skippable size': 4,
  'skippable head': 3,
  'frame header': 1,
  'block header': 3,
  content: 0,
};
type Part = keyof typeof HEADER_BYTES;

export class ZstdFrameWalker {
  /** Complete frames so far, skippable ones included. */
  frames = 0;
  /** Frames without a checksum: damage in them may go unnoticed. */
  unchecked = 0;
  /** What the blocks begun so far yield at most, bytes. */
  yielded = 0;
  /** Offset of the frame being read, or of the next one. */
  frameStart: number;
  /** Offset of the block being read, or of the next one. */
  private blockStart: number;

  private part: Part = 'magic';
  /** Bytes of the present header still missing, and those collected (at most 4 are looked at). */
  private missing = 4;
  private value = 0;
  private shift = 0;
  /** Bytes to pass over, and where that leads. */
  private skip = 0;
  private skippable = 0;
  private afterSkip: Part = 'magic';
  private checksum = false;
  private lastBlock = false;

  /** @param offset where the stream starts in its file */
  constructor(private offset = 0) {
    this.frameStart = offset;
    this.blockStart = offset;
  }

  /** Bytes of a block, or of a frame's header, that breaks off here. */
  get brokenBytes(): number {
    return this.offset - this.blockStart;
  }

  /** Whether the next byte is the first of a frame. */
  get betweenFrames(): boolean {
    return this.part === 'magic' && this.shift === 0;
  }

  /**
   * Walks on through `bytes` from `from`: to its end, to the end of the frame, or to the first block that begins when
   * `most` bytes may have been yielded.
   * @returns where it stopped
   * @throws SpymasterError CorruptDbn naming the offset of what is no zstd, UnsupportedDbn where another file begins
   */
  advance(bytes: Uint8Array, from: number, most: number): number {
    const limit = this.yielded + most;
    const { frames } = this;
    let at = from;
    while (at < bytes.length && this.frames === frames) {
      if (this.part === 'content') {
        const n = Math.min(this.skip, bytes.length - at);
        at += n;
        this.offset += n;
        this.skip -= n;
        if (this.skip > 0) break;
        this.enter(this.afterSkip);
        continue;
      }
      if (this.part === 'block header' && this.shift === 0 && this.yielded >= limit) break;
      this.value |= bytes[at] << this.shift;
      this.shift += 8;
      at++;
      this.offset++;
      if (--this.missing === 0) this.headerRead(this.value >>> 0);
    }
    return at;
  }

  /** @throws SpymasterError TruncatedDbn unless the stream ended between two frames */
  end(): void {
    if (this.betweenFrames) return;
    throw new SpymasterError(
      'TruncatedDbn',
      `The zstd stream breaks off at byte ${this.offset}, within the frame that starts at byte ${this.frameStart}. ` +
        'Fetch the file again; of a live capture that was cut off, --accept-truncated takes everything before.',
      { offset: this.offset, frame: this.frameStart },
    );
  }

  private headerRead(value: number): void {
    switch (this.part) {
      case 'magic':
        if (value === FRAME_MAGIC) this.enter('frame header');
        else if ((value & ~0xf) === SKIPPABLE_MAGIC) this.enter('skippable size');
        else if ((value & 0xff_ffff) === DBN_MAGIC) throw secondStream(this.frameStart);
        else throw this.corrupt(`no frame starts with 0x${value.toString(16).padStart(8, '0')}`, 4);
        return;
      case 'skippable size':
        this.skippable = value;
        if (value < HEADER_BYTES['skippable head']) this.pass(value, 'magic');
        else this.enter('skippable head');
        return;
      case 'skippable head':
        if (value === DBZ_MAGIC) throw secondStream(this.frameStart);
        this.pass(this.skippable - HEADER_BYTES['skippable head'], 'magic');
        return;
      case 'frame header': {
        const singleSegment = (value & 0x20) !== 0;
        this.checksum = (value & 0x04) !== 0;
        if (!this.checksum) this.unchecked++;
        const window = singleSegment ? 0 : 1;
        const dictionary = [0, 1, 2, 4][value & 3];
        const contentSize = [singleSegment ? 1 : 0, 2, 4, 8][value >> 6];
        this.pass(window + dictionary + contentSize, 'block header');
        return;
      }
      case 'block header': {
        const type = (value >> 1) & 3;
        const size = value >> 3;
        if (type === RESERVED_BLOCK) throw this.corrupt('a block is of the reserved type', 3);
        if (size > MAX_BLOCK_BYTES) throw this.corrupt(`a block claims ${size} bytes`, 3);
        this.yielded += type === COMPRESSED_BLOCK ? MAX_BLOCK_BYTES : size;
        this.lastBlock = (value & 1) !== 0;
        const rest = (type === RLE_BLOCK ? 1 : size) + (this.lastBlock && this.checksum ? 4 : 0);
        this.pass(rest, this.lastBlock ? 'magic' : 'block header');
        return;
      }
      default:
        throw new Error(`no header is read in ${this.part}`);
    }
  }

  /** Passes over `bytes`, then goes on with `next`. */
  private pass(bytes: number, next: Part): void {
    if (bytes === 0) {
      this.enter(next);
      return;
    }
    this.part = 'content';
    this.skip = bytes;
    this.afterSkip = next;
  }

  private enter(part: Part): void {
    this.part = part;
    this.value = 0;
    this.shift = 0;
    this.missing = HEADER_BYTES[part];
    if (part === 'block header') this.blockStart = this.offset;
    if (part === 'magic') {
      this.blockStart = this.offset;
      this.frames++;
      this.frameStart = this.offset;
    }
  }

  private corrupt(what: string, back: number): SpymasterError {
    return new SpymasterError('CorruptDbn', `Not a zstd stream: ${what} at byte ${this.offset - back}.`, {
      offset: this.offset - back,
      frame: this.frameStart,
    });
  }
}
