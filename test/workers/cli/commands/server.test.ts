/** The commands about the project's server; which server that is, is scripted, so that one of this clone is left alone. */
import { obtainTemporal } from '../../../../infra/temporal/cli';
import { startDevServer, type DevServer } from '../../../../infra/temporal/devServer';
import { isAlive } from '../../../../infra/processes';
import type { RunningServer } from '../../../../infra/temporal/serverFile';
import { documentOf, spymasterHere } from '../../../support/spymaster';

// The hubs of this clone are left alone too.
jest.mock('../../../../workers/eventHubs/localHubs', () => ({
  startLocalHubs: () => Promise.resolve(undefined),
  runningHubs: () => undefined,
}));

let mockRunning: RunningServer | undefined;
jest.mock('../../../../dist/infra/temporal/serverFile', () => ({
  ...jest.requireActual<object>('../../../../dist/infra/temporal/serverFile'),
  readRunningServer: () => mockRunning,
  writeRunningServer: (server: RunningServer) => (mockRunning = server),
  forgetRunningServer: () => (mockRunning = undefined),
}));

let server: DevServer;
beforeEach(async () => {
  const program = (await obtainTemporal()).path;
  server = await startDevServer({ program, namespace: 'spymaster', searchAttributes: {}, ui: true });
});
afterEach(() => server.stop());

const record = (): RunningServer => {
  const { address, uiUrl, pid } = server;
  return { address, uiUrl, pid, owner: process.pid };
};

test('status says that none runs, by its exit code too', async () => {
  mockRunning = undefined;
  expect(await spymasterHere('server', 'status')).toMatchObject({
    code: 1,
    stderr: 'No server of this project runs.\n',
  });
  // A record of an address that does not answer is no server.
  mockRunning = { ...record(), address: '127.0.0.1:2' };
  expect(documentOf(await spymasterHere('server', 'status', '--json'))).toEqual({ running: false });
});

test('status says where it runs', async () => {
  mockRunning = record();
  const { stderr, code } = await spymasterHere('server', 'status');
  expect([stderr, code]).toEqual([`Temporal  ${server.address}\nUI        ${server.uiUrl}\n`, 0]);
  const status = documentOf(await spymasterHere('server', 'status', '--json'));
  expect(status).toEqual({ running: true, ...record() });
});

test('one that runs is shown, and left to its owner on Ctrl-C', async () => {
  mockRunning = record();
  const listening = process.listenerCount('SIGINT');
  const shown = spymasterHere('server');
  while (process.listenerCount('SIGINT') === listening) await new Promise(setImmediate);
  process.emit('SIGINT');
  expect(await shown).toMatchObject({ code: 0, stderr: expect.stringContaining(server.address) });
  expect(isAlive(server.pid)).toBe(true);
});

test('stop stops it, whoever started it', async () => {
  mockRunning = record();
  expect((await spymasterHere('server', 'stop')).stderr).toBe(`Stopped ${server.address}.\n`);
  expect([isAlive(server.pid), mockRunning]).toEqual([false, undefined]);
  expect((await spymasterHere('server', 'stop')).stderr).toBe('No server of this project runs.\n');
});
