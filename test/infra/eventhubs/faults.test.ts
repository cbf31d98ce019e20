import fs = require('node:fs');
import { EventHubBufferedProducerClient, EventHubProducerClient } from '@azure/event-hubs';
import { Registry } from 'prom-client';
import { FeedCounters } from '../../../workers/feed/counters';
import { Publisher } from '../../../workers/feed/publisher';
import { Collector, QUICK_RETRIES, TEST_HUB, startPeer, type TestPeer } from '../../support/eventHubs';
import { samplesOf } from '../../support/prometheus';
import { until } from '../../support/until';

let test_: TestPeer;
let producer: EventHubProducerClient;
const texts = Array.from({ length: 10 }, (_, i) => `event ${i}`);

beforeEach(async () => {
  test_ = await startPeer();
  producer = new EventHubProducerClient(test_.peer.connectionString, TEST_HUB, QUICK_RETRIES);
});
afterEach(async () => {
  await producer.close();
  await test_.peer.stop();
  test_.remove();
});

const send = (text: string) => producer.sendBatch([{ body: Buffer.from(text) }], { partitionId: '0' });
const collect = (options?: ConstructorParameters<typeof Collector>[4]) =>
  new Collector(test_.peer.connectionString, TEST_HUB, '0', undefined, options);

test('a busy server is tried again, and what it refused is there once', async () => {
  test_.peer.faults.refuseSends(2);
  for (const text of texts) await send(text);
  const collector = await collect().waitFor(texts.length);
  await collector.close();
  expect(collector.texts).toEqual(texts);
});

test('a server that stays busy is an error that says so', async () => {
  test_.peer.faults.refuseSends(100);
  const impatient = new EventHubProducerClient(test_.peer.connectionString, TEST_HUB, {
    retryOptions: { maxRetries: 0 },
  });
  await expect(impatient.sendBatch([{ body: 'x' }])).rejects.toMatchObject({ code: 'ServerBusyError' });
  await impatient.close();
});

/** What is under way when a connection is lost the SDK gives up on after this time, not before. */
const IMPATIENT = { retryOptions: { maxRetries: 10, retryDelayInMs: 20, timeoutInMs: 2000 } };

test('without its answer a batch is sent again, and arrives twice', async () => {
  const impatient = new EventHubProducerClient(test_.peer.connectionString, TEST_HUB, IMPATIENT);
  const sendImpatiently = (text: string) =>
    impatient.sendBatch([{ body: Buffer.from(text) }], { partitionId: '0' });
  await send('first');
  test_.peer.faults.loseAnswers(1);
  await sendImpatiently('unanswered');
  await send('last');
  await impatient.close();
  const collector = collect();
  await until(() => collector.texts.includes('last'));
  await collector.close();
  expect([...new Set(collector.texts)]).toEqual(['first', 'unanswered', 'last']);
  expect(collector.texts.filter((text) => text === 'unanswered').length).toBeGreaterThanOrEqual(2);
});

test('of an idempotent producer it arrives once', async () => {
  const buffered = new EventHubBufferedProducerClient(test_.peer.connectionString, TEST_HUB, {
    enableIdempotentRetries: true,
    maxWaitTimeInMs: 1,
    onSendEventsErrorHandler: () => {},
    ...IMPATIENT,
  });
  test_.peer.faults.loseAnswers(1);
  for (const text of texts) {
    await buffered.enqueueEvent({ body: Buffer.from(text) }, { partitionId: '0' });
    await buffered.flush();
  }
  await buffered.close();
  const collector = await collect().waitFor(texts.length);
  await collector.close();
  expect(collector.texts).toEqual(texts);
});

test('a consumer whose connection is cut goes on, and misses nothing', async () => {
  const impatient = new EventHubProducerClient(test_.peer.connectionString, TEST_HUB, IMPATIENT);
  const collector = collect();
  for (const text of texts) {
    await impatient.sendBatch([{ body: Buffer.from(text) }], { partitionId: '0' });
    if (text === 'event 4') {
      await collector.waitFor(2);
      expect(test_.peer.faults.cutConnections(TEST_HUB)).toBe(2);
    }
  }
  await until(() => new Set(collector.texts).size === texts.length);
  await Promise.all([collector.close(), impatient.close()]);
  expect([...new Set(collector.texts)]).toEqual(texts);
  expect(collector.sequenceNumbers).toEqual([...collector.sequenceNumbers].sort((a, b) => a - b));
});

test('events may come twice, one after the other', async () => {
  for (const text of texts) await send(text);
  test_.peer.faults.duplicateDeliveries(3);
  const collector = await collect().waitFor(texts.length + 3);
  await collector.close();
  expect(collector.texts).toEqual([...texts.slice(0, 3).flatMap((text) => [text, text]), ...texts.slice(3)]);
});

test('events may come before the one they follow, and each comes', async () => {
  await producer.sendBatch(
    texts.map((text) => ({ body: Buffer.from(text) })),
    { partitionId: '0' },
  );
  test_.peer.faults.reorderDeliveries(2);
  const collector = await collect().waitFor(texts.length);
  await collector.close();
  expect(collector.sequenceNumbers).toEqual([1, 0, 3, 2, 4, 5, 6, 7, 8, 9]);
});

test('while it stalls nothing is answered, and afterwards everything', async () => {
  await send('before');
  test_.peer.faults.stall(3_600_000);
  const held = jest.spyOn(test_.peer.faults, 'afterStall');
  let answered = false;
  const during = send('during').then(() => (answered = true));
  await until(() => held.mock.calls.length > 0);
  expect(answered).toBe(false);
  test_.peer.faults.resume();
  await during;
  const collector = await collect().waitFor(2);
  await collector.close();
  expect(collector.texts).toEqual(['before', 'during']);
});

test('another peer on the same folder has the events, and goes on numbering where the first ended', async () => {
  for (const text of texts) await send(text);
  await producer.close();
  await test_.peer.stop();
  test_.peer = await test_.restart();
  producer = new EventHubProducerClient(test_.peer.connectionString, TEST_HUB, QUICK_RETRIES);
  await send('after');
  const collector = await collect().waitFor(texts.length + 1);
  await collector.close();
  expect(collector.texts).toEqual([...texts, 'after']);
  expect(collector.sequenceNumbers).toEqual([...texts, 'after'].map((_, i) => i));
});

test('while its disk is full nothing is taken, and what a feed sends is there afterwards, once and in order', async () => {
  const registry = new Registry();
  const full = await startPeer({ registry, hubs: [{ name: TEST_HUB, partitions: 1, consumerGroups: [] }] });
  const counters = new FeedCounters();
  const feeding = new EventHubProducerClient(full.peer.connectionString, TEST_HUB, QUICK_RETRIES);
  const publisher = new Publisher(feeding, 1, counters);
  const push = (text: string) =>
    publisher.push({ kind: 'records', contract: 'ESH4', records: 1, since: 0n, body: Buffer.from(text) });
  texts.slice(0, 5).forEach(push);
  await until(() => counters.events === 5);
  const device = jest.spyOn(fs, 'writevSync').mockImplementation(() => {
    throw new Error('ENOSPC: no space left on device, write');
  });
  texts.slice(5).forEach(push);
  await until(() => counters.retries > 0);
  expect(counters.lastFailure).toMatch(/test_hub.0 cannot be written: ENOSPC.*make room on its disk/);
  expect(counters.events).toBe(5);
  device.mockRestore();
  await publisher.drain(60_000);
  await feeding.close();
  const told = samplesOf(await registry.metrics());
  expect(told.get(`spymaster_hub_throttled_total{hub="${TEST_HUB}"}`)).toBeGreaterThan(0);
  const collector = new Collector(full.peer.connectionString, TEST_HUB, '0');
  await collector.waitFor(texts.length);
  await collector.close();
  expect(collector.texts).toEqual(texts);
  await full.peer.stop();
  full.remove();
});

test('more than its throughput units let in is refused as busy', async () => {
  const limited = await startPeer({ throughputUnits: 1, clock: () => 1_700_000_000_000 });
  const eager = new EventHubProducerClient(limited.peer.connectionString, TEST_HUB, {
    retryOptions: { maxRetries: 0 },
  });
  const half = { body: Buffer.alloc(600_000) };
  try {
    await eager.sendBatch([half]);
    await eager.sendBatch([half]);
    await expect(eager.sendBatch([half])).rejects.toMatchObject({ code: 'ServerBusyError' });
  } finally {
    await eager.close();
    await limited.peer.stop();
    limited.remove();
  }
});
