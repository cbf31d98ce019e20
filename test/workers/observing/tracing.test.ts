import { EventHubProducerClient } from '@azure/event-hubs';
import type { FeedMessage } from '../../../graph/feed/packer';
import { FeedCounters } from '../../../workers/feed/counters';
import { Publisher } from '../../../workers/feed/publisher';
import { exportTraces } from '../../../workers/observing/traceExport';
import { beginSending, processing, traceOf, traced } from '../../../workers/observing/tracing';
import { Collector, TEST_HUB, startPeer } from '../../support/eventHubs';
import { startCollector, type Collector as Traces } from '../../support/otlp';

let collector: Traces;
const given = { ...process.env };
beforeEach(async () => {
  collector = await startCollector();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
});
afterEach(async () => {
  process.env = { ...given };
  await collector.close();
});

test('what a feed sends carries the trace of its event, and whoever takes it goes on with that', async () => {
  const end = await exportTraces('feed');
  const { peer, remove } = await startPeer();
  const producer = new EventHubProducerClient(peer.connectionString, TEST_HUB);
  const publisher = new Publisher(producer, 4, new FeedCounters());
  // More than a batch holds: those that do not fit have their trace when they go with the next.
  const bodies = [0, 1, 2].map((i) => new Uint8Array(500_000).fill(i));
  for (const body of bodies)
    publisher.push({ kind: 'records', contract: 'ESH4', records: 7, body, since: 0n } as FeedMessage);
  await publisher.drain(600_000);
  const { eventHubName } = producer;
  const { partitionIds } = await producer.getEventHubProperties();
  const readers = partitionIds.map((id) => new Collector(peer.connectionString, eventHubName, id));
  while (readers.flatMap(({ events }) => events).length < 3) await new Promise(setImmediate);
  const events = readers.flatMap((reader) => reader.events);
  for (const { properties } of events) processing(TEST_HUB, traceOf(properties), {}, () => {});
  await Promise.all(readers.map((reader) => reader.close()));
  await producer.close();
  await peer.stop();
  remove();
  await end();

  const sent = collector.spans.filter(({ name }) => name === `send ${TEST_HUB}`);
  expect(sent).toHaveLength(3);
  expect(new Set(sent.map(({ trace }) => trace)).size).toBe(3);
  for (const { service, parent, attributes } of sent) {
    expect([service, parent]).toEqual(['feed', '']);
    expect(attributes).toMatchObject({
      'messaging.system': 'eventhubs',
      'messaging.destination.name': TEST_HUB,
      'spymaster.contract': 'ESH4',
      'spymaster.records': '7',
    });
  }
  expect(events.map(({ properties }) => properties!.traceparent as string).sort()).toEqual(
    sent.map(({ trace, id }) => `00-${trace}-${id}-01`).sort(),
  );
  const taken = collector.spans.filter(({ name }) => name === `process ${TEST_HUB}`);
  expect(taken.map(({ trace, parent }) => `${trace} ${parent}`).sort()).toEqual(
    sent.map(({ trace, id }) => `${trace} ${id}`).sort(),
  );
});

test('what is done in the course of something is a part of it, also after it has waited', async () => {
  const end = await exportTraces('live');
  let answered = Promise.resolve();
  processing('in', traceOf({ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }), {}, () => {
    answered = traced('answer', {}, async () => {
      await traced('score', {}, () => new Promise((resolve) => setImmediate(resolve)));
      beginSending('out').span.end();
    });
  });
  await answered;
  await end();
  const [of, ...more] = ['process in', 'answer', 'score', 'send out'].map((name) =>
    collector.spans.filter((span) => span.name === name),
  );
  expect([of, ...more].map(({ length }) => length)).toEqual([1, 1, 1, 1]);
  const [[answer], [score], [send]] = more;
  expect([of[0].parent, answer.parent, score.parent, send.parent]).toEqual([
    'b'.repeat(16),
    of[0].id,
    answer.id,
    answer.id,
  ]);
  expect(new Set(collector.spans.map(({ trace }) => trace))).toEqual(new Set(['a'.repeat(32)]));
});

test('names of the environment win, and a sampler that wants none gets none', async () => {
  process.env.OTEL_SERVICE_NAME = 'mine';
  await (
    await exportTracesOf('here')
  )();
  expect(collector.spans.map(({ service }) => service)).toEqual(['mine']);
  process.env.OTEL_TRACES_SAMPLER = 'always_off';
  await (
    await exportTracesOf('here')
  )();
  expect(collector.spans).toHaveLength(1);
});

async function exportTracesOf(name: string): Promise<() => Promise<void>> {
  const end = await exportTraces('live');
  await traced(name, {}, async () => {});
  return end;
}

test.each([
  [{}],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'true' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_TRACES_EXPORTER: 'none' }],
])('without a collector events carry nothing more: %j', async (environment) => {
  const end = await exportTraces('feed', environment);
  expect(beginSending('mbo_raw')).toMatchObject({ properties: undefined });
  expect(beginSending('mbo_raw').span.isRecording()).toBe(false);
  await end();
});

test('a protocol that is not spoken is refused by name', async () => {
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
  await expect(exportTraces('feed', environment)).rejects.toMatchObject({
    code: 'BadConfig',
    details: { field: 'OTEL_EXPORTER_OTLP_PROTOCOL', expected: 'http/protobuf' },
  });
});
