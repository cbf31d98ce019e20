/**
 * Reads the partitions of `mbo_raw` that some sessions follow, each once, whoever wants what of it. A partition that has a contract is read
 * alone: a worker that follows the same one is sent away by the one that comes later, and knows it at once. One that is sent away for another
 * contract of the partition goes on among others, as what several workers need is read from the start.
 */
import { earliestEventPosition, type EventHubConsumerClient, type EventPosition } from '@azure/event-hubs';
import { SpymasterError } from '../../graph/errors';
import { LIVE_GROUP, SHARED_GROUP } from '../../infra/eventhubs/hubs';
import { partitionOfKey } from '../../infra/eventhubs/partitionKey';
import { openConsumer, type HubsConnection } from '../eventHubs/clients';
import type { SdkError } from '../eventHubs/sdkError';
import type { CheckpointedPartition } from './checkpoints';
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
  /** Of a contract: fails where another worker follows it now. */
  readonly requireOwn?: () => Promise<void>;
  /** Told of what keeps the partition from being read for now. */
  readonly onFault?: (error: SdkError) => void;
}

export class HubReader {
  private readonly wanted: Wanted[] = [];
  private readonly stopping = new AbortController();
  private reading: Promise<void>[] = [];
  /** Partitions that were read alone, until another worker came. */
  private readonly leftTo = new Set<string>();

  private constructor(
    /** Host of its namespace. */
    private readonly namespace: string,
    private readonly alone: EventHubConsumerClient,
    private readonly shared: EventHubConsumerClient,
    private readonly partitionIds: readonly string[],
  ) {}

  static async open(connection: HubsConnection): Promise<HubReader> {
    const alone = openConsumer(LIVE_GROUP, connection, RAW_HUB);
    const shared = openConsumer(SHARED_GROUP, connection, RAW_HUB);
    try {
      const namespace = typeof connection === 'string' ? alone.fullyQualifiedNamespace : connection.namespace;
      return new HubReader(namespace, alone, shared, await alone.getPartitionIds());
    } catch (error) {
      await Promise.all([alone.close(), shared.close()]);
      throw error;
    }
  }

  /** The partition that has what goes under a key. */
  partitionOf(key: string): string {
    return this.partitionIds[partitionOfKey(key, this.partitionIds.length)];
  }

  /** The partition that has a contract, and the group by which it is read now. */
  placeOf(contract: string): CheckpointedPartition {
    const partition = this.partitionOf(contract);
    const group = this.leftTo.has(partition) ? SHARED_GROUP : LIVE_GROUP;
    return { namespace: this.namespace, hub: RAW_HUB, group, partition };
  }

  /**
   * What goes under a contract, from `start` on; its book may begin on any day before.
   * @param after sequence number of the last event that need not come
   * @param requireOwn fails where another worker follows it now
   * @param onFault told of what keeps it from being read for now
   */
  contractLane(
    contract: string,
    after: number,
    requireOwn: () => Promise<void>,
    onFault?: (error: SdkError) => void,
  ): Lane {
    const lane = new Lane(contract, after, MOST_BYTES.leading);
    this.wanted.push({ lane, partition: this.partitionOf(contract), since: undefined, requireOwn, onFault });
    return lane;
  }

  /** The same of a key that others need too. @param since before this nothing of it was sent */
  sharedLane(key: string, after: number, since: Date): Lane {
    const lane = new Lane(key, after, MOST_BYTES.following);
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
    let from = beginningOf(own);
    const give = async (alone: boolean) => {
      for await (const { events, ...told } of arrivals({
        consumer: alone ? this.alone : this.shared,
        partition,
        from,
        ...(alone && { ownerLevel: OWNER_LEVEL }),
        signal: this.stopping.signal,
        onFault: (error) => own.forEach(({ onFault }) => onFault?.(error)),
      })) {
        await Promise.all(lanes.map((lane) => lane.give(eventsOf(lane, lanes, events), told)));
        if (told.last >= 0) from = { sequenceNumber: told.last, isInclusive: false };
      }
    };
    try {
      if (own.some(({ since }) => since === undefined))
        await give(true).catch(async (error: unknown) => {
          await requireOthers(own, error);
          this.leftTo.add(partition);
        });
      if (!this.stopping.signal.aborted) await give(false);
    } catch (error) {
      for (const lane of lanes) lane.fail(error);
    }
  }
}

/**
 * @param error that ended the reading of a partition
 * @throws it, unless another worker has taken the partition for contracts of its own; SpymasterError Fenced where they are the same
 */
async function requireOthers(own: readonly Wanted[], error: unknown): Promise<void> {
  if (!(error instanceof SpymasterError && error.code === 'Fenced')) throw error;
  for (const { requireOwn } of own) await requireOwn?.();
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
