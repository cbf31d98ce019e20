/** The live worker from hub to lake and hub: killed in the middle, another goes on, and nothing is lost or doubled. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { TABLES } from '../../../graph/catalog/declaration';
import { encodePacket } from '../../../graph/feed/packet';
import { featuresMessage, type FeaturesMessage } from '../../../graph/scoring/featuresMessage';
import { inferenceResult, type InferenceResult } from '../../../graph/scoring/inferenceResult';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { HUBS } from '../../../infra/eventhubs/hubs';
import { listLetters } from '../../../lake/deadLetters/letters';
import { Lake } from '../../../lake/lake';
import { FeedCounters } from '../../../workers/feed/counters';
import { Publisher } from '../../../workers/feed/publisher';
import { exportTraces } from '../../../workers/observing/traceExport';
import { Collector as EventCollector, startPeer, type TestPeer } from '../../support/eventHubs';
import { contractDateRows, expectSameRows, packetsOf } from '../../support/followed';
import { temporaryFolder } from '../../support/lake';
import { buildDate, simulateLake } from '../../support/simulatedLake';
import { spymaster, startSpymaster } from '../../support/spymaster';
import { startCollector, type Collector, type ReceivedSpan } from '../../support/otlp';
import { PublishedResults } from '../../../workers/live/publishedResults';
import { metricsUrl, scrape } from '../../support/prometheus';
import { HANGS_MS, until } from '../../support/until';

const CONTRACT = 'ESH4';
const TRADE_DATE = '2024-03-06';
const KEY = { contract: CONTRACT, trade_date: TRADE_DATE };

let hubs: TestPeer;
let traces: Collector;
let raw: string;
let expected: Record<string, string[]>;
beforeAll(async () => {
  const folder = temporaryFolder();
  raw = join(folder, 'raw');
  const built = join(folder, 'lake');
  await simulateLake(raw, built, { from: '2024-03-05', days: 2, events: 20_000, seed: 3, options: false });
  await buildDate({ lake: built, features: DEFAULT_SETTINGS }, CONTRACT, TRADE_DATE);
  expected = await contractDateRows(await Lake.open(built, TABLES), KEY);
  // The file of the day before the first is not one of the second date's.
  for (const name of readdirSync(raw)) if (name.includes('20240304')) rmSync(join(raw, name));
  hubs = await startPeer({ hubs: [...HUBS] });
  traces = await startCollector();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = traces.url;
  const endTraces = await exportTraces('feed');
  const producer = new EventHubProducerClient(hubs.peer.connectionString, 'mbo_raw');
  const publisher = new Publisher(producer, HUBS[0].partitions, new FeedCounters());
  for (const packet of await packetsOf(raw, CONTRACT, 300))
    publisher.push({
      kind: 'records',
      contract: CONTRACT,
      records: packet.count,
      since: 0n,
      body: encodePacket(packet),
    });
  await publisher.drain(HANGS_MS);
  await endTraces();
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  await producer.sendBatch([{ body: Buffer.from('no packet') }], { partitionKey: CONTRACT });
  await producer.close();
});
afterAll(async () => {
  await traces.close();
  await hubs.peer.stop();
  hubs.remove();
});

const LIVE = ['live', '--contract', CONTRACT, '--date', TRADE_DATE, '--every', '0', '--json'];
const environment = (lake: string) => ({
  SPYMASTER_LAKE: lake,
  EVENTHUB_CONNECTION_STRING: hubs.peer.connectionString,
  OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
  OTEL_BSP_SCHEDULE_DELAY: '50',
});

/** What a hub has. */
async function published<Message>(hub: string): Promise<Message[]> {
  const consumer = new EventHubConsumerClient('analytics', hubs.peer.connectionString, hub);
  const found: Message[] = [];
  for (const partition of await consumer.getPartitionIds()) {
    const { isEmpty, lastEnqueuedSequenceNumber } = await consumer.getPartitionProperties(partition);
    if (isEmpty) continue;
    const collector = new EventCollector(hubs.peer.connectionString, hub, partition, undefined, {
      group: 'analytics',
      skipParsingBodyAsJson: false,
    });
    await collector.waitFor(lastEnqueuedSequenceNumber + 1);
    await collector.close();
    found.push(...collector.events.map(({ body }) => body as Message));
  }
  await consumer.close();
  return found;
}

test('killed in the middle, another worker goes on', async () => {
  expect(expected['gold.vectors'].length).toBeGreaterThan(4);
  const lake = temporaryFolder();
  // The range of the day before is known from its files.
  await (await Lake.open(lake, TABLES)).raw.import(join(raw, 'xsim-mdp3-20240305.mbo.dbn.zst'));
  const first = startSpymaster(environment(lake), ...LIVE, '--metrics-port', '0');
  let noted = '';
  first.process.stderr!.on('data', (text: string) => (noted += text));
  let said = '';
  first.process.stdout!.on('data', (text: string) => (said += text));
  await until(() => said.split('\n').length > 3);
  await until(() => wayOfAnAnswer() !== undefined);
  const told = await scrape(metricsUrl(noted)!);
  first.process.kill('SIGKILL');
  await first.finished;

  const of = `{contract="${CONTRACT}"}`;
  for (const metric of ['results_total', 'answer_seconds_count', 'result_seconds_count'])
    expect(told.get(`spymaster_live_${metric}${of}`)).toBeGreaterThanOrEqual(3);
  expect(
    told.get(`spymaster_live_unanswered_total{contract="${CONTRACT}",part="precedents"}`),
  ).toBeGreaterThanOrEqual(3);

  const way = wayOfAnAnswer()!;
  expect(way.map(({ service, name }) => `${service}: ${name}`)).toEqual([
    'feed: send mbo_raw',
    'spymaster-live: process mbo_raw',
    expect.stringMatching(/^spymaster-live: (touch|approach)$/),
    'spymaster-live: send inference_results',
  ]);
  expect(new Set(way.map(({ trace }) => trace)).size).toBe(1);
  const parts = traces.spans.filter(({ parent }) => parent === way[2].id).map(({ name }) => name);
  expect(parts.sort()).toEqual(['precedents', 'score', 'send features_gold', 'send inference_results']);

  const second = await spymaster(environment(lake), ...LIVE, '--once');
  expect(second.stderr).toContain('The session is over');
  expect(second.stderr).toMatch(/Event \d+ is left out: .*no packet/);
  expect(second.code).toBe(0);
  const found = await Lake.open(lake, TABLES);
  const { 'bronze.dead_letters': own, ...others } = await contractDateRows(found, KEY);
  expectSameRows(others, Object.fromEntries(Object.entries(expected).filter(([table]) => table in others)));
  // Beside those of the batch one of the hub, though two workers have come to it.
  expect(own).toHaveLength(expected['bronze.dead_letters'].length + 1);
  const letters = await listLetters(found, { reason: 'no_packet' });
  expect(letters.map(({ bytes }) => Buffer.from(bytes as Uint8Array).toString())).toEqual(['no packet']);

  const grid = (await spymaster(environment(lake), 'partitions')).stdout;
  expect(grid.match(/its session is followed/g)).toHaveLength(1);

  const results = await published<InferenceResult>('inference_results');
  const touchIds = expected['gold.vectors'].map(
    (row) => `${(JSON.parse(row) as { episode_id: string }).episode_id}/touch`,
  );
  expect(results.map(({ id }) => id)).toContain(way[3].attributes['messaging.message.id']);
  const ids = results.map(({ id }) => id).sort();
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => id.endsWith('/touch'))).toEqual(touchIds.sort());
  // All of them went to one partition.
  const order = results.map(({ id }) => id);
  for (const { id, trigger, episode } of results)
    if (trigger === 'touch' && episode.approach !== null) {
      expect(order).toContain(episode.approach);
      expect(order.indexOf(episode.approach)).toBeLessThan(order.indexOf(id));
    }
  expect(ids.length).toBeGreaterThan(touchIds.length);
  for (const result of results) expect(inferenceResult.parse(result)).toEqual(result);
  expect(await allResults()).toEqual(results);
  expect(await allResults('of another session')).toEqual([]);
  const features = await published<FeaturesMessage>('features_gold');
  expect(features.map(({ id }) => id).sort()).toEqual(ids);
  for (const message of features) expect(featuresMessage.parse(message)).toEqual(message);

  const third = await spymaster(environment(lake), ...LIVE, '--once');
  expect(third).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringContaining('--again begins it anew'),
  });
});

/** What somebody reads who asks for all that is there. */
async function allResults(stream?: string): Promise<InferenceResult[]> {
  const found: InferenceResult[] = [];
  const connection = hubs.peer.connectionString;
  const consumer = new EventHubConsumerClient('analytics', connection, 'inference_results');
  const read = await PublishedResults.open({
    consumer,
    contract: CONTRACT,
    tradeDate: TRADE_DATE,
    stream,
    take: (result) => found.push(result),
    onFault: (error) => expect(error).toBeUndefined(),
  });
  await read.settled();
  await read.close();
  await consumer.close();
  return found;
}

/** The spans of an answer from the feed to its result, each a part of the one before; undefined as long as not all have been exported. */
function wayOfAnAnswer(): ReceivedSpan[] | undefined {
  const spans = new Map(traces.spans.map((span) => [span.id, span]));
  const ways = traces.spans
    .filter(({ name }) => name === 'send inference_results')
    .map((sent) => {
      const way = [sent];
      for (let parent = sent.parent; spans.has(parent); parent = way[0].parent)
        way.unshift(spans.get(parent)!);
      return way;
    });
  return ways.find((way) => way.length > 1 && way[0].parent === '');
}

test.each([
  ['ESM4', TRADE_DATE],
  [CONTRACT, '2024-03-04'],
])('what is not in the hub is no session: %s %s', async (contract, date) => {
  const args = ['live', '--contract', contract, '--date', date, '--once'];
  const { code, stderr } = await spymaster(environment(temporaryFolder()), ...args);
  expect(stderr).toContain(`There is nothing of ${contract} on ${date} in mbo_raw`);
  expect(code).toBe(1);
});
