import type { EventData, EventDataBatch } from '@azure/event-hubs';
import fc from 'fast-check';
import { SpymasterError } from '../../../graph/errors';
import { partitionOfKey } from '../../../infra/eventhubs/partitionKey';
import { FeedCounters } from '../../../workers/feed/counters';
import type { HubProducer } from '../../../workers/feed/lane';
import { Publisher } from '../../../workers/feed/publisher';
import { until } from '../../support/until';

const PARTITIONS = 3;

interface Batch {
  key: string;
  bodies: string[];
}

/** A hub in memory; `answer` says for each batch whether it arrives, and whether its producer is told. */
class MemoryHub implements HubProducer {
  readonly eventHubName = 'mbo_raw';
  readonly partitions: string[][] = Array.from({ length: PARTITIONS }, () => []);
  readonly underWay = new Set<number>();

  constructor(
    private readonly answer: (batch: Batch) => Promise<'taken' | 'unanswered' | Error> = async () => 'taken',
    private readonly mostEvents = 4,
  ) {}

  async createBatch({ partitionKey = '' }: { partitionKey?: string } = {}): Promise<EventDataBatch> {
    const bodies: string[] = [];
    const tryAdd = ({ body }: EventData) => {
      if (bodies.length >= this.mostEvents || String(body).length > 1000) return false;
      bodies.push(String(body));
      return true;
    };
    return { key: partitionKey, bodies, tryAdd } as unknown as EventDataBatch;
  }

  async sendBatch(batch: unknown): Promise<void> {
    const { key, bodies } = batch as Batch;
    const partition = partitionOfKey(key, PARTITIONS);
    if (this.underWay.has(partition)) throw new Error('two batches of a partition at once');
    this.underWay.add(partition);
    const answer = await this.answer({ key, bodies });
    this.underWay.delete(partition);
    if (answer === 'taken' || answer === 'unanswered') this.partitions[partition].push(...bodies);
    if (answer === 'unanswered')
      throw Object.assign(new Error('no answer'), { code: 'OperationTimeoutError' });
    if (answer instanceof Error) throw answer;
  }
}

const message = (contract: string, text: string) => ({
  contract,
  kind: 'records' as const,
  body: Buffer.from(text),
  records: 1,
  since: 1n,
});
const busy = () => Object.assign(new Error('busy'), { code: 'ServerBusyError' });

test('whatever fails, everything arrives, and in its order; what arrives again comes before anything later', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
  const failures = fc.array(fc.constantFrom('taken' as const, 'busy' as const, 'unanswered' as const), {
    maxLength: 3,
  });
  const contracts = fc.array(fc.constantFrom('ESH4', 'ESM4', 'NQH4', 'ES.OPT'), {
    minLength: 1,
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(contracts, failures, async (sent, plan) => {
      const hub = new MemoryHub(async () => {
        const next = plan.shift() ?? 'taken';
        return next === 'busy' ? busy() : next;
      });
      const counters = new FeedCounters();
      const publisher = new Publisher(hub, PARTITIONS, counters);
      for (const [i, contract] of sent.entries()) publisher.push(message(contract, `${contract} ${i}`));
      expect(await publisher.drain(600_000)).toBe(0);
      expect(counters.records).toBe(sent.length);
      for (const [id, arrived] of hub.partitions.entries()) {
        const meant = sent.flatMap((contract, i) =>
          partitionOfKey(contract, PARTITIONS) === id ? [`${contract} ${i}`] : [],
        );
        expect([...new Set(arrived)]).toEqual(meant);
        // A batch is repeated whole, right after itself.
        for (const [i, text] of arrived.entries())
          if (arrived.indexOf(text) < i)
            expect(arrived[i - 1 - arrived.slice(0, i).reverse().indexOf(text)]).toBe(text);
      }
    }),
    { numRuns: 15 },
  );
  jest.restoreAllMocks();
});

test('one partition that is busy keeps no other', async () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const hub = new MemoryHub(async ({ key }) => {
    if (key === 'ESH4') await opened;
    return 'taken';
  });
  const other = ['ESM4', 'NQH4', 'ES.OPT'].find(
    (key) => partitionOfKey(key, PARTITIONS) !== partitionOfKey('ESH4', PARTITIONS),
  ) as string;
  const publisher = new Publisher(hub, PARTITIONS, new FeedCounters());
  publisher.push(message('ESH4', 'waits'));
  publisher.push(message(other, 'goes'));
  await until(() => hub.partitions[partitionOfKey(other, PARTITIONS)].length > 0);
  expect(hub.partitions[partitionOfKey('ESH4', PARTITIONS)]).toEqual([]);
  open();
  expect(await publisher.drain(600_000)).toBe(0);
});

test('more than may be on its way waits for room', async () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const hub = new MemoryHub(async () => {
    await opened;
    return 'taken';
  });
  const publisher = new Publisher(hub, PARTITIONS, new FeedCounters(), 10);
  publisher.push(message('ESH4', '1234567890'));
  await publisher.room();
  publisher.push(message('ESH4', 'x'));
  let room = false;
  const waits = publisher.room().then(() => (room = true));
  await new Promise(setImmediate);
  expect(room).toBe(false);
  open();
  await waits;
  await publisher.drain(600_000);
});

test('a hub that never answers is given up when the time is over, and what is left is told', async () => {
  const hub = new MemoryHub(async () => busy());
  const publisher = new Publisher(hub, PARTITIONS, new FeedCounters());
  publisher.push(message('ESH4', 'lost'));
  expect(await publisher.drain(20)).toBe(4);
});

test('a slow hub is not given up while it takes what comes', async () => {
  jest.useFakeTimers();
  const minute = () => new Promise((resolve) => setTimeout(resolve, 60_000));
  const hub = new MemoryHub(async () => {
    await minute();
    return 'taken';
  });
  const publisher = new Publisher(hub, 1, new FeedCounters());
  // Batches are of one contract.
  for (let i = 0; i < 10; i += 1) publisher.push(message(i % 2 === 0 ? 'ESH4' : 'NQH4', 'some'));
  const drained = publisher.drain(100_000);
  await jest.advanceTimersByTimeAsync(11 * 60_000);
  jest.useRealTimers();
  expect(await drained).toBe(0);
});

test('what trying again does not mend ends the feed at once, also inside the errors of several tries', async () => {
  const denied = Object.assign(new Error('who?'), { code: 'UnauthorizedError' });
  const hub = new MemoryHub(async () => new AggregateError([busy(), denied]));
  const publisher = new Publisher(hub, PARTITIONS, new FeedCounters(), 1);
  publisher.push(message('ESH4', 'refused'));
  await expect(publisher.room()).rejects.toMatchObject({ code: 'AccessDenied' });
  await expect(publisher.drain(600_000)).rejects.toBeInstanceOf(SpymasterError);
});

test('an event larger than a batch is an error that names its contract', async () => {
  const publisher = new Publisher(new MemoryHub(), PARTITIONS, new FeedCounters());
  publisher.push(message('ESH4', 'x'.repeat(1001)));
  await expect(publisher.drain(600_000)).rejects.toMatchObject({
    code: 'LimitReached',
    details: { found: 'ESH4' },
  });
});
