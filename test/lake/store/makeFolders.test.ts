import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../../../lake/store/makeFolders';
import { temporaryFolder } from '../../support/lake';
import { spymaster } from '../../support/spymaster';

it('makes what is missing, and tells the uppermost it made', () => {
  const folder = temporaryFolder();
  const deep = join(folder, 'a', 'b', 'c');
  expect(makeFolders(deep, 0o700)).toBe(join(folder, 'a'));
  expect(makeFolders(deep)).toBeUndefined();
  for (const made of [join(folder, 'a'), deep]) expect(statSync(made).mode & 0o777).toBe(0o700);
  symlinkSync(join(folder, 'a'), join(folder, 'link'));
  expect(makeFolders(join(folder, 'link', 'd'))).toBe(join(folder, 'link', 'd'));
});

it('fails with the path at which it ended', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
  for (const [path, at, code] of [
    ['file', 'file', 'EEXIST'],
    ['dangling', 'dangling', 'EEXIST'],
    ['file/below', 'file', 'EEXIST'],
  ])
    expect(() => makeFolders(join(folder, path))).toThrow(
      expect.objectContaining({ code, path: join(folder, at) }) as Error,
    );
});

/** Where a folder is there and takes no other; a process of its own shows that it ends. */
const nowhere = '/proc/nowhere';
const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux('ends where no folder can be', () => {
  const script = `require(${JSON.stringify(require.resolve('../../../lake/store/makeFolders'))}).makeFolders('${nowhere}/x')`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  expect(status).toBe(1);
  expect(stderr).toContain(`mkdir '${nowhere}'`);
});

onLinux('is what every command makes folders with', async () => {
  const home = temporaryFolder();
  mkdirSync(join(home, 'lake'));
  const config = join(home, 'config.yaml');
  writeFileSync(config, `lake: ${home}/lake\nduckdb: { spillFolder: ${nowhere}/spill }\n`);
  const file = join(home, 'day.dbn');
  writeFileSync(file, 'no DBN');
  for (const [environment, ...args] of [
    [{ SPYMASTER_LAKE: `${nowhere}/lake` }, 'import', file],
    [{ SPYMASTER_CONFIG: config }, 'query', 'SELECT 1'],
    [{}, 'simulate', '--out', `${nowhere}/out`, '--from', '2024-03-05', '--events', '10000'],
  ] as const) {
    const { code, stderr } = await spymaster(environment, ...args);
    expect(stderr).toContain(nowhere);
    expect(stderr).not.toContain('    at ');
    expect(code).toBeGreaterThan(0);
  }
});
