/** What live workers publish in the hub `features_gold`: the newest there is, and what comes after it. */
import type { EventHubConsumerClient, EventPosition, ReceivedEventData } from '@azure/event-hubs';
import { featuresMessage, type FeaturesMessage } from '../../../graph/scoring/featuresMessage';
import { readRange } from '../../eventHubs/readRange';
import { sdkErrorOf } from '../../eventHubs/sdkError';

export interface PublishedFeatures {
  readonly message: FeaturesMessage;
  readonly at: Date;
}

export type Wanted = (message: FeaturesMessage) => boolean;

/** Events that are read at once, backwards from the end of a partition. */
const CHUNK = 256;
const IDLE_SECONDS = 1;
/** Failures of reading after which it is not tried again. */
const HOPELESS = new Set(['UnauthorizedError', 'MessagingEntityNotFoundError']);

export class FeaturesRead {
  private constructor(
    private readonly consumer: EventHubConsumerClient,
    private readonly wanted: Wanted,
    /** By partition: the first event there is and the last there was. */
    private readonly ranges: ReadonlyMap<string, { from: number; to: number }>,
  ) {}

  /** @param consumer of the hub; @param wanted whether an event is asked about */
  static async open(consumer: EventHubConsumerClient, wanted: Wanted): Promise<FeaturesRead> {
    const ranges = new Map<string, { from: number; to: number }>();
    for (const partition of await consumer.getPartitionIds()) {
      const {
        isEmpty,
        beginningSequenceNumber,
        lastEnqueuedSequenceNumber: to,
      } = await consumer.getPartitionProperties(partition);
      ranges.set(partition, { from: isEmpty ? to + 1 : beginningSequenceNumber, to });
    }
    return new FeaturesRead(consumer, wanted, ranges);
  }

  /** The event published last, of all partitions; undefined where there is none. */
  async newest(): Promise<PublishedFeatures | undefined> {
    let newest: PublishedFeatures | undefined;
    for (const [partition, range] of this.ranges) {
      const found = await this.newestIn(partition, range);
      if (found && (!newest || found.at > newest.at)) newest = found;
    }
    return newest;
  }

  /** Calls back with what comes after `newest`, one at a time, until the signal is aborted. */
  async follow(take: (published: PublishedFeatures) => Promise<void>, signal: AbortSignal): Promise<void> {
    let settle = (): void => {};
    let fail: (reason: unknown) => void = () => {};
    const done = new Promise<void>((resolve, reject) => ([settle, fail] = [resolve, reject]));
    let turn = Promise.resolve();
    const startPosition: Record<string, EventPosition> = {};
    const taken = new Map<string, number>();
    for (const [partition, { to }] of this.ranges) {
      taken.set(partition, to);
      startPosition[partition] = { sequenceNumber: to, isInclusive: false };
    }
    const subscription = this.consumer.subscribe(
      {
        processEvents: (delivered, { partitionId }) => {
          // After a hub was away the SDK begins where it first began.
          const events = delivered.filter(({ sequenceNumber }) => sequenceNumber > taken.get(partitionId)!);
          if (events.length > 0) taken.set(partitionId, events.at(-1)!.sequenceNumber);
          // Partitions bring theirs at the same time.
          turn = turn.then(async () => {
            for (const published of this.wantedOf(events)) await take(published);
          });
          return turn.catch(fail);
        },
        processError: (error) => {
          const { code } = sdkErrorOf(error);
          if (code !== undefined && HOPELESS.has(code)) fail(error);
          return Promise.resolve();
        },
      },
      { startPosition, maxWaitTimeInSeconds: IDLE_SECONDS },
    );
    signal.addEventListener('abort', settle, { once: true });
    if (signal.aborted) settle();
    try {
      await done;
    } finally {
      signal.removeEventListener('abort', settle);
      await subscription.close();
    }
  }

  private async newestIn(
    partition: string,
    { from, to }: { from: number; to: number },
  ): Promise<PublishedFeatures | undefined> {
    for (let end = to; end >= from; end -= CHUNK) {
      let found: PublishedFeatures | undefined;
      const range = { from: Math.max(from, end - CHUNK + 1), to: end };
      await readRange(this.consumer, partition, range, (events) => {
        found = this.wantedOf(events).at(-1) ?? found;
      });
      if (found) return found;
    }
    return undefined;
  }

  /** What is of another version of the schema, or no such message at all, is for other programs. */
  private wantedOf(events: readonly ReceivedEventData[]): PublishedFeatures[] {
    return events.flatMap(({ body, enqueuedTimeUtc: at }) => {
      const { data: message } = featuresMessage.safeParse(body);
      return message && this.wanted(message) ? [{ message, at }] : [];
    });
  }
}
