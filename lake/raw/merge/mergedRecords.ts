/** Raw files that overlap, read as one stream in order of capture in which every record counts once. */
import { MBO_BYTES, MBO_HEADER, RecordWords, scatterMbo } from '../../../graph/dbn/mboCodec';
import type { RecordType } from '../../../graph/dbn/records';
import { SpymasterError } from '../../../graph/errors';
import { MboBatch } from '../../../graph/records/mbo';
import { bytesOf, RecordStream, type MergeInput, type RawRecord } from './recordStream';
import { InstantMerger } from './sameInstant';

export interface MergeOptions {
  /** Awaited now and then: the files wait for a slow consumer. */
  drain?: () => Promise<void> | void;
  /** Stops the reading with `Cancelled`. */
  signal?: AbortSignal;
}

/** Records between two calls of `drain`, about. */
const BETWEEN_DRAINS = 8192;

/**
 * Reads the records of one type. A record is the same in several files if publisher, instrument, capture time, sequence number, order and
 * action are (of other types than MBO: everything); it may occur several times in one file, and then counts as often as in the file that
 * has it most often.
 * @param type one with a capture time
 * @returns how many records were left out because another file has them too
 * @throws SpymasterError as `readDbn` does
 */
export async function mergeRecords(
  inputs: readonly MergeInput[],
  type: RecordType,
  take: (record: RawRecord) => void,
  { drain, signal }: MergeOptions = {},
): Promise<number> {
  const streams = inputs.map((input, source) => new RecordStream(input, type, source));
  const merger = new InstantMerger(type);
  let left = 0;
  let taken = BETWEEN_DRAINS;
  try {
    for (;;) {
      if (taken >= BETWEEN_DRAINS) {
        if (signal?.aborted)
          throw new SpymasterError('Cancelled', 'Reading was cancelled.', {}, { cause: signal.reason });
        await drain?.();
        taken = 0;
      }
      await allReady(streams);
      const key = earliest(streams);
      if (key === undefined) return left;
      const alone = aloneAt(streams, key);
      if (alone) {
        taken += takeUntil(alone.stream, alone.until, take);
        continue;
      }
      const lists = await recordsAt(streams, key);
      const merged = merger.merge(lists);
      left += lists.reduce((sum, list) => sum + list.length, 0) - merged.length;
      for (const record of merged) take(record);
      taken += merged.length;
    }
  } finally {
    await Promise.all(streams.map((stream) => stream.close()));
  }
}

/** Waits until the next record of each file is known, but for those that begin later than another one's. */
async function allReady(streams: readonly RecordStream[]): Promise<void> {
  for (const stream of streams) if (stream.begun && !stream.isReady) await stream.ready();
  for (const stream of streams) {
    if (stream.begun) continue;
    const key = earliest(streams);
    if (key === undefined || stream.begins <= key) await stream.ready();
  }
}

/** The earliest time a record that has not been taken is ordered by; undefined at the end of all files. */
function earliest(streams: readonly RecordStream[]): bigint | undefined {
  let least: bigint | undefined;
  for (const { key } of streams) if (key !== undefined && (least === undefined || key < least)) least = key;
  return least;
}

/** The one file with records of a time, and when another one has some; undefined where several have. */
function aloneAt(
  streams: readonly RecordStream[],
  key: bigint,
): { stream: RecordStream; until: bigint | undefined } | undefined {
  let found: RecordStream | undefined;
  let until: bigint | undefined;
  for (const stream of streams) {
    const next = stream.begun ? stream.key : stream.begins;
    if (next === key) {
      if (found) return undefined;
      found = stream;
    } else if (next !== undefined && (until === undefined || next < until)) until = next;
  }
  return found && { stream: found, until };
}

/** Takes a file's records up to a time, as far as they can be taken without waiting; returns how many. */
function takeUntil(
  stream: RecordStream,
  until: bigint | undefined,
  take: (record: RawRecord) => void,
): number {
  let taken = 0;
  while (stream.isReady) {
    const { key } = stream;
    if (key === undefined || (until !== undefined && key >= until)) break;
    take(stream.take());
    taken++;
  }
  return taken;
}

/**
 * Takes the records of a time from all files that have some. First comes the file that was read last: where one file ends and another
 * begins within an instant, what the first one has left comes before what the other one begins with.
 */
async function recordsAt(streams: readonly RecordStream[], key: bigint): Promise<RawRecord[][]> {
  const found: { records: RawRecord[]; last: bigint }[] = [];
  for (const stream of streams) {
    if (stream.key !== key) continue;
    const last = stream.last ?? -1n;
    const records: RawRecord[] = [];
    while (stream.key === key) {
      records.push(stream.take());
      if (!stream.isReady) await stream.ready();
    }
    found.push({ records, last });
  }
  return found.sort((a, b) => (a.last > b.last ? -1 : a.last < b.last ? 1 : 0)).map(({ records }) => records);
}

/** Rows of the reused batch. */
const BATCH_ROWS = 4096;

/**
 * Reads MBO records as batches.
 * @param take is given each batch, and of each of its rows the record it came from; both are reused
 * @returns how many records were left out because another file has them too
 * @throws SpymasterError as `readDbn` does
 */
export async function mergeMbo(
  inputs: readonly MergeInput[],
  take: (batch: MboBatch, records: readonly RawRecord[]) => void,
  options: MergeOptions = {},
): Promise<number> {
  const batch = new MboBatch(BATCH_ROWS);
  const bytes = new Uint8Array(BATCH_ROWS * MBO_BYTES);
  const words = new RecordWords(bytes.buffer, 0, bytes.length);
  const records: RawRecord[] = [];
  const flush = () => {
    scatterMbo(words, 0, (records.length * MBO_BYTES) / 4, MBO_HEADER, batch);
    if (batch.length > 0) take(batch, records);
    batch.length = records.length = 0;
  };
  const add = (record: RawRecord) => {
    bytes.set(bytesOf(record), records.length * MBO_BYTES);
    if (records.push(record) === BATCH_ROWS) flush();
  };
  const left = await mergeRecords(inputs, 'mbo', add, options);
  flush();
  return left;
}
