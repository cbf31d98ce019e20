/** A namespace for tests: of this process, or the one `SPYMASTER_TEST_EVENTHUBS` connects to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EventHubConsumerClient,
  earliestEventPosition,
  parseEventHubConnectionString,
  type EventPosition,
  type ReceivedEventData,
  type SubscribeOptions,
} from '@azure/event-hubs';
import { EventHubsPeer, type PeerOptions } from '../../infra/eventhubs/peer';
import { until } from './until';

export const TEST_HUB = 'test_hub';
export const TEST_GROUP = 'second';

export interface TestPeer {
  peer: EventHubsPeer;
  folder: string;
  /** Starts another on what this one, which has ended, kept. */
  restart(options?: Partial<PeerOptions>): Promise<EventHubsPeer>;
  remove(): void;
}

export async function startPeer(options: Partial<PeerOptions> = {}): Promise<TestPeer> {
  const folder = mkdtempSync(join(tmpdir(), 'event-hubs-'));
  const start = (more: Partial<PeerOptions> = {}) =>
    EventHubsPeer.start({
      folder,
      hubs: [{ name: TEST_HUB, partitions: 4, consumerGroups: [TEST_GROUP] }],
      key: { name: 'test', key: 'c2VjcmV0IG9mIHRlc3Rz' },
      fsync: 'never',
      retentionMs: 3_600_000,
      retentionBytes: 1 << 30,
      segmentBytes: 1 << 16,
      ...options,
      ...more,
    });
  const peer = await start();
  return {
    peer,
    folder,
    restart: (more) => start(more),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Namespace {
  connectionString: string;
  hub: string;
  stop(): Promise<void>;
}

/** The namespace conformance is tested against; a connection string from the environment names the hub in `EntityPath`. */
export async function openNamespace(): Promise<Namespace> {
  const given = process.env.SPYMASTER_TEST_EVENTHUBS;
  if (given) {
    const { eventHubName } = parseEventHubConnectionString(given);
    if (!eventHubName) throw new Error('SPYMASTER_TEST_EVENTHUBS has no EntityPath');
    return { connectionString: given, hub: eventHubName, stop: () => Promise.resolve() };
  }
  const { peer, remove } = await startPeer();
  const stop = async () => {
    await peer.stop();
    remove();
  };
  return { connectionString: peer.connectionString, hub: TEST_HUB, stop };
}

/** Fast where it waits for nothing: tests mean to see errors, not minutes of retries. */
export const QUICK_RETRIES = { retryOptions: { maxRetries: 4, retryDelayInMs: 20, timeoutInMs: 20_000 } };

/** Collects what comes of one partition. */
export class Collector {
  readonly events: ReceivedEventData[] = [];
  readonly errors: (Error & { code?: string })[] = [];
  private readonly client: EventHubConsumerClient;
  private readonly subscription: { close(): Promise<void> };

  constructor(
    connectionString: string,
    hub: string,
    partitionId: string,
    startPosition: EventPosition = earliestEventPosition,
    { group = '$Default', ...options }: SubscribeOptions & { group?: string } = {},
  ) {
    this.client = new EventHubConsumerClient(group, connectionString, hub, QUICK_RETRIES);
    const handlers = {
      processEvents: async (events: ReceivedEventData[]) => void this.events.push(...events),
      processError: async (error: Error) => void this.errors.push(error),
    };
    this.subscription = this.client.subscribe(partitionId, handlers, {
      startPosition,
      maxBatchSize: 100,
      // A connection that is lost is noticed when the wait is over.
      maxWaitTimeInSeconds: 2,
      skipParsingBodyAsJson: true,
      ...options,
    });
  }

  get texts(): string[] {
    return this.events.map(({ body }) => String(body));
  }

  get sequenceNumbers(): number[] {
    return this.events.map(({ sequenceNumber }) => sequenceNumber);
  }

  async waitFor(count: number): Promise<this> {
    await until(() => this.events.length >= count);
    return this;
  }

  /** The code of the first error. */
  async firstError(): Promise<string | undefined> {
    await until(() => this.errors.length > 0);
    return this.errors[0].code ?? this.errors[0].name;
  }

  async close(): Promise<void> {
    await this.subscription.close();
    await this.client.close();
  }
}
