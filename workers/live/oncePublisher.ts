/**
 * Publishes the messages of a followed session to a hub, each once, whoever follows the session.
 *
 * A hub refuses nobody who has lost the session, so this is kept by time: a worker sends at most `OWN_MS` after it asked whether the session is
 * its own, and one that has taken the session over sends nothing before it has looked, later than that, what is in the hub.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  EventData,
  EventHubConsumerClient,
  EventHubProducerClient,
  MessagingError,
} from '@azure/event-hubs';
import { DEFAULT_GROUP } from '../../infra/eventhubs/hubs';
import { beginSending, endAsFailed, type Sending } from '../observing/tracing';
import { openConsumer, openProducer, type HubsConnection } from '../eventHubs/clients';
import { partitionOf } from '../eventHubs/partitionOf';
import { readRange } from '../eventHubs/readRange';
import { sdkErrorOf } from '../eventHubs/sdkError';

/** A message as its hub knows it: by the name of its schema, and an id that is the same however often it is made. */
interface Identified {
  readonly schema: string;
  readonly id: string;
}

interface Waiting<Message> {
  readonly message: Message;
  readonly sending: Sending;
  readonly sent: (isNew: boolean) => void;
  readonly failed: (reason: unknown) => void;
}

/** Messages that are sent together: a few kilobytes each, of the 256 that the smallest namespace takes at once. */
const MOST_TOGETHER = 20;
/** The SDK's own further tries would send again what came to the hub when only the answer was lost. */
const ONE_TRY = { maxRetries: 0, timeoutInMs: 5000 };
const MOST_TRIES = 8;
/** What is heard later may have been overtaken: a process that was stopped, or a machine that slept, goes on where it was. */
const OWN_MS = 500;
/** Of the last that a worker before this one has sent, to come to the hub. */
const LOOK_AFTER_MS = 2 * OWN_MS;
/** Before the second try; before each that follows as much longer. */
const AGAIN_MS = 250;

export interface PublisherOptions {
  readonly connection: HubsConnection;
  readonly hub: string;
  readonly contract: string;
  /** Of the session: what a worker before this one has published of it is not published again. */
  readonly stream: string;
  /** Fails where another worker has taken the session over; asked before anything is sent. */
  readonly requireOwn: () => Promise<void>;
}

export class OncePublisher<Message extends Identified> {
  private readonly waiting: Waiting<Message>[] = [];
  private sending = false;
  private readonly opened = performance.now();
  /** Before the first message there is: it is not to wait. */
  private readonly lookingAhead = setTimeout(() => void this.lookBack().catch(() => {}), LOOK_AFTER_MS);
  private lookedBack: Promise<void> | undefined;

  private constructor(
    private readonly options: PublisherOptions,
    private readonly producer: EventHubProducerClient,
    /** Messages of the stream that are in the hub already, or on their way, by id. */
    private readonly known: Map<string, Message>,
  ) {}

  /** Of a session that this worker has taken over already. */
  static async open<Message extends Identified>(options: PublisherOptions): Promise<OncePublisher<Message>> {
    const { connection, hub } = options;
    const known = await publishedNow<Message>(options);
    return new OncePublisher(options, openProducer(connection, hub, ONE_TRY), known);
  }

  /**
   * Messages are sent in the order in which they are given, those that wait together.
   * @returns once it is in the hub; whether it was not there yet
   */
  publish(message: Message): Promise<boolean> {
    if (this.known.has(message.id)) return Promise.resolve(false);
    this.known.set(message.id, message);
    const sending = beginSending(this.options.hub, { 'messaging.message.id': message.id });
    const published = new Promise<boolean>((sent, failed) =>
      this.waiting.push({ message, sending, sent, failed }),
    );
    if (!this.sending) void this.send();
    return published;
  }

  /** The message of an id that is in the hub, or on its way: whoever was first has made it. */
  published(id: string): Message | undefined {
    return this.known.get(id);
  }

  /** Messages of the stream that are in the hub, or on their way. */
  get count(): number {
    return this.known.size;
  }

  close(): Promise<void> {
    clearTimeout(this.lookingAhead);
    return this.producer.close();
  }

  private async send(): Promise<void> {
    this.sending = true;
    while (this.waiting.length > 0) {
      const together = this.waiting.splice(0, MOST_TOGETHER);
      try {
        await this.sendAll(together);
        for (const { message, sending, sent } of together) {
          sending.span.end();
          sent(this.isOwn(message));
        }
      } catch (error) {
        for (const { sending, failed } of together) {
          endAsFailed(sending.span, error);
          failed(error);
        }
      }
    }
    this.sending = false;
  }

  /** @throws what keeps them from the hub: after the last try, or where another one would not help */
  private async sendAll(together: readonly Waiting<Message>[]): Promise<void> {
    let left = together;
    for (let tried = 1; ; tried++) {
      try {
        await this.lookBack();
        left = left.filter(({ message }) => this.isOwn(message));
        // What was sent may have come there, though nobody said so.
        if (tried > 1) left = await this.missing(left);
        if (left.length === 0) return;
        const events = left.map((one) => this.eventOf(one));
        const to = { partitionKey: this.options.contract };
        // Has the SDK connect, which may take longer than what is heard next is good for.
        await this.producer.createBatch(to);
        await this.requireOwn();
        return await this.producer.sendBatch(events, to);
      } catch (error) {
        if (tried === MOST_TRIES || !(sdkErrorOf(error) as MessagingError).retryable) throw error;
        await sleep(tried * AGAIN_MS);
      }
    }
  }

  /** Learns what a worker before this one has sent of late: once, whoever asks. */
  private lookBack(): Promise<void> {
    return (this.lookedBack ??= this.learn().catch((error: unknown) => {
      this.lookedBack = undefined;
      throw error;
    }));
  }

  private async learn(): Promise<void> {
    await sleep(Math.max(0, this.opened + LOOK_AFTER_MS - performance.now()));
    for (const [id, message] of await publishedNow<Message>(this.options)) this.known.set(id, message);
  }

  /** Whether a message is not one that a worker before this one has made and sent. */
  private isOwn(message: Message): boolean {
    return this.known.get(message.id) === message;
  }

  /** Asks until the answer comes at once; in the end one that is late has to do. */
  private async requireOwn(): Promise<void> {
    for (let asked = 1; asked <= MOST_TRIES; asked++) {
      // The time of day goes on while a machine sleeps.
      const since = Date.now();
      await this.options.requireOwn();
      if (Date.now() - since < OWN_MS) return;
    }
  }

  private async missing(sent: readonly Waiting<Message>[]): Promise<readonly Waiting<Message>[]> {
    const there = await publishedNow(this.options);
    return sent.filter(({ message }) => !there.has(message.id));
  }

  private eventOf({ message, sending }: Waiting<Message>): EventData {
    const { id: messageId, schema } = message;
    const properties = { schema, stream: this.options.stream, ...sending.properties };
    return { body: message, messageId, contentType: 'application/json', properties };
  }
}

/** The stream's messages that are in the hub, by id. */
async function publishedNow<Message>(options: PublisherOptions): Promise<Map<string, Message>> {
  const consumer = openConsumer(DEFAULT_GROUP, options.connection, options.hub);
  try {
    return (await messagesIn(consumer, options)) as Map<string, Message>;
  } finally {
    await consumer.close();
  }
}

/** Those in the partition of the contract, up to its end as it is now. */
async function messagesIn(
  consumer: EventHubConsumerClient,
  { contract, stream }: PublisherOptions,
): Promise<Map<string, unknown>> {
  const partition = await partitionOf(consumer, contract);
  const {
    isEmpty,
    beginningSequenceNumber: from,
    lastEnqueuedSequenceNumber: to,
  } = await consumer.getPartitionProperties(partition);
  const found = new Map<string, unknown>();
  if (isEmpty) return found;
  await readRange(consumer, partition, { from, to }, (events) => {
    for (const { messageId, properties, body } of events)
      if (properties?.stream === stream) found.set(String(messageId), body);
  });
  return found;
}
