/**
 * A file of entries, only ever appended to. It begins with 24 bytes: a mark, the sequence number of its first event and that event's
 * offset in the partition, both little-endian. An event's offset counts the bytes of all entries before it, whatever was deleted since.
 */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  unlinkSync,
  writevSync,
} from 'node:fs';
import { join } from 'node:path';
import { SpymasterError } from '../../../graph/errors';
import { HEAD_BYTES, decodeEntry, encodeHead, entryBytes, type Entry } from './entry';

const MARK = Buffer.from('SMSEG001');
const FILE_HEAD_BYTES = 24;
/** How much is read at once. */
const CHUNK_BYTES = 1 << 20;
/** Bytes from one mark of the index to the next. */
const INDEX_EVERY = 1 << 16;

/** Sequence number and offset. */
export interface Place {
  sequenceNumber: number;
  offset: number;
}

/** An entry, and where it lies. */
export interface Located extends Place {
  entry: Entry;
}

/** Where the entry after it lies. */
export const after = ({ entry, sequenceNumber, offset }: Located): Place => ({
  sequenceNumber: sequenceNumber + 1,
  offset: offset + HEAD_BYTES + entry.message.length,
});

export class Segment {
  /** After the last entry. */
  private end: Place;
  private lastTime = 0;
  /** Some of the entries, in order. */
  private readonly index: (Place & { time: number })[] = [];
  private dirty = false;

  private constructor(
    readonly file: string,
    private readonly descriptor: number,
    /** Of its first entry. */
    readonly start: Place,
  ) {
    this.end = { ...start };
  }

  static create(folder: string, start: Place): Segment {
    const file = join(folder, `${String(start.sequenceNumber).padStart(20, '0')}.log`);
    const descriptor = openSync(file, 'wx+', 0o600);
    const head = Buffer.alloc(FILE_HEAD_BYTES);
    MARK.copy(head);
    head.writeBigInt64LE(BigInt(start.sequenceNumber), 8);
    head.writeBigInt64LE(BigInt(start.offset), 16);
    try {
      writeAll(descriptor, [head], 0);
    } catch (error) {
      closeSync(descriptor);
      unlinkSync(file);
      throw error;
    }
    return new Segment(file, descriptor, start);
  }

  /** Whether a file has its head: one that was begun when the process or the disk's room ended has none, and no events. */
  static hasBegun(file: string): boolean {
    return statSync(file).size >= FILE_HEAD_BYTES;
  }

  /**
   * Reads it through; an entry cut short at the end, by a crash, is cut off.
   * @param seen is told of every entry
   * @throws SpymasterError CorruptState when it is no segment
   */
  static open(file: string, seen: (located: Located) => void): Segment {
    const descriptor = openSync(file, 'r+');
    const head = Buffer.alloc(FILE_HEAD_BYTES);
    const read = readSync(descriptor, head, 0, head.length, 0);
    if (read < head.length || !head.subarray(0, MARK.length).equals(MARK)) {
      closeSync(descriptor);
      throw new SpymasterError('CorruptState', `${file} is no segment of an event hub`, { file });
    }
    const start = {
      sequenceNumber: Number(head.readBigInt64LE(8)),
      offset: Number(head.readBigInt64LE(16)),
    };
    const segment = new Segment(file, descriptor, start);
    segment.recover(seen);
    return segment;
  }

  private recover(seen: (located: Located) => void): void {
    const { size } = fstatSync(this.descriptor);
    const written = this.start.offset + size - FILE_HEAD_BYTES;
    for (let found = this.readTo(this.start.offset, written); found.length > 0;) {
      for (const located of found) {
        this.passed(located);
        seen(located);
      }
      found = this.readTo(this.end.offset, written);
    }
    if (this.end.offset < written)
      ftruncateSync(this.descriptor, this.end.offset - this.start.offset + FILE_HEAD_BYTES);
  }

  private passed(located: Located): void {
    const { entry, sequenceNumber, offset } = located;
    const last = this.index.at(-1);
    if (!last || offset - last.offset >= INDEX_EVERY)
      this.index.push({ sequenceNumber, offset, time: entry.enqueuedTime });
    this.lastTime = entry.enqueuedTime;
    this.end = after(located);
  }

  get bytes(): number {
    return this.end.offset - this.start.offset;
  }

  /** After its last event. */
  get next(): Place {
    return this.end;
  }

  /** Of its last event, ms since 1970 UTC. */
  get lastEnqueuedTime(): number {
    return this.lastTime;
  }

  /**
   * Writes all of them or none.
   * @param durable whether the device is to keep them before they count
   */
  append(entries: readonly Entry[], durable: boolean): void {
    const position = this.position(this.end.offset);
    try {
      writeAll(
        this.descriptor,
        entries.flatMap((entry) => [encodeHead(entry), entry.message]),
        position,
      );
      if (durable) fdatasyncSync(this.descriptor);
    } catch (error) {
      ftruncateSync(this.descriptor, position);
      throw error;
    }
    for (const entry of entries) this.passed({ entry, ...this.end });
    this.dirty ||= !durable;
  }

  /** Has the device keep what was appended. */
  sync(): void {
    if (this.dirty) fdatasyncSync(this.descriptor);
    this.dirty = false;
  }

  /**
   * Entries from an offset on, as many as fit in one reading, at least one unless there are none.
   * @throws SpymasterError CorruptState when an entry is not as it was written
   */
  read(offset: number, limit = CHUNK_BYTES): Located[] {
    const found = this.readTo(offset, this.end.offset, limit);
    if (found.length > 0 || offset >= this.end.offset) return found;
    throw new SpymasterError('CorruptState', `${this.file} is damaged at byte ${this.position(offset)}`, {
      file: this.file,
      offset: this.position(offset),
    });
  }

  private readTo(offset: number, end: number, limit = CHUNK_BYTES): Located[] {
    const bytes = this.bytesAt(offset, Math.min(end - offset, Math.max(limit, HEAD_BYTES)));
    const first = entryBytes(bytes, 0);
    // An entry larger than a chunk.
    if (first !== undefined && first > bytes.length && first <= end - offset)
      return this.decodeAll(this.bytesAt(offset, first), offset);
    return this.decodeAll(bytes, offset);
  }

  private bytesAt(offset: number, count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count);
    return bytes.subarray(0, readSync(this.descriptor, bytes, 0, count, this.position(offset)));
  }

  private decodeAll(bytes: Buffer, offset: number): Located[] {
    const found: Located[] = [];
    for (let at = 0, entry; (entry = decodeEntry(bytes, at));) {
      found.push({ entry, sequenceNumber: entry.sequenceNumber, offset: offset + at });
      at += HEAD_BYTES + entry.message.length;
    }
    return found;
  }

  /**
   * Where the first entry lies for which `reached` holds, which holds for all after it too; after the last entry without one.
   * @param reached is asked with sequence number, offset and enqueued time
   */
  find(reached: (place: Place & { time: number }) => boolean): Place {
    const beyond = this.index.findIndex(reached);
    let at: Place = this.index.at(beyond === -1 ? -1 : Math.max(beyond - 1, 0)) ?? this.end;
    for (let found = this.read(at.offset); found.length > 0; found = this.read(at.offset))
      for (const located of found) {
        const { entry, sequenceNumber, offset } = located;
        if (reached({ sequenceNumber, offset, time: entry.enqueuedTime })) return { sequenceNumber, offset };
        at = after(located);
      }
    return at;
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /** Whether its file is in no folder any more: somebody has removed it, and nothing of it outlives the process. */
  get isRemoved(): boolean {
    return fstatSync(this.descriptor).nlink === 0;
  }

  /** @throws what keeps its file from being removed; one that is gone already is no matter */
  delete(): void {
    rmSync(this.file, { force: true });
    this.close();
  }

  private position(offset: number): number {
    return offset - this.start.offset + FILE_HEAD_BYTES;
  }
}

/** A write of many pieces takes no more than this at once, on Linux. */
const MOST_PIECES = 1024;

function writeAll(descriptor: number, parts: readonly Buffer[], position: number): void {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  let written = 0;
  for (let i = 0; i < parts.length; i += MOST_PIECES)
    written += writevSync(descriptor, parts.slice(i, i + MOST_PIECES), position + written);
  if (written < size)
    throw new SpymasterError('StoreUnavailable', `only ${written} of ${size} bytes could be written`);
}
