/**
 * Sends what a feed packs to the partitions of a hub. Each partition has a lane of its own, so that one that is slow or busy does not
 * keep the others; how much is on its way altogether is bounded.
 */
import type { SpymasterError } from '../../graph/errors';
import type { FeedMessage } from '../../graph/feed/packer';
import { partitionOfKey } from '../../infra/eventhubs/partitionKey';
import type { FeedCounters } from './counters';
import { Lane, type HubProducer } from './lane';

/** Bytes on their way at which whoever packs has to wait. */
const MOST_PENDING = 32 * 2 ** 20;

export class Publisher {
  private readonly lanes: Lane[];
  private readonly stopping = new AbortController();
  private readonly waiting = new Set<() => void>();
  /** The latest `since` of what was pushed. */
  private latest = 0n;
  private failure: SpymasterError | undefined;
  private givingUp: NodeJS.Timeout | undefined;

  constructor(
    producer: HubProducer,
    partitions: number,
    private readonly counters: FeedCounters,
    private readonly most = MOST_PENDING,
  ) {
    const options = {
      producer,
      counters,
      signal: this.stopping.signal,
      released: (bytes: number) => this.release(bytes),
      failed: (error: SpymasterError) => this.fail(error),
    };
    this.lanes = Array.from({ length: partitions }, () => new Lane(options));
  }

  push(message: FeedMessage): void {
    this.counters.pending += message.body.length;
    if (message.kind === 'records' && message.since > this.latest) this.latest = message.since;
    this.lanes[partitionOfKey(message.contract, this.lanes.length)].push(message);
  }

  /** Capture time (ns UTC) before which the hub has taken all that was pushed; 0 where that is not known. */
  get settled(): bigint {
    let settled = this.latest;
    for (const { unsettled } of this.lanes)
      if (unsettled !== undefined && unsettled < settled) settled = unsettled;
    return settled;
  }

  /**
   * Resolves when there is room for more.
   * @throws SpymasterError of a hub that takes nothing, whatever is tried
   */
  async room(): Promise<void> {
    while (this.counters.pending > this.most && !this.failure && !this.stopping.signal.aborted)
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    if (this.failure) throw this.failure;
  }

  /**
   * Sends all that is left, unless the hub takes nothing of it for so long.
   * @returns bytes that are not known to have arrived
   * @throws SpymasterError of a hub that takes nothing, whatever is tried
   */
  async drain(limitMs: number): Promise<number> {
    const giveUp = setTimeout(() => this.stopping.abort(), limitMs);
    this.givingUp = giveUp;
    await Promise.all(this.lanes.map((lane) => lane.settled()));
    clearTimeout(giveUp);
    if (this.failure) throw this.failure;
    return this.counters.pending;
  }

  private release(bytes: number): void {
    this.counters.pending -= bytes;
    this.givingUp?.refresh();
    this.wake();
  }

  private fail(error: SpymasterError): void {
    this.failure ??= error;
    this.stopping.abort();
    this.wake();
  }

  private wake(): void {
    for (const go of this.waiting) go();
    this.waiting.clear();
  }
}
