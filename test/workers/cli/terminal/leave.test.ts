/** What is left open in a process does not keep it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../support/lake';
import { spymaster } from '../../../support/spymaster';

/** A module that leaves a server open in the process that loads it. */
function holder(): string {
  const file = join(temporaryFolder(), 'holder.cjs');
  writeFileSync(file, "require('node:net').createServer().listen(0, '127.0.0.1');");
  return `--require ${file}`;
}

test('a command that is over ends its process, whatever a library has left open in it, with all that it printed', async () => {
  const free = await spymaster({}, 'live', 'schema');
  expect(await spymaster({ NODE_OPTIONS: holder() }, 'live', 'schema')).toEqual(free);
  expect(free).toMatchObject({ code: 0, stdout: expect.stringContaining('"$schema"') as string });
});

test('a command that fails ends its process with its exit code', async () => {
  const failed = await spymaster({ NODE_OPTIONS: holder() }, 'book', 'no-such-file.dbn');
  expect(failed.code).not.toBe(0);
  expect(failed.stderr).toContain('no-such-file.dbn');
});
