/**
 * One partition of a hub: segments in a folder, the last of which is appended to. What is older than the retention, or more than the
 * partition may hold, goes with its whole segment.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../../../lake/store/makeFolders';
import { AmqpRefusal, badArgument } from '../amqpError';
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

  private constructor(
    readonly id: string,
    private readonly folder: string,
    private readonly options: LogOptions,
    private readonly clock: () => number,
  ) {}

  /** Opens the log of a partition, or begins it. */
  static open(id: string, folder: string, options: LogOptions, clock = Date.now): Partition {
    makeFolders(folder, 0o700);
    const partition = new Partition(id, folder, options, clock);
    const files = readdirSync(folder).filter((name) => name.endsWith('.log'));
    for (const file of files.sort())
      partition.segments.push(Segment.open(join(folder, file), (located) => partition.seen(located)));
    if (files.length === 0) partition.begin({ sequenceNumber: 0, offset: 0 });
    partition.forgetOld();
    return partition;
  }

  private seen({ entry, sequenceNumber, offset }: Located): void {
    this.last = { sequenceNumber, offset, enqueuedTime: entry.enqueuedTime };
    if (entry.stamp) this.producers.accepted(entry.stamp);
  }

  private begin(place: Place): void {
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
   * @throws AmqpRefusal when an idempotent producer skipped some or was overtaken; when the disk is full
   * @throws RangeError when an event is no message
   */
  append(events: readonly Buffer[], partitionKey?: string): void {
    const stamps = events.map(producerStampOf);
    const repeated = this.producers.admit(stamps);
    const enqueuedTime = Math.max(this.clock(), this.last?.enqueuedTime ?? 0);
    if (this.active.bytes >= this.options.segmentBytes) this.roll();
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
    try {
      this.active.append(entries);
      if (this.options.fsync === 'each-batch') this.active.sync();
    } catch (error) {
      // Producers try again after this one: a disk can be made free.
      throw new AmqpRefusal('com.microsoft:server-busy', `The log cannot be written: ${String(error)}`, 503);
    }
    for (const entry of entries) {
      this.seen({ entry, ...place });
      place = after({ entry, ...place });
    }
  }

  private roll(): void {
    if (this.options.fsync !== 'never') this.active.sync();
    this.begin({ ...this.active.next });
    this.forgetOld();
  }

  /** Has the device keep what was appended. */
  sync(): void {
    this.active.sync();
  }

  /** Deletes what is not to be kept any longer. */
  forgetOld(): void {
    const before = this.clock() - this.options.retentionMs;
    const old = (segment: Segment) => segment.bytes > 0 && segment.lastEnqueuedTime < before;
    if (old(this.active)) this.begin({ ...this.active.next });
    while (this.segments.length > 1 && (old(this.segments[0]) || this.bytes > this.options.retentionBytes))
      this.segments.shift()?.delete();
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
