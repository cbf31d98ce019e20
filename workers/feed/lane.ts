/**
 * What is on its way to one partition: messages in the order they came, in batches of which one is under way at a time. A batch that
 * fails is sent again, before any other; one whose answer was lost comes twice, and says so by the numbers in its packets.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventData, EventDataBatch, EventHubProducerClient } from '@azure/event-hubs';
import { SpymasterError } from '../../graph/errors';
import type { FeedMessage } from '../../graph/feed/packer';
import { sdkErrorOf } from '../eventHubs/sdkError';
import { beginSending, type Sending } from '../observing/tracing';
import type { FeedCounters } from './counters';
import { packetProperty } from './packetsOfEvents';

export type HubProducer = Pick<EventHubProducerClient, 'createBatch' | 'sendBatch' | 'eventHubName'>;

export interface LaneOptions {
  producer: HubProducer;
  counters: FeedCounters;
  /** Aborted when nothing more is to be tried. */
  signal: AbortSignal;
  /** Told of bytes that have arrived, or will never. */
  released: (bytes: number) => void;
  /** Told of what no repetition helps. */
  failed: (error: SpymasterError) => void;
}

const FIRST_PAUSE_MS = 100;
const MOST_PAUSE_MS = 5000;

/** Codes of the SDK that trying again does not mend. */
const HOPELESS: ReadonlySet<string> = new Set([
  'UnauthorizedError',
  'MessagingEntityNotFoundError',
  'MessagingEntityDisabledError',
  'MessageTooLargeError',
  'ArgumentError',
  'InvalidOperationError',
  'NotImplementedError',
]);

export class Lane {
  private readonly waiting: FeedMessage[] = [];
  private least: bigint | undefined;
  private working: Promise<void> | undefined;
  /** Of messages that have been put into a batch, or did not fit into the last one. */
  private readonly sendings = new WeakMap<FeedMessage, Sending>();

  constructor(private readonly options: LaneOptions) {}

  push(message: FeedMessage): void {
    this.waiting.push(message);
    if (this.least === undefined || message.since < this.least) this.least = message.since;
    this.working ??= this.work().finally(() => (this.working = undefined));
  }

  /** The least `since` of what the hub has not taken; undefined when it has taken all. */
  get unsettled(): bigint | undefined {
    return this.least;
  }

  /** Resolves when nothing is left to be sent. */
  async settled(): Promise<void> {
    while (this.working) await this.working;
  }

  private async work(): Promise<void> {
    const { signal, failed, released, counters } = this.options;
    try {
      // What comes in the same turn goes together.
      await Promise.resolve();
      while (this.waiting.length > 0 && !signal.aborted) {
        const taken: FeedMessage[] = [];
        const batch = await this.untilDone(() => this.batchOf(taken));
        const started = performance.now();
        await this.untilDone(() => this.options.producer.sendBatch(batch));
        this.least = leastOf(this.waiting);
        counters.sent(taken, (performance.now() - started) / 1000);
        for (const message of taken) this.sendings.get(message)?.span.end();
        released(taken.reduce((sum, { body }) => sum + body.length, 0));
      }
    } catch (error) {
      if (!signal.aborted) failed(asFailure(error));
    }
  }

  /** A batch of the next messages of one contract: the partition is told by their key. */
  private async batchOf(taken: FeedMessage[]): Promise<EventDataBatch> {
    const { contract } = this.waiting[0];
    const batch = await this.options.producer.createBatch({ partitionKey: contract });
    let count = 0;
    while (count < this.waiting.length && this.waiting[count].contract === contract) {
      const message = this.waiting[count];
      if (!batch.tryAdd(this.eventOf(message))) break;
      count += 1;
    }
    if (count === 0)
      throw new SpymasterError(
        'LimitReached',
        `An event of ${this.waiting[0].body.length} bytes is more than the hub takes`,
        {
          field: 'contract',
          found: contract,
        },
      );
    taken.push(...this.waiting.splice(0, count));
    return batch;
  }

  private eventOf(message: FeedMessage): EventData {
    const { body, packet } = message;
    const properties = { ...this.sendingOf(message).properties, ...(packet && packetProperty(packet)) };
    return { body: Buffer.from(body), ...(Object.keys(properties).length > 0 && { properties }) };
  }

  private sendingOf(message: FeedMessage): Sending {
    let sending = this.sendings.get(message);
    if (!sending) {
      const { contract, records } = message;
      sending = beginSending(this.options.producer.eventHubName, {
        'spymaster.contract': contract,
        'spymaster.records': records,
      });
      this.sendings.set(message, sending);
    }
    return sending;
  }

  private async untilDone<T>(step: () => Promise<T>): Promise<T> {
    const { signal, counters } = this.options;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MOST_PAUSE_MS)) {
      try {
        return await step();
      } catch (error) {
        if (signal.aborted || isHopeless(error)) throw error;
        counters.failed(error);
        await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal });
      }
    }
  }
}

const leastOf = (messages: readonly FeedMessage[]): bigint | undefined =>
  messages.reduce<bigint | undefined>(
    (least, { since }) => (least === undefined || since < least ? since : least),
    undefined,
  );

const isHopeless = (error: unknown): boolean =>
  error instanceof SpymasterError || HOPELESS.has(sdkErrorOf(error).code ?? '');

function asFailure(error: unknown): SpymasterError {
  if (error instanceof SpymasterError) return error;
  const { code, message } = sdkErrorOf(error);
  const failure = code === 'UnauthorizedError' ? 'AccessDenied' : 'BadConfig';
  return new SpymasterError(failure, `Event Hubs takes nothing: ${message}`, {}, { cause: error });
}
