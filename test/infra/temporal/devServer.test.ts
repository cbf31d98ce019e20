import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { obtainTemporal } from '../../../infra/temporal/cli';
import { startDevServer, type DevServer, type DevServerOptions } from '../../../infra/temporal/devServer';
import { isServing } from '../../../infra/temporal/probe';
import { isAlive } from '../../../infra/processes';
import { registerSearchAttributes } from '../../../workers/temporal/searchAttributes';
import { listening } from '../../support/projectCopy';
import { until } from '../../support/until';

let folder: string;
const servers: DevServer[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spymaster-server-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true });
});

async function start(options: Partial<DevServerOptions> = {}): Promise<DevServer> {
  const program = (await obtainTemporal()).path;
  const server = await startDevServer({
    program,
    namespace: 'ours',
    searchAttributes: { Colour: 'Keyword' },
    ...options,
  });
  servers.push(server);
  return server;
}

async function attributes(address: string): Promise<Record<string, unknown>> {
  const connection = await Connection.connect({ address });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'ours' });
  await connection.close();
  return customAttributes;
}

test('serves the namespace with its search attributes, and the UI, until it is stopped', async () => {
  const server = await start({ ui: true });
  expect(await isServing(server.address, 'ours')).toBe(true);
  expect(await isServing(server.address, 'others')).toBe(false);
  expect(Object.keys(await attributes(server.address))).toContain('Colour');
  await until(async () => (await fetch(server.uiUrl).catch(() => undefined))?.status === 200);
  await server.stop();
  expect(isAlive(server.pid)).toBe(false);
  expect(await isServing(server.address, 'ours')).toBe(false);
});

test('takes another port when the preferred one is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  const server = await start({ place: { host: '127.0.0.1', port } });
  expect(server.address).not.toBe(`127.0.0.1:${port}`);
  expect(await isServing(server.address, 'ours')).toBe(true);
  taken.close();
});

test('takes another port when the one that was free is taken before the server comes to it', async () => {
  const [wanted, taken] = [join(folder, 'wanted'), join(folder, 'taken')];
  const program = join(folder, 'temporal');
  const { path } = await obtainTemporal();
  writeFileSync(
    program,
    `#!/bin/sh
[ -e ${taken} ] && exec ${path} "$@"
while [ "$1" != --port ]; do shift; done
echo "$2" > ${wanted}.part && mv ${wanted}.part ${wanted}
while [ ! -e ${taken} ]; do sleep 0.05; done
exit 1
`,
    { mode: 0o755 },
  );
  const starting = start({ program });
  await until(() => existsSync(wanted));
  const port = Number(readFileSync(wanted, 'utf8'));
  const other = await listening(port);
  writeFileSync(taken, '');
  const server = await starting;
  expect(server.address).not.toBe(`127.0.0.1:${port}`);
  expect(await isServing(server.address, 'ours')).toBe(true);
  other.close();
});

test('keeps its workflows in its database, and learns new search attributes there', async () => {
  const database = join(folder, 'temporal.db');
  const first = await start({ database });
  const connection = await Connection.connect({ address: first.address });
  await new Client({ connection, namespace: 'ours' }).workflow.start('any', {
    workflowId: 'kept',
    taskQueue: 'none',
  });
  await connection.close();
  await first.stop();

  const second = await start({ database });
  const again = await Connection.connect({ address: second.address });
  const kept = await new Client({ connection: again, namespace: 'ours' }).workflow
    .getHandle('kept')
    .describe();
  expect(kept.status.name).toBe('RUNNING');
  await registerSearchAttributes(again, 'ours', { Colour: 'Keyword', Size: 'Int' });
  await registerSearchAttributes(again, 'ours', { Colour: 'Keyword', Size: 'Int' });
  expect(Object.keys(await attributes(second.address))).toEqual(expect.arrayContaining(['Colour', 'Size']));
  await expect(registerSearchAttributes(again, 'ours', { Colour: 'Int' })).rejects.toThrow('another type');
  await again.close();
});

test('a program that ends at once is an error with the end of its output', async () => {
  const log = join(folder, 'log');
  await expect(start({ program: '/bin/cat', log })).rejects.toThrow(/ended with 1[^]*unrecognized option/);
  await expect(start({ program: '/no/such', log })).rejects.toThrow(/no\/such: .*not found|No such file/);
  expect(existsSync(log)).toBe(true);
});
