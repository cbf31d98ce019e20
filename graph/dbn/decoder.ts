/** Streaming DBN decoder: bytes in chunks of any size in, metadata, MBO batches and records out. */
import { SpymasterError } from '../errors';
import { MboBatch } from '../records/mbo';
import { HEADER_BYTES, TS_OUT_BYTES } from './constants';
import { MBO_BYTES, MBO_HEADER, MBO_TS_OUT_HEADER, RecordWords, scatterMbo } from './mboCodec';
import { PREFIX_BYTES, checkMagic, checkNoSecondStream, decodeMetadata, readPrefix } from './metadata';
import type { DbnMetadata } from './metadata';
import { RecordView, fits } from './record';
import { RECORDS, RECORD_TYPES, TYPE_OF_RTYPE, layoutOf } from './records';
import type { RecordType } from './records';

/**
 * Who receives what a decoder finds, in stream order. What is handed over is reused: valid only during the
 * call.
 */
export interface DbnSink {
  metadata?(metadata: DbnMetadata): void;
  /**
   * Consecutive MBO records. Record `i` lies at `offset + i * stride` of the decompressed stream. Without
   * this method MBO records come through `record`.
   */
  mbo?(batch: MboBatch, offset: number, stride: number): void;
  record?(record: RecordView): void;
  /** A record of a type this version of the format does not know; it is skipped by its length and counted. */
  unknown?(rtype: number, bytes: Uint8Array, offset: number): void;
}

export interface DbnDecoderOptions {
  /** For a stream of records alone: metadata in place of the missing one. */
  metadata?: DbnMetadata;
  /** Accept a stream that ends within a record, as a live capture does when it is cut off. */
  acceptTruncated?: boolean;
  /** The longest metadata that the stream can hold, bytes. */
  maxMetadataBytes?: number;
}

/** A record's length is one byte of 4-byte words. */
const MAX_RECORD_BYTES = 255 * 4;
/** Rows of the reused batch: small enough to stay in the cache until the operators are done with it. */
const BATCH_ROWS = 4096;
/**
 * Bytes copied at a time when records do not lie on a word boundary: whole records, with or without `ts_out`.
 */
const STAGE_BYTES = 64 * MBO_BYTES * ((MBO_BYTES + TS_OUT_BYTES) / 8);

export class DbnDecoder {
  /** Unknown records skipped so far. */
  unknown = 0;
  /** Bytes of an incomplete last record, once `end` accepted them. */
  truncatedBytes = 0;
  /** Set once the head of the stream has been read. */
  metadata: DbnMetadata | null = null;

  private readonly counts = new Float64Array(256);
  /** Offset in the stream of the first byte not yet consumed, `held` bytes included. */
  private offset = 0;
  /** Bytes of an incomplete head or record, kept for the next chunk. */
  private hold = new Uint8Array(MAX_RECORD_BYTES);
  private held = 0;
  /** Allocated by the first record that needs them: most streams are small, or hold no MBO. */
  private stage: RecordWords | null = null;
  private batch: MboBatch | null = null;
  private batchOffset = 0;
  private batchStride = 0;
  private view: RecordView | null = null;

  constructor(
    private readonly sink: DbnSink,
    private readonly options: DbnDecoderOptions = {},
  ) {
    if (options.metadata) this.start(options.metadata);
  }

  /** Records seen so far by type, unknown ones left out. */
  get byType(): Partial<Record<RecordType, number>> {
    const seen = RECORD_TYPES.filter((type) => this.counts[RECORDS[type].rtype] > 0);
    return Object.fromEntries(seen.map((type) => [type, this.counts[RECORDS[type].rtype]]));
  }

  /** Records of known types seen so far. */
  get records(): number {
    return this.counts.reduce((sum, n) => sum + n, 0);
  }

  /** Bytes of the stream whose records have been handed over. */
  get position(): number {
    return this.offset;
  }

  /**
   * Decodes as far as these bytes reach; an incomplete last record waits for the next chunk.
   * @throws SpymasterError CorruptDbn or UnsupportedDbn naming the offset. Everything before it has been
   * handed over; nothing more can be pushed.
   */
  push(chunk: Uint8Array): void {
    let at = 0;
    if (this.metadata === null) {
      at = this.readHead(chunk);
      if (this.metadata === null) return;
    }
    if (this.held > 0) at = this.completeHeld(chunk, at);
    at = this.readRecords(chunk, at);
    this.flush();
    if (at < chunk.length) {
      this.hold.set(chunk.subarray(at), this.held);
      this.held += chunk.length - at;
    }
  }

  /**
   * Says that the stream is over.
   * @throws SpymasterError TruncatedDbn if it ends within metadata or a record, UnsupportedDbn if that is the
   * beginning of a second stream
   */
  end(): void {
    if (this.metadata === null) {
      checkMagic(this.hold.subarray(0, this.held));
      throw new SpymasterError(
        'TruncatedDbn',
        `The stream ends within its metadata, after ${this.held} bytes.`,
        { offset: this.held },
      );
    }
    if (this.held === 0) return;
    checkNoSecondStream(this.hold.subarray(0, this.held), this.offset);
    if (!this.options.acceptTruncated)
      throw new SpymasterError(
        'TruncatedDbn',
        `The stream ends ${this.held} bytes into a record of ${this.hold[0] * 4}. ` +
          'Of a live capture that was cut off, --accept-truncated takes everything before.',
        { offset: this.offset },
      );
    this.truncatedBytes = this.held;
  }

  private start(metadata: DbnMetadata): void {
    this.metadata = metadata;
    this.view = new RecordView(metadata.version);
    this.sink.metadata?.(metadata);
  }

  /** Collects the metadata; memory grows with the bytes that arrive, not with the length they claim. */
  private readHead(chunk: Uint8Array): number {
    let at = this.collect(chunk, 0, PREFIX_BYTES);
    if (this.held < PREFIX_BYTES) return at;
    const { bytes } = readPrefix(this.hold, this.options.maxMetadataBytes);
    at = this.collect(chunk, at, bytes);
    if (this.held < bytes) return at;
    const metadata = decodeMetadata(this.hold.subarray(0, bytes));
    this.hold = new Uint8Array(MAX_RECORD_BYTES);
    this.held = 0;
    this.offset = bytes;
    this.start(metadata);
    return at;
  }

  /** Moves bytes from the chunk to the held ones until there are `target` of them. */
  private collect(chunk: Uint8Array, at: number, target: number): number {
    const n = Math.max(0, Math.min(target - this.held, chunk.length - at));
    if (this.held + n > this.hold.length) {
      const wider = new Uint8Array(Math.max(this.held + n, Math.min(target, 2 * this.hold.length)));
      wider.set(this.hold.subarray(0, this.held));
      this.hold = wider;
    }
    this.hold.set(chunk.subarray(at, at + n), this.held);
    this.held += n;
    return at + n;
  }

  /** Completes and decodes the record that the last chunk broke off. */
  private completeHeld(chunk: Uint8Array, at: number): number {
    at = this.collect(chunk, at, 1);
    const bytes = this.recordBytes(this.hold, 0);
    at = this.collect(chunk, at, bytes);
    if (this.held < bytes) return at;
    this.readRecords(this.hold.subarray(0, bytes), 0);
    this.held = 0;
    return at;
  }

  /** Decodes whole records of `bytes` from `at` on; returns where the first incomplete one starts. */
  private readRecords(bytes: Uint8Array, at: number): number {
    while (at < bytes.length) {
      const length = this.recordBytes(bytes, at);
      if (at + length > bytes.length) break;
      const header = bytes[at] | (bytes[at + 1] << 8);
      if ((header === MBO_HEADER || header === MBO_TS_OUT_HEADER) && this.sink.mbo) {
        at = this.readMbo(bytes, at, header);
      } else {
        this.flush();
        this.readRecord(bytes.subarray(at, at + length));
        at += length;
        this.offset += length;
      }
    }
    return at;
  }

  private recordBytes(bytes: Uint8Array, at: number): number {
    const length = bytes[at] * 4;
    if (length < HEADER_BYTES) {
      this.flush();
      throw new SpymasterError('CorruptDbn', `A record of ${length} bytes is shorter than its header.`, {
        offset: this.offset,
        field: 'length',
      });
    }
    return length;
  }

  private readRecord(record: Uint8Array): void {
    const rtype = record[1];
    const type = TYPE_OF_RTYPE[rtype];
    if (type === undefined) {
      checkNoSecondStream(record, this.offset);
      this.unknown++;
      this.sink.unknown?.(rtype, record, this.offset);
      return;
    }
    const { version } = this.metadata!;
    if (!fits(type, version, record.length))
      throw new SpymasterError(
        'CorruptDbn',
        `A ${type} record of ${record.length} bytes; DBN version ${version} has ${layoutOf(type, version).bytes}.`,
        { offset: this.offset, field: 'length' },
      );
    this.counts[rtype]++;
    this.sink.record?.(this.view!.set(type, record, this.offset));
  }

  /** Decodes a run of MBO records into batches. */
  private readMbo(bytes: Uint8Array, at: number, header: number): number {
    const stride = (header & 0xff) * 4;
    const batch = (this.batch ??= new MboBatch(BATCH_ROWS));
    const whole = Math.floor((bytes.length - at) / stride) * stride;
    for (const end = at + whole; at < end;) {
      const { records, length } = this.wordsOf(bytes, at, end - at);
      let word = 0;
      while (word < length / 4) {
        if (this.batchStride !== stride || batch.length === batch.capacity) this.flush();
        if (batch.length === 0) {
          this.batchOffset = this.offset;
          this.batchStride = stride;
        }
        const n = scatterMbo(records, word, length / 4, header, batch);
        if (n === 0) return at;
        word += n * (stride / 4);
        at += n * stride;
        this.offset += n * stride;
      }
    }
    return at;
  }

  /** The bytes as words: in place where they are aligned, else as much as the staging buffer holds. */
  private wordsOf(bytes: Uint8Array, at: number, length: number): { records: RecordWords; length: number } {
    const start = bytes.byteOffset + at;
    if (RecordWords.aligned(start)) return { records: new RecordWords(bytes.buffer, start, length), length };
    this.stage ??= new RecordWords(new ArrayBuffer(STAGE_BYTES), 0, STAGE_BYTES);
    const piece = Math.min(length, STAGE_BYTES);
    new Uint8Array(this.stage.words.buffer).set(bytes.subarray(at, at + piece));
    return { records: this.stage, length: piece };
  }

  private flush(): void {
    const { batch } = this;
    if (batch === null || batch.length === 0) return;
    this.counts[RECORDS.mbo.rtype] += batch.length;
    this.sink.mbo!(batch, this.batchOffset, this.batchStride);
    batch.length = 0;
  }
}
