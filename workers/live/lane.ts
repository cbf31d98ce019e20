/** What the hub brings for one taker, between the partition that is read and the session that follows. */
import type { Arrived } from './packetSource';
import { isPoison, type PlacedEvent, type PlacedPacket } from './placed';

/** What has come since the taker looked last, and how the partition is now. */
export interface LaneArrived extends Omit<Arrived, 'events'> {
  readonly events: readonly PlacedEvent[];
}

export class Lane {
  private queue: PlacedEvent[] = [];
  private bytes = 0;
  private told: Omit<Arrived, 'events'> = {
    last: -1,
    misplaced: 0,
    waiting: 0,
    enqueuedAt: undefined,
    caughtUp: false,
  };
  private arrived = false;
  private ended = false;
  private failure: unknown;
  private readonly takers = new Set<() => void>();
  private readonly givers = new Set<() => void>();
  /** The packet that came last, taken or not. */
  newest: PlacedPacket | undefined;
  /** How often the hub has said that the partition has no more, and brought nothing. */
  timesDry = 0;

  /**
   * @param key whose events these are
   * @param after sequence number of the last event that need not come
   * @param most bytes that wait for the taker before the partition does
   */
  constructor(
    readonly key: string,
    readonly after: number,
    private readonly most: number,
  ) {}

  /** Whether all that the partition has now has come, and been taken. */
  get isDry(): boolean {
    return this.told.caughtUp && this.queue.length === 0;
  }

  /** Whether nothing is taken any more. */
  get hasEnded(): boolean {
    return this.ended;
  }

  /** Sequence number up to which the partition has been seen and nothing waits here; -1 where that is not known. */
  get seen(): number {
    return this.queue.length === 0 ? this.told.last : -1;
  }

  /** Resolves when there is room for more. */
  async give(events: readonly PlacedEvent[], told: Omit<Arrived, 'events'>): Promise<void> {
    if (this.ended) return;
    for (const event of events) {
      if (event.sequence <= this.after) continue;
      this.queue.push(event);
      this.bytes += sizeOf(event);
      if (!isPoison(event)) this.newest = event;
    }
    if (told.caughtUp && this.queue.length === 0) this.timesDry++;
    this.told = told;
    this.arrived = true;
    wake(this.takers);
    while (this.bytes > this.most && !this.ended)
      await new Promise<void>((resolve) => this.givers.add(resolve));
  }

  fail(error: unknown): void {
    this.failure ??= error;
    wake(this.takers);
  }

  /** Nothing is taken any more. */
  end(): void {
    this.ended = true;
    this.queue = [];
    wake(this.takers);
    wake(this.givers);
  }

  /** The next event, as far as any has come. */
  shift(): PlacedEvent | undefined {
    const event = this.queue.shift();
    if (event) this.release(sizeOf(event));
    return event;
  }

  /**
   * Resolves when something has come since it was asked last, when the lane has ended, or the time is over.
   * @returns whether anything has come
   * @throws whatever keeps the partition from being read
   */
  async changed(mostMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.arrived && !this.failure && !this.ended)
      await new Promise<void>((resolve) => {
        this.takers.add(resolve);
        timer = setTimeout(resolve, mostMs);
      });
    clearTimeout(timer);
    if (this.failure) throw this.failure;
    const { arrived } = this;
    this.arrived = false;
    return arrived;
  }

  /**
   * All that comes, until the lane ends; of what has piled up so much at once that others have their turn in between.
   * @throws whatever keeps the partition from being read
   */
  async *arrivals(): AsyncGenerator<LaneArrived> {
    while (!this.ended) {
      if (!(await this.changed(FOREVER_MS)) || this.ended) continue;
      const events = this.some();
      const left = this.queue.length;
      this.arrived ||= left > 0;
      const { caughtUp, waiting } = this.told;
      yield { ...this.told, events, waiting: waiting + left, caughtUp: caughtUp && left === 0 };
    }
  }

  /** The first of what waits, up to a number of bytes. */
  private some(): PlacedEvent[] {
    let [count, bytes] = [0, 0];
    while (count < this.queue.length && bytes < AT_ONCE_BYTES) bytes += sizeOf(this.queue[count++]);
    const events = this.queue.splice(0, count);
    this.release(bytes);
    return events;
  }

  private release(bytes: number): void {
    this.bytes -= bytes;
    if (this.bytes <= this.most) wake(this.givers);
  }
}

const FOREVER_MS = 2 ** 31 - 1;
/** Some thousand records: hundredths of a second. */
const AT_ONCE_BYTES = 2 ** 19;

const sizeOf = (event: PlacedEvent): number =>
  isPoison(event) ? event.body.length : event.packet.records.length;

function wake(sleepers: Set<() => void>): void {
  const woken = [...sleepers];
  sleepers.clear();
  for (const go of woken) go();
}
