/** Gateway, feed, hubs and live worker through a session in which each of them fails in turn: rows and results are as if nothing had. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EventHubProducerClient } from '@azure/event-hubs';
import { TABLES } from '../../../graph/catalog/declaration';
import type { InferenceResult } from '../../../graph/scoring/inferenceResult';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { HUBS } from '../../../infra/eventhubs/hubs';
import { requestFault } from '../../../infra/eventhubs/faultNode';
import { partitionOfKey } from '../../../infra/eventhubs/partitionKey';
import { endProcess } from '../../../infra/processes';
import { listLetters } from '../../../lake/deadLetters/letters';
import { Lake } from '../../../lake/lake';
import { Command, goUntil, keptUpTo, marketUntil, startHubs } from '../../support/assembled';
import { Collector } from '../../support/eventHubs';
import { contractDateRows, expectSameRows } from '../../support/followed';
import { temporaryFolder } from '../../support/lake';
import { somePort } from '../../support/projectCopy';
import { buildDate, simulateLake } from '../../support/simulatedLake';
import { until } from '../../support/until';

const CONTRACT = 'ESH4';
const TRADE_DATE = '2024-03-06';
const KEY = { contract: CONTRACT, trade_date: TRADE_DATE };
/** A session takes seconds; the market waits for what fails, and for what follows from it. */
const SPEED = '20000';

test('whatever fails of the assembled system, rows are those of a build, and results come once', async () => {
  const folder = temporaryFolder();
  const [raw, built, followed] = ['raw', 'built', 'followed'].map((name) => join(folder, name));
  await simulateLake(raw, built, { from: '2024-03-05', days: 2, events: 12_000, seed: 3, options: false });
  await buildDate({ lake: built, features: DEFAULT_SETTINGS }, CONTRACT, TRADE_DATE);
  const expected = await contractDateRows(await Lake.open(built, TABLES), KEY);
  const files = readdirSync(raw)
    .filter((name) => /2024030[56]\.mbo/.test(name))
    .map((name) => join(raw, name));
  await (await Lake.open(followed, TABLES)).raw.import(files[0]);

  let hubs = await startHubs(join(folder, 'hubs'));
  const { connectionString } = hubs;
  const environment = {
    SPYMASTER_LAKE: followed,
    EVENTHUB_CONNECTION_STRING: connectionString,
    DATABENTO_API_KEY: '',
  };
  const port = await somePort();
  const serve = (speed: string) =>
    new Command(environment, 'lsg', ...files, '--port', String(port), '--speed', speed);
  let gateway = serve(SPEED);
  await gateway.said('Live at');
  const send = () =>
    new Command(environment, 'feed', '--gateway', `127.0.0.1:${port}`, '--dataset', 'XSIM.MDP3', '--json');
  const follow = (...more: string[]) =>
    new Command(
      environment,
      'live',
      '--contract',
      CONTRACT,
      '--date',
      TRADE_DATE,
      '--every',
      '0',
      '--json',
      ...more,
    );

  let live = follow();
  await live.said('from partition');
  let feed = send();

  // At the first time it fails, while the market goes on until the second.
  const failures: [string, string, string, () => Promise<void>][] = [
    [
      'the feed is killed',
      '14:40',
      '15:00',
      async () => {
        await feed.kill();
        feed = send();
        await feed.said('Goes on behind');
        // The worker is killed next, and is to have something to go on from.
        const { store } = await Lake.open(followed, TABLES);
        await until(async () => (await keptUpTo(store, CONTRACT, TRADE_DATE)) >= 0);
      },
    ],
    [
      'the live worker is killed',
      '15:20',
      '15:40',
      async () => {
        await live.kill();
        live = follow();
        await live.said('going on');
      },
    ],
    [
      'the hubs are killed',
      '16:00',
      '16:20',
      async () => {
        process.kill(hubs.pid, 'SIGKILL');
        await endProcess(hubs.pid);
        hubs = await startHubs(join(folder, 'hubs'), hubs.address);
      },
    ],
    [
      'the gateway breaks off within a record, deliveries are doubled, and an event is none of the feed',
      '16:40',
      '17:00',
      async () => {
        gateway.tell('cut');
        await feed.said('Disconnected');
        await requestFault(connectionString, { fault: 'duplicate', amount: 20 });
        await poison(connectionString);
      },
    ],
    [
      'the live worker stands still, and goes on when another has taken its place',
      '17:20',
      '17:40',
      async () => {
        const first = live;
        first.signal('SIGSTOP');
        live = follow();
        await live.said('going on');
        first.signal('SIGCONT');
        expect(await first.ended()).not.toBe(0);
        expect(first.stderr).toMatch(/Another worker (reads|follows)/);
      },
    ],
    [
      'the gateway is killed',
      '18:20',
      '18:40',
      async () => {
        const before = feed.stderr.length;
        await gateway.kill();
        await feed.said('again in', before);
        const from = feed.stderr.length;
        gateway = serve('max');
        await gateway.said('end of the data');
        // What the feed has not read before, it has now.
        await feed.said('ended the session; again', from);
      },
    ],
  ];
  for (const [, from, to, fail] of failures) {
    await marketUntil(gateway, `${TRADE_DATE}T${from}`);
    goUntil(gateway, `${TRADE_DATE}T${to}`);
    await fail();
  }
  feed.signal('SIGINT');
  expect(await feed.ended()).toBe(0);
  await live.kill();
  live = follow('--once');
  expect({ code: await live.ended(), said: live.stderr }).toEqual({
    code: 0,
    said: expect.stringContaining('The session is over') as string,
  });
  const found = await Lake.open(followed, TABLES);
  const { 'bronze.dead_letters': letters, ...rows } = await contractDateRows(found, KEY);
  const { 'bronze.dead_letters': own, ...others } = expected;
  expectSameRows(rows, others);
  // Beside those of the batch the event that is no packet, once.
  expect(letters).toHaveLength(own.length + 1);
  const unread = await listLetters(found, { reason: 'no_packet' });
  expect(unread.map(({ bytes }) => Buffer.from(bytes as Uint8Array).toString())).toEqual(['no packet']);
  await expectResultsOnce(connectionString, expected['gold.vectors']);
  await gateway.kill();
  await hubs.stop();
});

async function poison(connection: string): Promise<void> {
  const producer = new EventHubProducerClient(connection, 'mbo_raw');
  await producer.sendBatch([{ body: Buffer.from('no packet') }], { partitionKey: CONTRACT });
  await producer.close();
}

/** Each touch is answered, and nothing twice. */
async function expectResultsOnce(connection: string, vectors: readonly string[]): Promise<void> {
  const partition = String(partitionOfKey(CONTRACT, HUBS[0].partitions));
  const collector = new Collector(connection, 'inference_results', partition, undefined, {
    skipParsingBodyAsJson: false,
  });
  const results = () => collector.events.map(({ body }) => body as InferenceResult);
  const touches = () => results().filter(({ trigger }) => trigger === 'touch');
  const episodes = () => new Set(touches().map(({ episode }) => episode.id));
  const touched = vectors.map((row) => (JSON.parse(row) as { episode_id: string }).episode_id);
  await until(() => touched.every((id) => episodes().has(id)));
  const ids = results().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  await collector.close();
}
