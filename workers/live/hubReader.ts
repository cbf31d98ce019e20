/**
 * Reads the partitions of `mbo_raw` that some sessions follow, each once, whoever wants what of it. A partition that has a contract is read
 * alone: a worker that follows the same one is sent away by the one that comes later. What several workers need beside theirs, others read
 * too.
 */
import { earliestEventPosition, type EventHubConsumerClient, type EventPosition } from '@azure/event-hubs';
import { LIVE_GROUP, SHARED_GROUP } from '../../infra/eventhubs/hubs';
import { partitionOfKey } from '../../infra/eventhubs/partitionKey';
import { openConsumer, type HubsConnection } from '../eventHubs/clients';
import { RAW_HUB } from './hubLetters';
import { Lane } from './lane';
import { arrivals, type KeyedEvent } from './packetSource';

/** Of two workers that follow the same contract, the one that comes later stays. */
const OWNER_LEVEL = 1;
/** The hub's clock may be behind: what it says was sent before a session may have come with it. */
const CLOCKS_DIFFER_MS = 3_600_000;
const MEGABYTE = 2 ** 20;
/** What may wait in a lane: of a contract little, of options as much as a day has, for they come in heaps. */
const MOST_BYTES = { leading: 32 * MEGABYTE, following: 256 * MEGABYTE } as const;

interface Wanted {
  readonly lane: Lane;
  readonly partition: string;
  /** Before this nothing of it was sent; undefined of a contract, whose book may begin on any day before. */
  readonly since: Date | undefined;
}

export class HubReader {
  private readonly wanted: Wanted[] = [];
  private readonly stopping = new AbortController();
  private reading: Promise<void>[] = [];

  private constructor(
    private readonly alone: EventHubConsumerClient,
    private readonly shared: EventHubConsumerClient,
    private readonly partitionIds: readonly string[],
  ) {}

  static async open(connection: HubsConnection): Promise<HubReader> {
    const alone = openConsumer(LIVE_GROUP, connection, RAW_HUB);
    const shared = openConsumer(SHARED_GROUP, connection, RAW_HUB);
    try {
      return new HubReader(alone, shared, await alone.getPartitionIds());
    } catch (error) {
      await Promise.all([alone.close(), shared.close()]);
      throw error;
    }
  }

  /** The partition that has what goes under a key. */
  partitionOf(key: string): string {
    return this.partitionIds[partitionOfKey(key, this.partitionIds.length)];
  }

  /**
   * What goes under a key, from `start` on.
   * @param after sequence number of the last event that need not come
   * @param since of what others need too: before this nothing of it was sent; none of a contract, whose book may begin on any day before
   */
  lane(key: string, after: number, since?: Date): Lane {
    const lane = new Lane(key, after, since ? MOST_BYTES.following : MOST_BYTES.leading);
    this.wanted.push({ lane, partition: this.partitionOf(key), since });
    return lane;
  }

  /** Begins to read for all lanes there are; for those that have ended, nothing. */
  start(): void {
    const wanted = this.wanted.filter(({ lane }) => !lane.hasEnded);
    const partitions = new Set(wanted.map(({ partition }) => partition));
    this.reading = [...partitions].map((partition) =>
      this.read(
        partition,
        wanted.filter((one) => one.partition === partition),
      ),
    );
  }

  async close(): Promise<void> {
    this.stopping.abort();
    for (const { lane } of this.wanted) lane.end();
    await Promise.all(this.reading);
    await Promise.all([this.alone.close(), this.shared.close()]);
  }

  private async read(partition: string, own: readonly Wanted[]): Promise<void> {
    const lanes = own.map(({ lane }) => lane);
    const alone = own.some(({ since }) => since === undefined);
    try {
      for await (const { events, ...told } of arrivals({
        consumer: alone ? this.alone : this.shared,
        partition,
        from: beginningOf(own),
        ...(alone && { ownerLevel: OWNER_LEVEL }),
        signal: this.stopping.signal,
      }))
        await Promise.all(lanes.map((lane) => lane.give(eventsOf(lane, lanes, events), told)));
    } catch (error) {
      for (const lane of lanes) lane.fail(error);
    }
  }
}

function beginningOf(wanted: readonly Wanted[]): EventPosition {
  const after = Math.min(...wanted.map(({ lane }) => lane.after));
  if (after >= 0) return { sequenceNumber: after, isInclusive: false };
  const since = wanted.map((one) => one.since);
  return since.includes(undefined)
    ? earliestEventPosition
    : { enqueuedOn: Math.min(...since.map((date) => date!.getTime())) - CLOCKS_DIFFER_MS };
}

/** Packets go to all that want them; what is none to one alone: the first of its key, or of all where it has no key. */
function eventsOf(lane: Lane, lanes: readonly Lane[], events: readonly KeyedEvent[]) {
  const isFirst = lane === lanes[0];
  const isFirstOfKey = lane === lanes.find(({ key }) => key === lane.key);
  return events.flatMap(({ key, event }) => {
    const isOwn =
      'packet' in event ? key === lane.key : key === undefined ? isFirst : key === lane.key && isFirstOfKey;
    return isOwn ? [event] : [];
  });
}
