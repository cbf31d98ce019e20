/** The records of a DBN file as blocks of a gateway's source, read no faster than they are taken. */
import {
  encodeMbo,
  encodeRecord,
  LATEST_VERSION,
  MBO_BYTES,
  UNDEF_TIMESTAMP,
  type RecordType,
  type RecordView,
} from '../../graph/dbn';
import type { MboBatch } from '../../graph/records/mbo';
import { readDbn } from '../../lake/raw/dbnFile';
import { mergeRecords } from '../../lake/raw/merge/mergedRecords';
import { bytesOf, type MergeInput } from '../../lake/raw/merge/recordStream';
import type { RecordBlock } from '../databento/gateway/source';

/** Records of a block at most, about; a decoder's batch is of as many. */
const ROWS = 4096;

/** Collects records, as version 3 stores them, into blocks. Times that run back count as that of the record before. */
class BlockBuilder {
  private pieces: Uint8Array[] = [];
  private offsets: number[] = [0];
  private times: bigint[] = [];
  private last = 0n;

  get rows(): number {
    return this.times.length;
  }

  addBatch(batch: MboBatch): void {
    const bytes = new Uint8Array(batch.length * MBO_BYTES);
    encodeMbo(batch, 0, batch.length, bytes, 0);
    this.pieces.push(bytes);
    let end = this.offsets[this.offsets.length - 1];
    for (let row = 0; row < batch.length; row++) {
      this.offsets.push((end += MBO_BYTES));
      this.addTime(batch.tsRecv[row]);
    }
  }

  add(view: RecordView): void {
    this.addBytes(asLatest(view), view.tsRecv ?? view.tsEvent);
  }

  addBytes(bytes: Uint8Array, time: bigint): void {
    this.pieces.push(bytes);
    this.offsets.push(this.offsets[this.offsets.length - 1] + bytes.length);
    this.addTime(time);
  }

  take(): RecordBlock {
    const block = {
      bytes: this.pieces.length === 1 ? this.pieces[0] : new Uint8Array(Buffer.concat(this.pieces)),
      count: this.times.length,
      offsets: Uint32Array.from(this.offsets),
      times: BigUint64Array.from(this.times),
    };
    this.pieces = [];
    this.offsets = [0];
    this.times = [];
    return block;
  }

  private addTime(time: bigint): void {
    if (time !== UNDEF_TIMESTAMP && time > this.last) this.last = time;
    this.times.push(this.last);
  }
}

function asLatest(view: RecordView): Uint8Array {
  if (view.version === LATEST_VERSION && view.tsOut === null) return view.bytes.slice();
  const { tsOut: _, ...record } = view.decode();
  return encodeRecord(record as Parameters<typeof encodeRecord>[0]);
}

/** Control records of a capture were of its session; a gateway has its own. */
const OF_A_SESSION: ReadonlySet<string> = new Set(['system', 'error', 'symbol-mapping']);

/**
 * Blocks of a file.
 * @param type only records of it; by default all but control records
 * @throws SpymasterError as `readDbn` does; a file that breaks off ends there
 */
export const fileBlocks = (
  path: string,
  signal: AbortSignal,
  type?: RecordType,
): AsyncGenerator<RecordBlock> =>
  pulled(signal, (out, stop) =>
    readDbn(
      path,
      {
        mbo(batch) {
          if (type !== undefined && type !== 'mbo') return;
          out.builder.addBatch(batch);
          out.handFull();
        },
        record(view) {
          if (type === undefined ? OF_A_SESSION.has(view.type) : view.type !== type) return;
          out.builder.add(view);
          out.handFull();
        },
        drain: () => out.drain(),
      },
      { signal: stop, acceptTruncated: true },
    ),
  );

/** Blocks of files that overlap, of records of one type: what is in several of them comes once. */
export const mergedBlocks = (
  inputs: readonly MergeInput[],
  signal: AbortSignal,
  type: RecordType,
): AsyncGenerator<RecordBlock> =>
  pulled(signal, (out, stop) =>
    mergeRecords(
      inputs,
      type,
      (record) => {
        out.builder.addBytes(bytesOf(record), record.ts);
        out.handFull();
      },
      { signal: stop, drain: () => out.drain() },
    ),
  );

/** What a reader fills, and another takes from: the reader waits while there is something to take. */
class Handover {
  readonly builder = new BlockBuilder();
  private readonly ready: RecordBlock[] = [];
  private wakeConsumer = () => {};
  private wakeReader = () => {};
  private ended = false;

  constructor(private readonly stop: AbortSignal) {
    stop.addEventListener('abort', () => {
      this.wakeReader();
      this.wakeConsumer();
    });
  }

  handFull(): void {
    if (this.builder.rows >= ROWS) this.hand();
  }

  async drain(): Promise<void> {
    this.hand();
    while (this.ready.length > 0 && !this.stop.aborted)
      await new Promise<void>((resolve) => (this.wakeReader = resolve));
  }

  end(): void {
    this.hand();
    this.ended = true;
    this.wakeConsumer();
  }

  /** The next block, undefined at the end. */
  async take(): Promise<RecordBlock | undefined> {
    while (this.ready.length === 0 && !this.ended && !this.stop.aborted) {
      const more = new Promise<void>((resolve) => (this.wakeConsumer = resolve));
      this.wakeReader();
      await more;
    }
    return this.ready.shift();
  }

  private hand(): void {
    if (this.builder.rows === 0) return;
    this.ready.push(this.builder.take());
    this.wakeConsumer();
  }
}

/** Has a reader hand out blocks no faster than they are taken. @param read fills what it is given, until it is stopped */
async function* pulled(
  signal: AbortSignal,
  read: (out: Handover, stop: AbortSignal) => Promise<unknown>,
): AsyncGenerator<RecordBlock> {
  const left = new AbortController();
  const stop = AbortSignal.any([signal, left.signal]);
  const out = new Handover(stop);
  let failure: unknown;
  const reading = read(out, stop)
    .catch((error: unknown) => {
      if (!stop.aborted) failure = error;
    })
    .finally(() => out.end());
  try {
    for (let block = await out.take(); block && !signal.aborted; block = await out.take()) yield block;
    if (failure !== undefined) throw failure;
  } finally {
    left.abort();
    await reading;
  }
}
