/** The last packets of one partition of a hub, read backwards as far as they are wanted. */
import type { EventHubConsumerClient, ReceivedEventData } from '@azure/event-hubs';
import type { Packet } from '../../graph/feed/packet';
import { readRange } from '../eventHubs/readRange';
import { packetIn } from './packetsOfEvents';

const FIRST_EVENTS = 64;
/** How much more is read each time. */
const GROWTH = 4;

export class Tail {
  /** In their order; one that came twice is there once. */
  packets: readonly Packet[] = [];
  private count = FIRST_EVENTS;

  private constructor(
    private readonly consumer: EventHubConsumerClient,
    private readonly partition: string,
    /** Sequence numbers of the first event there is, and of the first that has been read. */
    private readonly begin: number,
    private from: number,
    private readonly packetsOf: (event: ReceivedEventData) => Packet[],
  ) {}

  /** @param packetsOf the packet an event holds, if it does */
  static async open(
    consumer: EventHubConsumerClient,
    partition: string,
    packetsOf = packetIn,
  ): Promise<Tail> {
    const { isEmpty, beginningSequenceNumber, lastEnqueuedSequenceNumber } =
      await consumer.getPartitionProperties(partition);
    const end = lastEnqueuedSequenceNumber + 1;
    return new Tail(consumer, partition, isEmpty ? end : beginningSequenceNumber, end, packetsOf);
  }

  /** Whether all there is has been read. */
  get isWhole(): boolean {
    return this.from <= this.begin;
  }

  /** Whether there may be packets that are not read, and were packed at a time (ns UTC) or later. */
  lacks(packedAt: bigint): boolean {
    return !this.isWhole && !(this.packets.length > 0 && this.packets[0].packedAt < packedAt);
  }

  async readFurther(): Promise<void> {
    const to = this.from - 1;
    this.from = Math.max(this.begin, this.from - this.count);
    this.count *= GROWTH;
    const earlier: Packet[] = [];
    await readRange(this.consumer, this.partition, { from: this.from, to }, (events) => {
      for (const event of events) earlier.push(...this.packetsOf(event));
    });
    this.packets = withoutRepeats([...earlier, ...this.packets]);
  }
}

function withoutRepeats(packets: readonly Packet[]): Packet[] {
  const next = new Map<string, number>();
  return packets.filter(({ run, contract, number }) => {
    const key = `${run} ${contract}`;
    if (number < (next.get(key) ?? 0)) return false;
    next.set(key, number + 1);
    return true;
  });
}
