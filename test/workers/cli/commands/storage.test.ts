import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectCopy } from '../../../support/projectCopy';
import { spymasterWith } from '../../../support/spymaster';

it('runs for one process at a time, says how to use it, and keeps what is stored', async () => {
  const copy = await projectCopy('127.0.0.1:1');
  const folder = join(copy.folder, '.spymaster', 'storage');
  const key = () => readFileSync(join(folder, 'key'), 'utf8');
  const start = async () => {
    const storage = copy.start({}, 'storage', '--port', '0');
    await storage.hears('SPYMASTER_LAKE=');
    const [, SPYMASTER_STORAGE_PEER] = /SPYMASTER_STORAGE_PEER=(\S+)/.exec(storage.said())!;
    const [, SPYMASTER_LAKE] = /SPYMASTER_LAKE=(\S+)/.exec(storage.said())!;
    return { storage, environment: { SPYMASTER_STORAGE_PEER, SPYMASTER_LAKE, AZURE_STORAGE_KEY: key() } };
  };
  const first = await start();
  expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600);
  expect(first.storage.said()).not.toContain(key());
  const nothing = await spymasterWith(first.environment, 'tables', '--json');
  expect(nothing.stderr).toBe('');
  expect(await spymasterWith(first.environment, 'status')).toMatchObject({ code: 1 });

  const second = copy.start({}, 'storage', '--port', '0');
  expect(await second.finished).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('runs already') as string,
  });

  first.storage.process.kill('SIGINT');
  expect((await first.storage.finished).code).toBe(0);
  expect(existsSync(join(folder, 'server.json'))).toBe(false);
});
