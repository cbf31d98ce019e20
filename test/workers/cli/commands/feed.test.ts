import { EventHubConsumerClient, earliestEventPosition } from '@azure/event-hubs';
import { LiveGateway } from '../../../../workers/databento';
import { decodePacket, type Packet } from '../../../../graph/feed/packet';
import { envelope } from '../../../../graph/feed/envelope';
import { HUBS } from '../../../../infra/eventhubs/hubs';
import { someMbo } from '../../../support/dbnFiles';
import { startPeer, type TestPeer } from '../../../support/eventHubs';
import { memorySource } from '../../../support/memorySource';
import { documentOf, spymasterHere, spymasterWith, startSpymaster } from '../../../support/spymaster';
import { until } from '../../../support/until';

const MBO = someMbo(500);
let hubs: TestPeer;
let gateway: LiveGateway;
beforeAll(async () => {
  hubs = await startPeer({ hubs: HUBS });
  gateway = await LiveGateway.listen(memorySource(MBO), { port: 0, speed: Infinity });
});
afterAll(async () => {
  await gateway.close();
  await hubs.peer.stop();
  hubs.remove();
});

const environment = () => ({
  EVENTHUB_CONNECTION_STRING: hubs.peer.connectionString,
  DATABENTO_API_KEY: '',
});
const feed = (...args: string[]) =>
  spymasterWith(environment(), 'feed', '--gateway', `127.0.0.1:${gateway.port}`, ...args);

/** Packets of the hub, once they hold so many records; those of a partition in its order. */
async function packets(records: number): Promise<Packet[]> {
  const client = new EventHubConsumerClient('live', hubs.peer.connectionString, 'mbo_raw');
  const found: Packet[] = [];
  const handlers = {
    processEvents: async (events: { body: unknown }[]) =>
      void found.push(...events.map(({ body }) => decodePacket(body as Buffer))),
    processError: async () => {},
  };
  const options = {
    startPosition: earliestEventPosition,
    skipParsingBodyAsJson: true,
    maxWaitTimeInSeconds: 1,
  };
  const subscription = client.subscribe(handlers, options);
  await until(() => found.reduce((sum, { count }) => sum + count, 0) >= records);
  await subscription.close();
  await client.close();
  return found;
}

test('sends what the gateway serves, packed, and as JSON', async () => {
  const packed = documentOf<{ records: number; deadLetters: number; events: number }>(
    await feed('--once', '--json', '--start', '2023-01-01T00:00:00Z'),
  );
  expect(packed).toMatchObject({ deadLetters: 0 });
  expect(packed.records).toBeGreaterThan(0);
  const sent = await packets(packed.records);
  expect(sent.reduce((sum, { count }) => sum + count, 0)).toBe(packed.records);
  expect(sent.every(({ contract }) => contract === 'ESH4')).toBe(true);

  const second = await feed(
    '--once',
    '--json',
    '--start',
    '2023-01-01T00:00:00Z',
    '--format',
    'json',
    '--hub',
    'inference_results',
  );
  expect(documentOf(second)).toMatchObject({ records: packed.records, events: packed.records });
});

test('its schema is that of its events', async () => {
  const { stdout } = await spymasterHere('feed', 'schema');
  expect(Object.keys((JSON.parse(stdout) as { properties: object }).properties)).toEqual(
    Object.keys(envelope.shape),
  );
});

test('refuses what cannot be meant, and names a hub there is not', async () => {
  expect(await feed('--once', '--hub', 'nowhere')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no event hub nowhere') as string,
  });
  expect(await spymasterWith(environment(), 'feed', '--gateway', 'nonsense')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('host:port') as string,
  });
  expect(await spymasterWith(environment(), 'feed')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('DATABENTO_API_KEY') as string,
  });
  const wrong = hubs.peer.connectionString.replace(/SharedAccessKey=[^;]*/, 'SharedAccessKey=eA==');
  const refused = await spymasterWith(
    { ...environment(), EVENTHUB_CONNECTION_STRING: wrong },
    'feed',
    '--once',
    '--gateway',
    `127.0.0.1:${gateway.port}`,
  );
  expect(refused.stderr).toContain('let nobody in');
  expect(refused.code).not.toBe(0);
});

test('ends in order when it is asked to, with everything sent', async () => {
  const running = startSpymaster(environment(), 'feed', '--gateway', `127.0.0.1:${gateway.port}`, '--json');
  let said = '';
  running.process.stderr?.on('data', (text: string) => (said += text));
  await until(() => said.includes('Connected'));
  running.process.kill('SIGINT');
  const finished = await running.finished;
  expect(finished.code).toBe(0);
  expect(documentOf(finished)).toMatchObject({ retries: 0, deadLetters: 0 });
});

test('to programs its log is JSON, an entry a line, without keys', async () => {
  const key = 'db-k3yThatNobodyMaySeeOrKeepAny0';
  const { connectionString } = hubs.peer;
  const { stderr, code } = await spymasterWith(
    { EVENTHUB_CONNECTION_STRING: connectionString, DATABENTO_API_KEY: key, SPYMASTER_LOG: 'json,trace' },
    'feed',
    '--gateway',
    `127.0.0.1:${gateway.port}`,
    '--once',
    '--start',
    '2023-01-01T00:00:00Z',
  );
  expect(code).toBe(0);
  const entries = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(entries.every(({ process, level, time, msg }) => process === 'feed' && level && time && msg)).toBe(
    true,
  );
  expect(entries).toContainEqual(expect.objectContaining({ level: 'info', hub: 'mbo_raw', partitions: 4 }));
  expect(entries.at(-1)).toMatchObject({ records: expect.any(Number), retries: 0, gaps: 0 });
  const [, secret] = /SharedAccessKey=([^;]+)/.exec(connectionString)!;
  for (const hidden of [key, key.slice(3), secret]) expect(stderr).not.toContain(hidden);
});
