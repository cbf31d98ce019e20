/**
 * One partition of a hub: segments in a folder, the last of which is appended to. What is older than the retention, or more than the
 * partition may hold, goes with its whole segment.
 */
import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../../../lake/store/makeFolders';
import { AmqpRefusal, SERVER_BUSY, badArgument } from '../amqpError';
import { producerStampOf } from '../eventBatch';
import { Producers } from '../producers';
import type { StartPosition } from '../startPosition';
import { toStored, type Enqueued } from '../storedEvent';
import { HEAD_BYTES, type Entry } from './entry';
import type { FsyncPolicy } from './policies';
import { Segment, after, type Located, type Place } from './segment';

export interface LogOptions {
  fsync: FsyncPolicy;
  /** How long events are kept. */
  retentionMs: number;
  /** How much of them a partition keeps, in bytes. */
  retentionBytes: number;
  /** Size at which a segment is closed and the next begun. */
  segmentBytes: number;
}

/** Where a reader is: where the entry lies that it gets next. */
export type Cursor = Place;

export class Partition {
  private readonly segments: Segment[] = [];
  private readonly watchers = new Set<() => void>();
  readonly producers = new Producers();
  private last?: Enqueued;
  /** Whether the device has not kept what it was told to. */
  private unkept = false;

  private constructor(
    readonly id: string,
    private readonly folder: string,
    private readonly options: LogOptions,
    private readonly clock: () => number,
  ) {}

  /**
   * Opens the log of a partition, or begins it.
   * @throws AmqpRefusal server-busy when the disk is full; SpymasterError CorruptState when a file is no segment
   */
  static open(id: string, folder: string, options: LogOptions, clock = Date.now): Partition {
    const partition = new Partition(id, folder, options, clock);
    partition.orBusy(() => makeFolders(folder, 0o700));
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .sort()
      .map((name) => join(folder, name));
    const newest = files.at(-1);
    if (newest !== undefined && !Segment.hasBegun(newest)) unlinkSync(files.pop()!);
    for (const file of files)
      partition.segments.push(Segment.open(file, (located) => partition.seen(located)));
    if (files.length === 0) partition.orBusy(() => partition.begin({ sequenceNumber: 0, offset: 0 }));
    const { sequenceNumber, offset } = partition.active.next;
    // Of events that retention has taken, all that is known is where the last ended.
    if (sequenceNumber > 0)
      partition.last ??= { sequenceNumber: sequenceNumber - 1, offset: offset - 1, enqueuedTime: 0 };
    partition.forgetOld();
    return partition;
  }

  private seen({ entry, sequenceNumber, offset }: Located): void {
    this.last = { sequenceNumber, offset, enqueuedTime: entry.enqueuedTime };
    if (entry.stamp) this.producers.accepted(entry.stamp);
  }

  private begin(place: Place): void {
    makeFolders(this.folder, 0o700);
    this.segments.push(Segment.create(this.folder, place));
  }

  private get active(): Segment {
    return this.segments[this.segments.length - 1];
  }

  /** Of the first event there still is, or of the next when there is none. */
  get firstSequenceNumber(): number {
    return this.segments[0].start.sequenceNumber;
  }

  /** The last event there ever was. */
  get lastEnqueued(): Enqueued | undefined {
    return this.last;
  }

  get isEmpty(): boolean {
    return this.firstSequenceNumber === this.active.next.sequenceNumber;
  }

  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * Appends the events of a batch, all or none. Those an idempotent producer sent before are not appended again.
   * @param events encoded messages
   * @throws AmqpRefusal when an idempotent producer skipped some or was overtaken; server-busy when the disk is full: a producer tries
   * again after that, and what it was told is there is
   * @throws RangeError when an event is no message
   */
  append(events: readonly Buffer[], partitionKey?: string): void {
    const stamps = events.map(producerStampOf);
    const repeated = this.producers.admit(stamps);
    const enqueuedTime = Math.max(this.clock(), this.last?.enqueuedTime ?? 0);
    this.orBusy(() => this.makeReady());
    let { sequenceNumber, offset } = this.active.next;
    const entries: Entry[] = [];
    for (const [i, event] of events.entries()) {
      if (i < repeated) continue;
      const stored = toStored(event, { sequenceNumber, offset, enqueuedTime }, partitionKey);
      entries.push({ ...stored, sequenceNumber, enqueuedTime, stamp: stamps[i] });
      sequenceNumber += 1;
      offset += HEAD_BYTES + stored.message.length;
    }
    if (entries.length === 0) return;
    this.write(entries);
    for (const watcher of this.watchers) watcher();
  }

  private write(entries: readonly Entry[]): void {
    let place = this.active.next;
    this.orBusy(() => this.active.append(entries, this.options.fsync === 'each-batch'));
    for (const entry of entries) {
      this.seen({ entry, ...place });
      place = after({ entry, ...place });
    }
  }

  /** Nothing more is taken before the device has kept what it was told to, and the segment has room and a file that stays. */
  private makeReady(): void {
    if (this.active.isRemoved) this.begin({ ...this.active.next });
    if (this.unkept) this.active.sync();
    this.unkept = false;
    if (this.active.bytes < this.options.segmentBytes) return;
    if (this.options.fsync !== 'never') this.active.sync();
    this.begin({ ...this.active.next });
    this.forgetOld();
  }

  /** Does what needs the disk. @throws AmqpRefusal server-busy when it is full or does not answer: it can be made free */
  private orBusy<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      const message = `${this.folder} cannot be written: ${what}. Nothing is taken until it can: make room on its disk`;
      throw new AmqpRefusal(SERVER_BUSY, message, 503);
    }
  }

  /** Has the device keep what was appended; where it does not, no more is taken before it has. */
  sync(): void {
    try {
      this.active.sync();
    } catch {
      this.unkept = true;
    }
  }

  /** Deletes what is not to be kept any longer, as far as its files can be removed. */
  forgetOld(): void {
    const before = this.clock() - this.options.retentionMs;
    const old = (segment: Segment) => segment.bytes > 0 && segment.lastEnqueuedTime < before;
    if (old(this.active)) this.tryToBegin();
    const tooMuch = () => old(this.segments[0]) || this.bytes > this.options.retentionBytes;
    while (this.segments.length > 1 && tooMuch() && this.tryToDelete(this.segments[0])) this.segments.shift();
  }

  private tryToDelete(segment: Segment): boolean {
    try {
      segment.delete();
      return true;
    } catch {
      // The next time.
      return false;
    }
  }

  /** Without room on the disk the old segment goes on. */
  private tryToBegin(): void {
    try {
      this.begin({ ...this.active.next });
    } catch {
      // The next time.
    }
  }

  /** Tells of every append until the returned function is called. */
  watch(appended: () => void): () => void {
    this.watchers.add(appended);
    return () => this.watchers.delete(appended);
  }

  /**
   * Where a reader begins.
   * @throws AmqpRefusal when the position lies beyond the last event
   */
  cursorAt(position: StartPosition): Cursor {
    const { next } = this.active;
    if (position.by === 'latest') return { ...next };
    if (position.by === 'enqueuedTime') return this.find(({ time }) => time > position.after);
    const { by, value, inclusive } = position;
    const last = this.last?.[by] ?? -1;
    if (value > last)
      throw badArgument(
        `The supplied ${by === 'offset' ? 'offset' : 'sequence number'} '${value}' is invalid. The last one in the partition is '${last}'.`,
      );
    return this.find((place) => (inclusive ? place[by] >= value : place[by] > value));
  }

  private find(reached: (place: Place & { time: number }) => boolean): Cursor {
    const within = ({ next, lastEnqueuedTime }: Segment) =>
      reached({
        sequenceNumber: next.sequenceNumber - 1,
        offset: next.offset - 1,
        time: lastEnqueuedTime,
      });
    const segment = this.segments.find((one) => one.bytes > 0 && within(one));
    return segment ? { ...segment.find(reached) } : { ...this.active.next };
  }

  /**
   * The next events of a reader, as many as one reading brings; none at the end. What retention took from before the cursor is skipped.
   * @throws SpymasterError CorruptState when the file is damaged
   */
  read(cursor: Cursor, limit?: number): Located[] {
    const segment = this.segments.find(({ next }) => next.offset > cursor.offset);
    if (!segment) return [];
    return segment.read(Math.max(cursor.offset, segment.start.offset), limit);
  }

  close(): void {
    if (this.options.fsync !== 'never') this.sync();
    for (const segment of this.segments) segment.close();
    this.segments.length = 0;
  }
}
