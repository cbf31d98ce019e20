/** What comes in one partition of the hub, in its order, as fast as it is taken. */
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  EventHubConsumerClient,
  EventPosition,
  LastEnqueuedEventProperties,
  MessagingError,
  ReceivedEventData,
} from '@azure/event-hubs';
import { decodePacket } from '../../graph/feed/packet';
import { SpymasterError } from '../../graph/errors';
import { DeliveryOrder } from '../eventHubs/deliveryOrder';
import { sdkErrorOf, type SdkError } from '../eventHubs/sdkError';
import { traceOf } from '../observing/tracing';
import { nowNs } from './clock';
import { HubClock } from './hubClock';
import type { PlacedEvent } from './placed';

/** What a partition has brought: events, or nothing for a while. */
export interface Arrived {
  readonly events: readonly KeyedEvent[];
  /** Sequence number of the last event of the partition that has come; -1 before the first. */
  readonly last: number;
  /** Deliveries so far that came before their time or again, and were put right. */
  readonly misplaced: number;
  /** Events in the partition that are still to come. */
  readonly waiting: number;
  /** When the last of these was put into the hub, ms UTC by this machine's clock; undefined of none. */
  readonly enqueuedAt: number | undefined;
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
  /** Told of what keeps it from being read for now. */
  readonly onFault?: (error: SdkError) => void;
}

const MOST_EVENTS = 200;
/** Without an event for so long, nothing is told as such. */
const IDLE_SECONDS = 1;
/** Events that wait for one before them until that is asked for again. */
const MOST_AHEAD = 2 * MOST_EVENTS;
/** Of a place after the last event there ever was. */
const BEYOND_END = 'ArgumentError';
/** Failures of reading after which it is not tried again. */
const HOPELESS = new Set([
  'ReceiverDisconnectedError',
  'UnauthorizedError',
  'MessagingEntityNotFoundError',
  BEYOND_END,
]);
/** Until a hub is asked again that the SDK has tried in vain. */
const AGAIN_MS = 500;

/**
 * Reads until the signal is aborted. Events come in their order, each once, however they are delivered: one that stays away is asked for
 * again, and gone on without where the partition has it no more.
 * @throws SpymasterError Fenced when another worker has taken the partition; StoreUnavailable, AccessDenied
 */
export async function* arrivals(options: PacketSourceOptions): AsyncGenerator<Arrived> {
  yield* new Reading(options, new DeliveryOrder(await lastBefore(options))).arrivals();
}

class Reading {
  /** Number of the event before the one that has been asked for again. */
  private askedAgain: number | undefined;
  private readonly clock = new HubClock();

  constructor(
    private readonly options: PacketSourceOptions,
    private readonly order: DeliveryOrder<ReceivedEventData>,
  ) {}

  async *arrivals(): AsyncGenerator<Arrived> {
    let { from } = this.options;
    while (!this.options.signal.aborted) {
      yield* this.from(from);
      if (this.order.last >= 0) from = { sequenceNumber: this.order.last, isInclusive: false };
    }
  }

  /** Reads until the signal is aborted, or what has not come has to be asked for again. */
  private async *from(startPosition: EventPosition): AsyncGenerator<Arrived> {
    const { consumer, partition, signal, ownerLevel, onFault } = this.options;
    const pass = new Handover<Arrived | 'again'>();
    const subscription = consumer.subscribe(
      partition,
      {
        processEvents: (events, { lastEnqueuedEventProperties }) =>
          this.take(events, lastEnqueuedEventProperties, pass),
        processError: (error) => {
          const failed = sdkErrorOf(error);
          const { code, message } = failed;
          if (code !== undefined && HOPELESS.has(code)) pass.fail(asFailure(code, message, partition));
          else {
            onFault?.(failed);
            // The SDK itself would begin again after ten seconds, and where it first began.
            if (!isTriedOn(error)) void sleep(AGAIN_MS).then(() => pass.give('again'));
          }
          return Promise.resolve();
        },
      },
      {
        startPosition,
        maxBatchSize: MOST_EVENTS,
        maxWaitTimeInSeconds: IDLE_SECONDS,
        // Otherwise every packet is read as text first, in case it is JSON.
        skipParsingBodyAsJson: true,
        ...(ownerLevel !== undefined && { ownerLevel }),
        trackLastEnqueuedEventProperties: true,
      },
    );
    const end = () => pass.end();
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    try {
      for await (const arrived of pass) {
        if (arrived === 'again') return;
        yield arrived;
      }
    } finally {
      signal.removeEventListener('abort', end);
      pass.end();
      await subscription.close();
    }
  }

  private async take(
    delivered: readonly ReceivedEventData[],
    partitionEnd: LastEnqueuedEventProperties | undefined,
    pass: Handover<Arrived | 'again'>,
  ): Promise<void> {
    const { order } = this;
    const { consumer, partition, from } = this.options;
    const events = order.take(delivered);
    const isStuck = order.waiting > (delivered.length > 0 ? MOST_AHEAD : 0);
    const asksAgain = isStuck && this.askedAgain !== order.last;
    if (asksAgain) this.askedAgain = order.last;
    else if (isStuck) events.push(...order.giveUp());
    // When nothing came for a while there may be much all the same: a hub that is slow delivers later.
    const end = delivered.length > 0 ? partitionEnd?.sequenceNumber : await endOf(consumer, partition, from);
    const { last, misplaced } = order;
    if (partitionEnd?.retrievedOn && delivered.length > 0) this.clock.told(partitionEnd.retrievedOn);
    const newest = events.at(-1);
    const caughtUp = end !== undefined && last >= end;
    await pass.give({
      events: placed(events, partition),
      last,
      misplaced,
      waiting: caughtUp || end === undefined ? 0 : end - last,
      enqueuedAt: newest && this.clock.here(newest.enqueuedTimeUtc),
      caughtUp,
    });
    if (asksAgain) await pass.give('again');
  }
}

/** Number of the event before the first that is to come; undefined where that is not known. */
async function lastBefore({ consumer, partition, from }: PacketSourceOptions): Promise<number | undefined> {
  if (from.sequenceNumber !== undefined) return from.sequenceNumber - (from.isInclusive ? 1 : 0);
  if (from.enqueuedOn !== undefined) return undefined;
  const properties = await consumer.getPartitionProperties(partition).catch(() => undefined);
  return properties && properties.beginningSequenceNumber - 1;
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
  return events.map(({ body, properties, sequenceNumber: sequence, offset, partitionKey }) => {
    const place = { partition, sequence, offset, received, origin: traceOf(properties) };
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

/** Whether the SDK goes on reading where it was; what several tries in a row ended with, it does not. */
const isTriedOn = (error: Error): boolean => (error as Partial<MessagingError>).retryable === true;

/** The body as it was sent; of other kinds than bytes, which the SDK has read, its text. */
const bytesOf = (body: unknown): Uint8Array =>
  body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

function asFailure(code: string, message: string, partition: string): SpymasterError {
  if (code === 'ReceiverDisconnectedError')
    return new SpymasterError('Fenced', `Another worker reads partition ${partition} now`, {
      field: partition,
    });
  if (code === BEYOND_END)
    return new SpymasterError(
      'NoInput',
      `Partition ${partition} of the hub ends before what has been taken of it, it has begun anew: ${message}`,
      { field: partition, expected: '--again, which begins the session anew' },
    );
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
