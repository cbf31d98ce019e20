import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PRODUCER, RUN_EVENT_SCHEMA, type RunEvent } from '../../../graph/lineage/runEvent';
import { tell } from '../../../lake/told';
import { loadConfig } from '../../../workers/config';
import { exportLineage } from '../../../workers/observing/lineageExport';
import { builtLake } from '../../support/builtLake';
import { temporaryFolder } from '../../support/lake';
import { spymaster } from '../../support/spymaster';

interface Received {
  url: string;
  headers: IncomingHttpHeaders;
  event: RunEvent;
}

/** Takes events as a server of OpenLineage's does, once it has answered with the statuses that are given. */
async function startServer(...refusals: number[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = refusals.shift() ?? 201;
      const event = JSON.parse(Buffer.concat(chunks).toString()) as RunEvent;
      if (status === 201) received.push({ url: request.url!, headers: request.headers, event });
      response.writeHead(status).end(status === 201 ? '' : 'not now');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url, received, close };
}

const eventOf = (k: number): RunEvent => ({
  eventType: 'START',
  eventTime: '2024-03-05T00:00:00.000Z',
  producer: PRODUCER,
  schemaURL: RUN_EVENT_SCHEMA,
  run: { runId: `00000000-0000-8000-8000-00000000000${k}`, facets: {} },
  job: { namespace: 'desk', name: 'build.silver', facets: {} },
  inputs: [],
  outputs: [],
});

/** Tells events while they are exported; what was warned of. */
async function exported(environment: NodeJS.ProcessEnv, events = [1, 2, 3]): Promise<string[]> {
  const warned: string[] = [];
  const warn = (_fields: object, message?: string) => void warned.push(message!);
  const end = exportLineage({ warn }, environment);
  for (const k of events) tell('lineage', { event: eventOf(k) });
  await end();
  tell('lineage', { event: eventOf(9) });
  return warned;
}

test('events go to OPENLINEAGE_URL in order, with the key, and no more once that has ended', async () => {
  const { url, received, close } = await startServer();
  const warned = await exported({ OPENLINEAGE_URL: `${url}/`, OPENLINEAGE_API_KEY: 'k1' });
  await close();
  expect(warned).toEqual([]);
  expect(received.map(({ event }) => event)).toEqual([1, 2, 3].map(eventOf));
  expect(received.map((one) => one.url)).toEqual(Array(3).fill('/api/v1/lineage'));
  expect(received[0].headers).toMatchObject({
    authorization: 'Bearer k1',
    'content-type': 'application/json',
  });
});

test('one that a busy server did not take is sent again, one that it refuses is not', async () => {
  const { url, received, close } = await startServer(503, 500, 201, 422);
  const variables = { OPENLINEAGE__TRANSPORT__TYPE: 'http', OPENLINEAGE__TRANSPORT__URL: url };
  const warned = await exported({ ...variables, OPENLINEAGE__TRANSPORT__ENDPOINT: 'lineage' });
  await close();
  expect(received.map(({ url: at, event }) => [at, event])).toEqual([
    ['/lineage', eventOf(1)],
    ['/lineage', eventOf(3)],
  ]);
  expect(warned).toEqual([`Lineage is missing an event; builds go on: ${url}/lineage answered 422: not now`]);
});

test('to a file, a line each or a file each', async () => {
  const folder = temporaryFolder();
  const config = join(folder, 'openlineage.yml');
  writeFileSync(
    config,
    `transport: {type: file, log_file_path: ${join(folder, 'all.ndjson')}, append: true}`,
  );
  expect(await exported({ OPENLINEAGE_CONFIG: config })).toEqual([]);
  const lines = readFileSync(join(folder, 'all.ndjson'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as RunEvent)).toEqual([1, 2, 3].map(eventOf));

  const variables = { OPENLINEAGE__TRANSPORT: '', OPENLINEAGE__TRANSPORT__TYPE: 'file' };
  await exported({ ...variables, OPENLINEAGE__TRANSPORT__LOG_FILE_PATH: join(folder, 'one') });
  const files = readdirSync(folder)
    .filter((name) => /^one-.*\.json$/.test(name))
    .sort();
  expect(files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as RunEvent)).toEqual(
    [1, 2, 3].map(eventOf),
  );
});

test('nothing is exported where nothing is named or it is switched off, and a wrong setting is named', async () => {
  expect(await exported({})).toEqual([]);
  expect(await exported({ OPENLINEAGE_URL: 'http://127.0.0.1:9', OPENLINEAGE_DISABLED: 'true' })).toEqual([]);
  expect(loadConfig({}).lineage).toBeUndefined();
  expect(
    loadConfig({ OPENLINEAGE_URL: 'http://127.0.0.1:9', OPENLINEAGE_NAMESPACE: 'desk' }).lineage,
  ).toEqual({ namespace: 'desk', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  const thrown = (environment: NodeJS.ProcessEnv) => expect(() => exportLineage({ warn() {} }, environment));
  thrown({ OPENLINEAGE_URL: 'marquez:5000' }).toThrow('OPENLINEAGE_URL has wrong values:\n  url:');
  thrown({ OPENLINEAGE__TRANSPORT__TYPE: 'kafka' }).toThrow('type:');
  thrown({ OPENLINEAGE__TRANSPORT__TYPE: 'file' }).toThrow('log_file_path:');
  thrown({ OPENLINEAGE__TRANSPORT__AUTH: '{"type"' }).toThrow(
    'OPENLINEAGE__TRANSPORT__AUTH is not valid JSON',
  );
});

test('a command sends what its thread tells, and builds where that is refused, and says so', async () => {
  const lake = await builtLake();
  const { url, received, close } = await startServer(201, 422);
  const { code, stderr } = await spymaster(
    { SPYMASTER_LAKE: lake, OPENLINEAGE_URL: url },
    'build',
    '--symbol=ES',
    '--date=2024-03-05',
    '--layers=gold',
    '--reprocess=all',
  );
  await close();
  expect(code).toBe(0);
  expect(received.map(({ event }) => `${event.job.name} ${event.eventType}`)).toEqual(['build.gold START']);
  expect(stderr).toContain(
    `Lineage is missing an event; builds go on: ${url}/api/v1/lineage answered 422: not now`,
  );
});
