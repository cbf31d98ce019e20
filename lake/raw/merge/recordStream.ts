/** The records of one DBN file, pulled one by one: the file is read no faster than they are taken. */
import { LATEST_VERSION, UNDEF_TIMESTAMP } from '../../../graph/dbn/constants';
import { encodeMbo, MBO_BYTES } from '../../../graph/dbn/mboCodec';
import { encodeRecord, type RecordView } from '../../../graph/dbn/record';
import { RECORDS, type RecordType } from '../../../graph/dbn/records';
import type { MboBatch } from '../../../graph/records/mbo';
import { readDbn } from '../dbnFile';

/** A record as version 3 stores it, without `ts_out`: the same record has the same bytes whatever file it comes from. */
export interface RawRecord {
  /** Its bytes lie in a block of many, from `at` on; see `bytesOf`. */
  readonly block: Uint8Array;
  readonly at: number;
  readonly length: number;
  /** Capture time, ns UTC. */
  readonly ts: bigint;
  /** Its file's place among those merged, and its own in that file, decompressed. */
  readonly source: number;
  readonly offset: number;
}

export const bytesOf = ({ block, at, length }: RawRecord): Uint8Array => block.subarray(at, at + length);

/** A file to read. */
export interface MergeInput {
  /** On this machine. */
  readonly path: string;
  /** It breaks off, which was accepted when it was imported. */
  readonly acceptTruncated: boolean;
  /** Capture time of its first record, ns UTC: before, it is not opened. */
  readonly begins: bigint;
}

/** Records read ahead of the consumer, about. */
const AHEAD = 8192;

export class RecordStream {
  /** Time by which the last record taken was ordered; undefined before the first one, and in a file not begun. */
  last: bigint | undefined;

  private queue: RawRecord[] = [];
  private at = 0;
  private ended = false;
  private failure: { error: unknown } | undefined;
  private readonly stop = new AbortController();
  private reading: Promise<void> | undefined;
  private wakeReader: () => void = () => undefined;
  private wakeConsumer: () => void = () => undefined;

  /** @param type records of this type are handed over, all others skipped; it must be one with a capture time */
  constructor(
    private readonly input: MergeInput,
    private readonly type: RecordType,
    private readonly source: number,
  ) {}

  /** Whether reading has begun. */
  get begun(): boolean {
    return this.reading !== undefined;
  }

  /** The earliest time the next record can be ordered by. */
  get begins(): bigint {
    return this.input.begins;
  }

  /**
   * Waits until the next record can be looked at, or there is none.
   * @throws SpymasterError as `readDbn` does
   */
  async ready(): Promise<void> {
    this.reading ??= this.readAll();
    // The time a record is ordered by depends on the one after it.
    while (this.queue.length - this.at < 2 && !this.ended) {
      const more = new Promise<void>((wake) => (this.wakeConsumer = wake));
      this.wakeReader();
      await more;
    }
    if (this.failure) throw this.failure.error;
  }

  /** Whether `key` and `take` may be called without waiting. */
  get isReady(): boolean {
    return this.begun && (this.ended || this.queue.length - this.at >= 2) && !this.failure;
  }

  /**
   * The time the next record is ordered by, undefined at the end: its capture time, unless that jumps. A time that runs back counts as
   * that of the record before, one that the next record falls behind as that of the next: one bad clock must not hold up a file.
   */
  get key(): bigint | undefined {
    const { queue, at, last = 0n } = this;
    if (at >= queue.length) return undefined;
    let { ts } = queue[at];
    const next = queue[at + 1]?.ts;
    if (next !== undefined && next < ts && next >= last) ts = next;
    if (ts === UNDEF_TIMESTAMP) ts = last;
    return ts < last ? last : ts;
  }

  /** Takes the next record. */
  take(): RawRecord {
    this.last = this.key;
    const record = this.queue[this.at++];
    if (this.at >= AHEAD / 2) {
      this.queue = this.queue.slice(this.at);
      this.at = 0;
    }
    return record;
  }

  /** Ends the reading, whether or not the file was read to its end. */
  async close(): Promise<void> {
    this.stop.abort();
    this.wakeReader();
    await this.reading;
  }

  private async readAll(): Promise<void> {
    try {
      await readDbn(
        this.input.path,
        {
          ...(this.type === 'mbo'
            ? { mbo: (batch, offset, stride) => this.addMbo(batch, offset, stride) }
            : { record: (view) => this.add(view) }),
          drain: () => this.drain(),
        },
        { signal: this.stop.signal, acceptTruncated: this.input.acceptTruncated },
      );
    } catch (error) {
      this.failure = { error };
    }
    this.ended = true;
    this.wakeConsumer();
  }

  private add(view: RecordView): void {
    if (view.type !== this.type) return;
    const block = canonical(view);
    const { source } = this;
    this.queue.push({ block, at: 0, length: block.length, ts: view.tsRecv!, source, offset: view.offset });
  }

  private addMbo(batch: MboBatch, offset: number, stride: number): void {
    const block = new Uint8Array(batch.length * MBO_BYTES);
    encodeMbo(batch, 0, batch.length, block, 0);
    const { queue, source } = this;
    for (let i = 0; i < batch.length; i++)
      queue.push({
        block,
        at: i * MBO_BYTES,
        length: MBO_BYTES,
        ts: batch.tsRecv[i],
        source,
        offset: offset + i * stride,
      });
  }

  private async drain(): Promise<void> {
    if (this.queue.length - this.at >= 2) this.wakeConsumer();
    while (this.queue.length - this.at >= AHEAD && !this.stop.signal.aborted)
      await new Promise<void>((wake) => (this.wakeReader = wake));
  }
}

function canonical(view: RecordView): Uint8Array {
  const { layouts } = RECORDS[view.type];
  const stored = layouts[view.version - 1];
  if (stored !== layouts[LATEST_VERSION - 1]) {
    const record = view.decode();
    delete record.tsOut;
    return encodeRecord(record);
  }
  const bytes = view.bytes.slice(0, stored.bytes);
  bytes[0] = stored.bytes / 4;
  return bytes;
}
