/** What a namespace does, seen through Azure's own client; `SPYMASTER_TEST_EVENTHUBS` has it ask a real one. */
import {
  EventHubBufferedProducerClient,
  EventHubConsumerClient,
  EventHubProducerClient,
  earliestEventPosition,
  latestEventPosition,
  type Checkpoint,
  type CheckpointStore,
  type PartitionOwnership,
} from '@azure/event-hubs';
import { Collector, QUICK_RETRIES, openNamespace, type Namespace } from '../../support/eventHubs';
import { until } from '../../support/until';

let namespace: Namespace;
let producer: EventHubProducerClient;
/** Partitions of each test are its own: what others send lies elsewhere, or before. */
const PARTITION = '1';

beforeAll(async () => {
  namespace = await openNamespace();
  producer = new EventHubProducerClient(namespace.connectionString, namespace.hub, QUICK_RETRIES);
});
afterAll(async () => {
  await producer.close();
  await namespace.stop();
});

const collect = (...[partition, position, options]: Parameters<typeof collectorArguments>) =>
  new Collector(namespace.connectionString, namespace.hub, partition, position, options);
const collectorArguments = (
  partition: string,
  position?: ConstructorParameters<typeof Collector>[3],
  options?: ConstructorParameters<typeof Collector>[4],
) => [partition, position, options] as const;

const send = (texts: readonly string[], partitionId = PARTITION) =>
  producer.sendBatch(
    texts.map((text) => ({ body: Buffer.from(text) })),
    { partitionId },
  );

/** Sends to the partition and tells where what was sent lies. */
async function sent(texts: readonly string[]) {
  const { lastEnqueuedSequenceNumber: before } = await producer.getPartitionProperties(PARTITION);
  await send(texts);
  const collector = await collect(PARTITION, { sequenceNumber: before }).waitFor(texts.length);
  await collector.close();
  return collector.events;
}

describe('properties', () => {
  test('name the hub and its partitions', async () => {
    const { name, partitionIds, createdOn } = await producer.getEventHubProperties();
    expect(name).toBe(namespace.hub);
    expect(partitionIds).toEqual(partitionIds.map((_, i) => String(i)));
    expect(createdOn.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  test('tell where a partition ends', async () => {
    const [, last] = await sent(['a', 'b']);
    const properties = await producer.getPartitionProperties(PARTITION);
    expect(properties).toMatchObject({
      partitionId: PARTITION,
      isEmpty: false,
      lastEnqueuedSequenceNumber: last.sequenceNumber,
      lastEnqueuedOffset: last.offset,
      lastEnqueuedOnUtc: last.enqueuedTimeUtc,
    });
    expect(properties.beginningSequenceNumber).toBeLessThanOrEqual(last.sequenceNumber);
  });
});

describe('events', () => {
  test('come as they were sent, numbered without a gap, with offsets and times that ascend', async () => {
    const events = await sent(['one', 'two', 'three']);
    expect(events.map(({ body }) => String(body))).toEqual(['one', 'two', 'three']);
    const first = events[0].sequenceNumber;
    expect(events.map(({ sequenceNumber }) => sequenceNumber)).toEqual([first, first + 1, first + 2]);
    const offsets = events.map(({ offset }) => Number(offset));
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    expect(new Set(offsets).size).toBe(3);
  });

  test('keep properties, ids and bodies of every kind', async () => {
    const { lastEnqueuedSequenceNumber: before } = await producer.getPartitionProperties(PARTITION);
    const bodies = [{ a: [1, null, 'x'] }, 'text', 12.5, null];
    await producer.sendBatch(
      bodies.map((body, i) => ({
        body,
        contentType: 'application/json',
        correlationId: 'c',
        messageId: `m${i}`,
        properties: { n: i, s: 'ü', b: true },
      })),
      { partitionId: PARTITION },
    );
    const options = { skipParsingBodyAsJson: false };
    const collector = await collect(PARTITION, { sequenceNumber: before }, options).waitFor(4);
    await collector.close();
    expect(collector.events.map(({ body }) => body as unknown)).toEqual(bodies);
    for (const [i, event] of collector.events.entries())
      expect(event).toMatchObject({
        contentType: 'application/json',
        correlationId: 'c',
        messageId: `m${i}`,
        properties: { n: i, s: 'ü', b: true },
      });
  });

  test('of a key lie in one partition, in the order they were sent, and carry it', async () => {
    const { partitionIds } = await producer.getEventHubProperties();
    const collectors = partitionIds.map((id) => collect(id, latestEventPosition));
    const texts = Array.from({ length: 20 }, (_, i) => `keyed ${i}`);
    const key = `key ${Date.now()}`;
    try {
      // They are attached once what is sent to their partition arrives.
      for (const [i, id] of partitionIds.entries())
        await until(async () => {
          await send(['hello'], id);
          return collectors[i].events.length > 0;
        });
      for (const text of texts)
        await producer.sendBatch([{ body: Buffer.from(text) }], { partitionKey: key });
      const keyed = () =>
        collectors.map(({ events }) => events.filter(({ partitionKey }) => partitionKey === key));
      await until(() => keyed().flat().length === texts.length);
      expect(keyed().filter((events) => events.length > 0)).toHaveLength(1);
      expect(
        keyed()
          .flat()
          .map(({ body }) => String(body)),
      ).toEqual(texts);
    } finally {
      await Promise.all(collectors.map((collector) => collector.close()));
    }
  });

  test('without key or partition are spread over all', async () => {
    const { partitionIds } = await producer.getEventHubProperties();
    const lasts = async () =>
      (await Promise.all(partitionIds.map((id) => producer.getPartitionProperties(id)))).map(
        ({ lastEnqueuedSequenceNumber }) => lastEnqueuedSequenceNumber,
      );
    const before = await lasts();
    for (let i = 0; i < 4 * partitionIds.length; i += 1) await producer.sendBatch([{ body: 'spread' }]);
    for (const [i, last] of (await lasts()).entries()) expect(last).toBeGreaterThan(before[i]);
  });

  test('more than the limit of a batch are not added, and not accepted', async () => {
    const batch = await producer.createBatch();
    const chunk = { body: Buffer.alloc(100_000) };
    let added = 0;
    while (batch.tryAdd(chunk)) added += 1;
    expect(added).toBe(Math.floor(batch.maxSizeInBytes / 100_100));
    await producer.sendBatch(batch);
    const tooLarge = producer.sendBatch([{ body: Buffer.alloc(batch.maxSizeInBytes + 1) }]);
    await expect(tooLarge).rejects.toMatchObject({ code: 'MessageTooLargeError' });
  });
});

describe('a consumer begins', () => {
  let events: Awaited<ReturnType<typeof sent>>;
  beforeAll(async () => {
    events = await sent(['p', 'q', 'r']);
  });

  test.each<[string, () => ConstructorParameters<typeof Collector>[3], number]>([
    ['after a sequence number', () => ({ sequenceNumber: events[1].sequenceNumber }), 2],
    ['at a sequence number', () => ({ sequenceNumber: events[1].sequenceNumber, isInclusive: true }), 1],
    ['after an offset', () => ({ offset: events[1].offset }), 2],
    ['at an offset', () => ({ offset: events[1].offset, isInclusive: true }), 1],
    ['after a time', () => ({ enqueuedOn: events[0].enqueuedTimeUtc.getTime() - 1 }), 0],
  ])('%s', async (_, position, from) => {
    const collector = await collect(PARTITION, position()).waitFor(3 - from);
    await collector.close();
    expect(collector.sequenceNumbers.slice(0, 3 - from)).toEqual(
      events.slice(from).map(({ sequenceNumber }) => sequenceNumber),
    );
  });

  test('with the earliest event there is', async () => {
    const { beginningSequenceNumber } = await producer.getPartitionProperties(PARTITION);
    const collector = await collect(PARTITION, earliestEventPosition).waitFor(1);
    await collector.close();
    expect(collector.sequenceNumbers[0]).toBe(beginningSequenceNumber);
  });

  test('with what comes after the latest', async () => {
    const { lastEnqueuedSequenceNumber } = await producer.getPartitionProperties(PARTITION);
    const collector = collect(PARTITION, latestEventPosition);
    await until(async () => {
      await send(['new']);
      return collector.events.length > 0;
    });
    await collector.close();
    expect(collector.sequenceNumbers[0]).toBeGreaterThan(lastEnqueuedSequenceNumber);
  });

  test('is told where the partition ends, when it wants that', async () => {
    const client = new EventHubConsumerClient('$Default', namespace.connectionString, namespace.hub);
    const seen: (number | undefined)[] = [];
    const handlers = {
      processEvents: async (
        _: unknown,
        context: { lastEnqueuedEventProperties?: { sequenceNumber?: number } },
      ) => void seen.push(context.lastEnqueuedEventProperties?.sequenceNumber),
      processError: async () => {},
    };
    const startPosition = { sequenceNumber: events[0].sequenceNumber, isInclusive: true };
    const options = { startPosition, trackLastEnqueuedEventProperties: true };
    const subscription = client.subscribe(PARTITION, handlers, options);
    await until(() => seen.length > 0);
    await subscription.close();
    await client.close();
    expect(seen[0]).toBeGreaterThanOrEqual(events[2].sequenceNumber);
  });
});

describe('owner levels', () => {
  test('a newer owner of the same group disconnects the older, and none of a lower level comes in', async () => {
    const older = collect(PARTITION, earliestEventPosition, { ownerLevel: 1 });
    await older.waitFor(1);
    const newer = collect(PARTITION, earliestEventPosition, { ownerLevel: 2 });
    try {
      await newer.waitFor(1);
      expect(await older.firstError()).toBe('ReceiverDisconnectedError');
      const lower = collect(PARTITION, earliestEventPosition, { ownerLevel: 0 });
      expect(await lower.firstError()).toBe('ReceiverDisconnectedError');
      await lower.close();
      const none = collect(PARTITION, earliestEventPosition);
      expect(await none.firstError()).toBe('ReceiverDisconnectedError');
      await none.close();
    } finally {
      await Promise.all([older.close(), newer.close()]);
    }
  });
});

describe('refused is', () => {
  const asking = (connectionString: string, hub: string) => {
    const client = new EventHubProducerClient(connectionString, hub, { retryOptions: { maxRetries: 0 } });
    return client.getEventHubProperties().finally(() => void client.close());
  };

  test('a wrong key', async () => {
    const wrong = namespace.connectionString.replace(/SharedAccessKey=[^;]*/, 'SharedAccessKey=d3Jvbmc=');
    await expect(asking(wrong, namespace.hub)).rejects.toMatchObject({ code: 'UnauthorizedError' });
  });

  test('a hub there is not', async () => {
    const elsewhere = namespace.connectionString.replace(/EntityPath=[^;]*;?/, '');
    await expect(asking(elsewhere, 'no-such-hub')).rejects.toMatchObject({
      code: 'MessagingEntityNotFoundError',
    });
  });

  test('a consumer group there is not', async () => {
    const collector = collect(PARTITION, earliestEventPosition, { group: 'no-such-group' });
    expect(await collector.firstError()).toBe('MessagingEntityNotFoundError');
    await collector.close();
  });

  test('a partition there is not', async () => {
    await expect(send(['lost'], '999')).rejects.toMatchObject({ code: 'ArgumentOutOfRangeError' });
  });
});

test('an idempotent producer is given its number, and every event arrives once', async () => {
  const buffered = new EventHubBufferedProducerClient(namespace.connectionString, namespace.hub, {
    enableIdempotentRetries: true,
    maxWaitTimeInMs: 10,
    onSendEventsErrorHandler: () => {},
  });
  const { partitionIds } = await producer.getEventHubProperties();
  const starts = await Promise.all(partitionIds.map((id) => producer.getPartitionProperties(id)));
  const texts = Array.from({ length: 200 }, (_, i) => `once ${i}`);
  for (const [i, text] of texts.entries())
    await buffered.enqueueEvent({ body: Buffer.from(text) }, { partitionKey: `k${i % 17}` });
  await buffered.close({ flush: true });
  const collectors = starts.map(({ partitionId, lastEnqueuedSequenceNumber: sequenceNumber }) =>
    collect(partitionId, sequenceNumber < 0 ? earliestEventPosition : { sequenceNumber }),
  );
  const got = () => collectors.flatMap((collector) => collector.texts);
  await until(() => got().length >= texts.length);
  await Promise.all(collectors.map((collector) => collector.close()));
  expect(got().sort()).toEqual(texts.sort());
});

/** Checkpoints and ownership in memory, shared by consumers of a test. */
class MemoryStore implements CheckpointStore {
  readonly owned = new Map<string, PartitionOwnership>();
  readonly checkpoints = new Map<string, Checkpoint>();

  async listOwnership() {
    return [...this.owned.values()];
  }

  async claimOwnership(wanted: PartitionOwnership[]) {
    return wanted
      .filter(({ partitionId, etag }) => this.owned.get(partitionId)?.etag === etag)
      .map((claim) => {
        const held = { ...claim, etag: `${Math.random()}`, lastModifiedTimeInMs: Date.now() };
        this.owned.set(claim.partitionId, held);
        return held;
      });
  }

  async updateCheckpoint(checkpoint: Checkpoint) {
    this.checkpoints.set(checkpoint.partitionId, checkpoint);
  }

  async listCheckpoints() {
    return [...this.checkpoints.values()];
  }
}

test('a consumer with a checkpoint store takes all partitions, and goes on from its checkpoints', async () => {
  const store = new MemoryStore();
  const { partitionIds } = await producer.getEventHubProperties();
  const run = async (mark: string) => {
    const got: string[] = [];
    const options = { loadBalancingOptions: { updateIntervalInMs: 100, strategy: 'greedy' as const } };
    const client = new EventHubConsumerClient(
      '$Default',
      namespace.connectionString,
      namespace.hub,
      store,
      options,
    );
    const subscription = client.subscribe(
      {
        processEvents: async (events, context) => {
          got.push(...events.map(({ body }) => String(body)));
          if (events.length > 0) await context.updateCheckpoint(events[events.length - 1]);
        },
        processError: async () => {},
      },
      { startPosition: earliestEventPosition, maxBatchSize: 500 },
    );
    for (const id of partitionIds) await send([mark], id);
    await until(() => got.filter((text) => text === mark).length === partitionIds.length);
    await subscription.close();
    await client.close();
    return got;
  };
  await run(`first ${Date.now()}`);
  expect(store.checkpoints.size).toBe(partitionIds.length);
  const again = `second ${Date.now()}`;
  expect(await run(again)).toEqual(partitionIds.map(() => again));
});
