import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ApiKey, LiveClient, recordsOf } from '../../../../workers/databento';
import { someMbo, streamOf, temporaryFiles } from '../../../support/dbnFiles';
import { importFolder } from '../../../support/simulatedLake';
import { temporaryFolder } from '../../../support/lake';
import { TEST_KEY } from '../../../support/scriptedGateway';
import { MAIN, spymasterHere } from '../../../support/spymaster';
import { until } from '../../../support/until';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const file = temporaryFiles();
const MBO = someMbo(3000);

/** Starts the command on a free port; what it says is gathered. */
async function started(environment: NodeJS.ProcessEnv, ...args: string[]) {
  const child = spawn(process.execPath, [MAIN, 'lsg', '--port', '0', ...args], {
    env: { ...process.env, ...environment },
  });
  const said: string[] = [];
  const lines = createInterface(child.stderr);
  const port = await new Promise<number>((resolve, reject) => {
    lines.on('line', (line) => {
      said.push(line);
      const found = /^Live at 127\.0\.0\.1:(\d+)/.exec(line);
      if (found) resolve(Number(found[1]));
    });
    child.once('close', () => reject(new Error(said.join('\n'))));
  });
  return { child, port, said, closed: once(child, 'close') };
}

async function sequences(port: number, dataset = 'GLBX.MDP3'): Promise<number[]> {
  const client = new LiveClient({
    key: new ApiKey(TEST_KEY),
    dataset,
    host: '127.0.0.1',
    port,
    stopAtEnd: true,
    reconnect: false,
  });
  client.subscribe({ schema: 'mbo', symbols: ['ESH4'] });
  const found: number[] = [];
  for await (const item of client)
    if (item.kind === 'records')
      for (const view of recordsOf(item)) {
        const record = view.decode();
        if (record.type === 'mbo') found.push(record.sequence);
      }
  return found;
}

test('serves a file, obeys what is typed, and ends in order when it is asked to', async () => {
  const path = file('day.dbn', streamOf(MBO));
  const { child, port, said, closed } = await started({}, path, '--speed', 'max', '--key', TEST_KEY);
  expect(await sequences(port)).toEqual(MBO.map(({ sequence }) => sequence));
  child.stdin.write('dance\n');
  await until(() => said.some((line) => /no control "dance"/.test(line)));
  // It hears a moment later that its client has left.
  await until(() => {
    child.stdin.write('status\n');
    return said.some((line) => /^2023-12-25T00:00:02\.999050000Z, ended; no session$/.test(line));
  });
  child.kill('SIGINT');
  expect(await closed).toEqual([0, null]);
  expect(said).toEqual(
    expect.arrayContaining([
      'GLBX.MDP3: mbo of 1 instruments.',
      'session 1: end of the data after 3000 records',
    ]),
  );
  expect(said.join('\n')).not.toContain('unittest');
});

test('serves a trade date of the lake, in which what is in two files comes once', async () => {
  const [folder, lake] = [temporaryFolder(), join(temporaryFolder(), 'lake')];
  mkdirSync(folder, { recursive: true });
  copyFileSync(file('a.dbn', streamOf(MBO.slice(0, 2000))), join(folder, 'a.dbn'));
  copyFileSync(file('b.dbn', streamOf(MBO.slice(1000))), join(folder, 'b.dbn'));
  await importFolder(folder, lake);
  // The records are of Sunday evening, ET, and so of the trade date of the 26th: Christmas has none.
  const { child, port, closed } = await started({ SPYMASTER_LAKE: lake }, '2023-12-26', '--speed', 'max');
  expect(await sequences(port)).toEqual(MBO.map(({ sequence }) => sequence));
  child.kill('SIGTERM');
  expect(await closed).toEqual([0, null]);
  process.env.SPYMASTER_LAKE = lake;
  const late = await spymasterHere('lsg', '2023-12-26', '--from', '2023-12-27T00:00Z');
  expect([late.code, late.stderr]).toEqual([
    2,
    expect.stringMatching(/nothing comes after 2023-12-27.*before 2023-12-26T22:00:00\.000000000Z/s),
  ]);
});

test.each([
  [['nowhere.dbn'], 1, /nowhere\.dbn/],
  [['x', '--speed', 'fast'], 2, /It must be 1, 10/],
  [['2023-12-26', 'x.dbn'], 2, /cannot be served together/],
  [['x', '--from', 'noon'], 2, /is no time/],
])('%j is refused', async (args, code, message) => {
  const refused = await spymasterHere('lsg', ...args);
  expect(refused.code).toBe(code);
  expect(refused.stderr).toMatch(message);
});
