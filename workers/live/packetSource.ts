/** What comes in one partition of the hub, in its order, as fast as it is taken. */
import type { EventHubConsumerClient, EventPosition, ReceivedEventData } from '@azure/event-hubs';
import { decodePacket } from '../../graph/feed/packet';
import { SpymasterError } from '../../graph/errors';
import { sdkErrorOf } from '../eventHubs/sdkError';
import { traceOf } from '../observing/tracing';
import { nowNs } from './clock';
import type { PlacedEvent } from './placed';

/** What a partition has brought: events, or nothing for a while. */
export interface Arrived {
  readonly events: readonly KeyedEvent[];
  /** Sequence number of the last event of the partition that has come; -1 before the first. */
  readonly last: number;
  /** Events in the partition that are still to come. */
  readonly waiting: number;
  /** When the last of these was put into the hub; undefined of none. */
  readonly enqueuedAt: Date | undefined;
  /** Whether these are the last the partition has now. */
  readonly caughtUp: boolean;
}

/** An event and whose it is: the contract of its packet, or what it was sent under; undefined where nothing tells. */
export interface KeyedEvent {
  readonly key: string | undefined;
  readonly event: PlacedEvent;
}

export interface PacketSourceOptions {
  readonly consumer: EventHubConsumerClient;
  readonly partition: string;
  readonly from: EventPosition;
  readonly signal: AbortSignal;
  /** Whoever reads the partition for the same group, at this level or a lower one, is sent away; without, readers do not mind each other. */
  readonly ownerLevel?: number;
}

const MOST_EVENTS = 200;
/** Without an event for so long, nothing is told as such. */
const IDLE_SECONDS = 1;
/** Failures of reading after which it is not tried again. */
const HOPELESS = new Set(['ReceiverDisconnectedError', 'UnauthorizedError', 'MessagingEntityNotFoundError']);

/**
 * Reads until the signal is aborted.
 * @throws SpymasterError Fenced when another worker has taken the partition; StoreUnavailable, AccessDenied
 */
export async function* arrivals(options: PacketSourceOptions): AsyncGenerator<Arrived> {
  const { consumer, partition, from, signal } = options;
  const pass = new Handover<Arrived>();
  let last = from.sequenceNumber ?? -1;
  const subscription = consumer.subscribe(
    partition,
    {
      processEvents: async (events, { lastEnqueuedEventProperties }) => {
        last = Math.max(last, events.at(-1)?.sequenceNumber ?? last);
        // When nothing came for a while there may be much all the same: a hub that is slow delivers later.
        const end =
          events.length > 0
            ? lastEnqueuedEventProperties?.sequenceNumber
            : await endOf(consumer, partition, from);
        const caughtUp = end !== undefined && last >= end;
        return pass.give({
          events: placed(events, partition),
          last,
          waiting: caughtUp || end === undefined ? 0 : end - last,
          enqueuedAt: events.at(-1)?.enqueuedTimeUtc,
          caughtUp,
        });
      },
      processError: (error) => {
        const { code, message } = sdkErrorOf(error);
        // Of others the SDK tries again by itself.
        if (code !== undefined && HOPELESS.has(code)) pass.fail(asFailure(code, message, partition));
        return Promise.resolve();
      },
    },
    {
      startPosition: from,
      maxBatchSize: MOST_EVENTS,
      maxWaitTimeInSeconds: IDLE_SECONDS,
      ...(options.ownerLevel !== undefined && { ownerLevel: options.ownerLevel }),
      trackLastEnqueuedEventProperties: true,
    },
  );
  const end = () => pass.end();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  try {
    yield* pass;
  } finally {
    signal.removeEventListener('abort', end);
    pass.end();
    await subscription.close();
  }
}

/** Sequence number of the last event that a partition has of what is read; undefined while it cannot be asked. */
async function endOf(
  consumer: EventHubConsumerClient,
  partition: string,
  { enqueuedOn }: EventPosition,
): Promise<number | undefined> {
  const properties = await consumer.getPartitionProperties(partition).catch(() => undefined);
  if (!properties) return undefined;
  const { isEmpty, lastEnqueuedSequenceNumber, lastEnqueuedOnUtc } = properties;
  const isEarlier = enqueuedOn !== undefined && Number(lastEnqueuedOnUtc) < Number(enqueuedOn);
  return isEmpty || isEarlier ? -1 : lastEnqueuedSequenceNumber;
}

function placed(events: readonly ReceivedEventData[], partition: string): KeyedEvent[] {
  const received = nowNs();
  return events.map(({ body, properties, sequenceNumber: sequence, partitionKey }) => {
    const place = { partition, sequence, received, origin: traceOf(properties) };
    try {
      const packet = decodePacket(bytesOf(body));
      return { key: packet.contract, event: { ...place, packet } };
    } catch (error) {
      if (!(error instanceof SpymasterError)) throw error;
      return {
        key: partitionKey ?? undefined,
        event: { ...place, body: bytesOf(body), fault: error.message },
      };
    }
  });
}

/** The body as it was sent; of other kinds than bytes, which the SDK has read, its text. */
const bytesOf = (body: unknown): Uint8Array =>
  body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

function asFailure(code: string, message: string, partition: string): SpymasterError {
  if (code === 'ReceiverDisconnectedError')
    return new SpymasterError('Fenced', `Another worker reads partition ${partition} now`, {
      field: partition,
    });
  return new SpymasterError(
    code === 'UnauthorizedError' ? 'AccessDenied' : 'BadConfig',
    `Event Hubs do not let partition ${partition} be read: ${message}`,
  );
}

/** One value at a time from a producer that waits until it is taken. */
class Handover<Value> implements AsyncIterable<Value> {
  private value: Value | undefined;
  private failure: Error | undefined;
  private ended = false;
  private wakeTaker: () => void = () => {};
  private wakeGiver: () => void = () => {};

  async give(value: Value): Promise<void> {
    while (this.value !== undefined && !this.ended)
      await new Promise<void>((resolve) => (this.wakeGiver = resolve));
    if (this.ended) return;
    this.value = value;
    this.wakeTaker();
  }

  fail(error: Error): void {
    this.failure ??= error;
    this.wakeTaker();
  }

  end(): void {
    this.ended = true;
    this.wakeTaker();
    this.wakeGiver();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value> {
    for (;;) {
      while (this.value === undefined && !this.failure && !this.ended)
        await new Promise<void>((resolve) => (this.wakeTaker = resolve));
      if (this.failure) throw this.failure;
      if (this.ended) return;
      const value = this.value!;
      this.value = undefined;
      this.wakeGiver();
      yield value;
    }
  }
}
