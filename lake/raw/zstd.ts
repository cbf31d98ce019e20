/**
 * zstd for raw files, by the native library. Its stream classes are used directly, without Node's stream
 * layer around them: they work synchronously, so that output goes to the decoder while it is still in the
 * cache.
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import xxhash, { type XXHash } from 'xxhash-wasm';
import { SpymasterError } from '../../graph/errors';
import { ZstdFrameWalker } from './zstdFrames';

interface NativeStream {
  data(input: Uint8Array, output: (bytes: Uint8Array) => void): void;
  end(output: (bytes: Uint8Array) => void): void;
}
interface Native {
  Compressor: new (level: number) => NativeStream;
  Decompressor: new () => NativeStream;
}

let loaded: Native | undefined;

/** The package is an ES module around a native addon; a CommonJS program takes the addon itself. */
function native(): Native {
  if (!loaded) {
    const manifest = require.resolve('@cloudpss/zstd/package.json');
    const load = createRequire(manifest)('node-gyp-build') as (folder: string) => Native;
    loaded = load(dirname(manifest));
  }
  return loaded;
}

/**
 * Output of native work, gathered: what is done with it may throw, and nothing may be thrown through native
 * code.
 */
function piecesOf(work: (collect: (piece: Uint8Array) => void) => void): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  work((piece) => pieces.push(piece));
  return pieces;
}

/** Output decompressed at a time; the block that reaches it is completed. */
const OUTPUT_AT_A_TIME = 1 << 20;

/** Whether a file starting with these bytes is zstd: an ordinary or a skippable frame. */
export function isZstd(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  const magic = new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true);
  return magic === 0xfd2fb528 || (magic & ~0xf) === 0x184d2a50;
}

/** Input decompressed in one go. */
interface Stretch {
  stretch: Uint8Array;
  /** Offset in the file of the frame it begins in. */
  frameStart: number;
  /** Whether it begins with that frame, and ends within or behind another; else it lies in that one. */
  whole: boolean;
  /** Of its output in the decompressed stream. */
  position: number;
}

/**
 * Streaming decompression of any number of frames, which notices truncation, damaged frames and wrong
 * checksums.
 */
export class ZstdReader {
  private readonly decompressor = new (native().Decompressor)();
  private readonly walker: ZstdFrameWalker;
  private last: Stretch = { stretch: new Uint8Array(0), frameStart: 0, whole: false, position: 0 };
  private produced = 0;

  /**
   * @param output receives the decompressed bytes, in order
   * @param offset where the stream starts in its file
   */
  constructor(
    private readonly output: (bytes: Uint8Array) => void,
    offset = 0,
  ) {
    this.walker = new ZstdFrameWalker(offset);
  }

  /** Bytes of a block that breaks off, none of which could be decompressed. */
  get brokenBytes(): number {
    return this.walker.brokenBytes;
  }

  /** Frames whose content carries no checksum. */
  get uncheckedFrames(): number {
    return this.walker.unchecked;
  }

  /**
   * Decompresses from `from` on, about 1 MiB of output at most; call again until the end of `bytes` is reached. Small frames,
   * of which there may be millions, are given to the native library together: a call of it takes microseconds.
   * @returns where it stopped
   * @throws SpymasterError CorruptDbn naming the offset of the damaged frame
   */
  push(bytes: Uint8Array, from: number): number {
    const { walker } = this;
    const { frameStart, betweenFrames } = walker;
    const limit = walker.yielded + OUTPUT_AT_A_TIME;
    let to = from;
    let wrong: unknown;
    try {
      // Several frames only if all are whole: a damaged one among them can be found then.
      for (let more = true; more;) {
        to = walker.advance(bytes, to, limit - walker.yielded);
        more = betweenFrames && walker.betweenFrames && to < bytes.length && walker.yielded < limit;
      }
    } catch (error) {
      // Thrown once what lies before has been handed out.
      wrong = error;
    }
    const stretch = bytes.subarray(from, to);
    this.last = { stretch, frameStart, whole: betweenFrames, position: this.produced };
    let pieces: Uint8Array[];
    try {
      pieces = piecesOf((collect) => this.decompressor.data(stretch, collect));
    } catch (error) {
      if (betweenFrames) this.pushSingly(stretch, frameStart);
      throw damaged(error as Error, frameStart);
    }
    for (const { length } of pieces) this.produced += length;
    for (const piece of pieces) this.output(piece);
    if (wrong !== undefined) throw wrong;
    return to;
  }

  /**
   * Offset in the file of the frame that yielded a byte, for a consumer that has just refused it.
   * @param position of the byte in the decompressed stream, among those handed out last
   */
  frameAt(position: number): number {
    const { stretch, frameStart, whole, position: first } = this.last;
    if (!whole) return frameStart;
    let end = first;
    for (const frame of singleFrames(stretch, frameStart)) {
      for (const { length } of frame.decompress()) end += length;
      if (position < end) return frame.offset;
    }
    return frameStart;
  }

  /** Decompresses one frame after the other, up to the damaged one. @throws SpymasterError CorruptDbn naming its offset */
  private pushSingly(frames: Uint8Array, offset: number): void {
    for (const frame of singleFrames(frames, offset)) {
      let pieces: Uint8Array[];
      try {
        pieces = frame.decompress();
      } catch (error) {
        throw damaged(error as Error, frame.offset);
      }
      for (const piece of pieces) this.output(piece);
    }
  }

  /** @throws SpymasterError TruncatedDbn unless the stream ended between two frames */
  end(): void {
    this.walker.end();
  }
}

/** Frames one by one, each to be decompressed before the next; the last one may break off. */
function* singleFrames(frames: Uint8Array, offset: number) {
  const walker = new ZstdFrameWalker(offset);
  const decompressor = new (native().Decompressor)();
  for (let at = 0; at < frames.length;) {
    const { frameStart } = walker;
    const from = at;
    at = walker.advance(frames, from, Infinity);
    const frame = frames.subarray(from, at);
    yield { offset: frameStart, decompress: () => piecesOf((collect) => decompressor.data(frame, collect)) };
  }
}

function damaged(cause: Error, frameStart: number): SpymasterError {
  return new SpymasterError(
    'CorruptDbn',
    `The zstd frame that starts at byte ${frameStart} is damaged: ${cause.message}. Fetch the file again.`,
    { offset: frameStart },
    { cause },
  );
}

/** Decompresses a small piece at once. @throws SpymasterError if it yields more than `limit` bytes */
export function decompress(bytes: Uint8Array, limit: number, offset = 0): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = new ZstdReader((piece) => {
    size += piece.length;
    if (size > limit)
      throw new SpymasterError(
        'CorruptDbn',
        `The zstd stream at byte ${offset} holds more than ${limit} bytes.`,
        { offset },
      );
    pieces.push(piece);
  }, offset);
  for (let at = 0; at < bytes.length;) at = reader.push(bytes, at);
  reader.end();
  return join(pieces);
}

/**
 * Opens a stream of compression.
 * @param output receives the compressed bytes, in order
 * @param level 1 (fast) to 22 (small); 3 by default
 */
export type OpenZstdWriter = (output: (bytes: Uint8Array) => void, level?: number) => ZstdWriter;

/** Loads the checksum's WebAssembly, with which any number of writers can be opened. */
export async function loadZstdWriter(): Promise<OpenZstdWriter> {
  const hashes = await xxhash();
  return (output, level = 3) => new ZstdWriter(output, level, hashes.create64());
}

/** Where a frame says whether it ends with a checksum of its content. */
const DESCRIPTOR_AT = 4;
const CHECKSUM_FLAG = 0x04;

/**
 * Streaming compression into one frame with a checksum, which the native compressor leaves out: the low half of the
 * content's XXH64 (RFC 8878, section 3.1.1).
 */
class ZstdWriter {
  private readonly compressor: NativeStream;
  private written = 0;

  constructor(
    private readonly output: (bytes: Uint8Array) => void,
    level: number,
    private readonly hash: XXHash<bigint>,
  ) {
    this.compressor = new (native().Compressor)(level);
  }

  push(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.emit(piecesOf((collect) => this.compressor.data(bytes, collect)));
  }

  end(): void {
    this.emit(piecesOf((collect) => this.compressor.end(collect)));
    const checksum = new Uint8Array(4);
    new DataView(checksum.buffer).setUint32(0, Number(BigInt.asUintN(32, this.hash.digest())), true);
    this.output(checksum);
  }

  private emit(pieces: Uint8Array[]): void {
    for (const piece of pieces) {
      const descriptor = DESCRIPTOR_AT - this.written;
      if (descriptor >= 0 && descriptor < piece.length) piece[descriptor] |= CHECKSUM_FLAG;
      this.written += piece.length;
      this.output(piece);
    }
  }
}

export type { ZstdWriter };

/** One array of its own; a Buffer would share its memory, and its `slice` does not copy. */
function join(pieces: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
