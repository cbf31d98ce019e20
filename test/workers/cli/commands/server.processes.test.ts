/** `spymaster server` as a process: how long it stays, where it listens, and what it leaves behind. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { obtainTemporal } from '../../../../infra/temporal/cli';
import { isServing } from '../../../../infra/temporal/probe';
import type { RunningServer } from '../../../../infra/temporal/serverFile';
import {
  listening,
  projectCopy,
  somePort,
  type ProjectCopy,
  type Talking,
} from '../../../support/projectCopy';
import { until } from '../../../support/until';

let copy: ProjectCopy;
let address: string;
const commands: Talking[] = [];
beforeAll(async () => {
  address = `127.0.0.1:${await somePort()}`;
  copy = await projectCopy(address);
});
afterEach(async () => {
  const pids = ['temporal', 'eventhubs'].flatMap((of) => recordOf(of)?.pid ?? []);
  for (const command of commands.splice(0)) {
    command.process.kill('SIGKILL');
    await command.finished;
  }
  // They end when they have noticed; until then the next test would find them.
  await until(() => !pids.some(runs));
});

async function server(environment: NodeJS.ProcessEnv = {}): Promise<Talking> {
  const command = copy.start(environment, 'server');
  commands.push(command);
  await command.hears('Ctrl-C stops ');
  return command;
}
function recordOf(which: string): RunningServer | undefined {
  const file = join(copy.folder, '.spymaster', which, 'server.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RunningServer) : undefined;
}
const record = (of = 'temporal') => recordOf(of)!;
/** Whether a process runs; one that waits for its parent to take note of its end does not. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
  'stays until it is stopped, and %s stops its server too',
  async (signal) => {
    const command = await server();
    expect(command.said()).toContain(`Temporal  ${address}\n`);
    expect(await isServing(address, 'spymaster')).toBe(true);
    const { pid } = record();
    const hubs = record('eventhubs');
    expect(command.said()).toContain(`Hubs      ${hubs.address}\n`);
    expect(runs(hubs.pid)).toBe(true);
    // An event loop with nothing to wait for would have ended by now.
    expect(command.process.exitCode).toBeNull();
    command.process.kill(signal);
    expect((await command.finished).code).toBe(signal === 'SIGKILL' ? null : 0);
    await until(() => !runs(pid) && !runs(hubs.pid));
    expect(await isServing(address, 'spymaster')).toBe(false);
  },
);

test.each([
  ['temporal', 'The server at '],
  ['eventhubs', 'Event Hubs at '],
])('ends, and says so, when its %s has ended by itself', async (which, named) => {
  const command = await server();
  const ended = record(which);
  process.kill(ended.pid, 'SIGKILL');
  expect(await command.finished).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`${named}${ended.address} has ended`) as string,
  });
});

test('a second one stays as long as the first, and leaves it running', async () => {
  const first = await server();
  const second = await server();
  expect(first.said()).not.toContain('Joined');
  expect(second.said()).toContain(`which process ${first.process.pid} runs and will stop`);
  second.process.kill('SIGTERM');
  expect((await second.finished).code).toBe(0);
  expect(await isServing(address, 'spymaster')).toBe(true);
  const third = await server();
  first.process.kill('SIGTERM');
  expect((await third.finished).stderr).toContain('has ended');
});

test('what the server keeps is its user’s alone, also where an earlier one left it open', async () => {
  const folder = join(copy.folder, '.spymaster', 'temporal');
  const modes = () =>
    ['', 'temporal.db', 'server.log'].map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8));
  const first = await server();
  expect(modes()).toEqual(['700', '600', '600']);
  first.process.kill('SIGTERM');
  await first.finished;
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'temporal.db'), 0o644);
  await server();
  expect(modes()).toEqual(['700', '600', '600']);
});

describe('TEMPORAL_ADDRESS', () => {
  test('is where it listens', async () => {
    const elsewhere = `127.0.0.1:${await somePort()}`;
    const command = await server({ TEMPORAL_ADDRESS: elsewhere, TEMPORAL_NAMESPACE: 'theirs' });
    expect(command.said()).toContain(`Temporal  ${elsewhere}\n`);
    expect(await isServing(elsewhere, 'theirs')).toBe(true);
    const other = await server({ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'theirs' });
    expect(await other.finished).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`runs at ${elsewhere} already`) as string,
    });
  });

  test('is refused where it cannot listen', async () => {
    const port = await somePort();
    const taken = await listening(port);
    const command = await server({ TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    expect(await command.finished).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('taken') as string,
    });
    taken.close();
    const abroad = await server({ TEMPORAL_ADDRESS: '192.0.2.1:7233' });
    expect(await abroad.finished).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('192.0.2.1:7233: that is no address of this machine') as string,
    });
  });
});

test('ends with the npm that started it, which passes no signal on', async () => {
  const command = [process.execPath, join(copy.folder, 'dist', 'workers', 'cli', 'main.js'), 'server'];
  const { path } = await obtainTemporal();
  // As npm starts it: in a shell that waits for it.
  const shell = spawn('/bin/sh', ['-c', '"$@"; true', 'sh', ...command], {
    env: { ...process.env, TEMPORAL_ADDRESS: address, TEMPORAL_CLI_PATH: path, npm_command: 'exec' },
    stdio: 'ignore',
  });
  await until(() => isServing(address, 'spymaster'));
  shell.kill('SIGTERM');
  await until(async () => !(await isServing(address, 'spymaster')));
});
