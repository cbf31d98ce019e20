import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../../../support/lake';
import { mboLake } from '../../../support/mboLake';
import { documentOf, onLake } from '../../../support/spymaster';

it('writes a table or a part of it, as of any version, in every format', async () => {
  const spymaster = onLake(await mboLake());
  const out = join(temporaryFolder(), 'mbo.parquet');
  const where = ['--where', 'ts_in_delta < -2400'];
  const exported = await spymaster('export', 'bronze.mbo', '--out', out, ...where, '--json');
  expect(documentOf(exported)).toMatchObject({
    table: 'bronze.mbo',
    file: out,
    format: 'parquet',
    rows: 110,
  });
  expect(existsSync(out)).toBe(true);
  const csv = await spymaster('export', 'bronze.mbo', '--format', 'csv', '--at-version', '0', ...where);
  expect(csv.stdout.trim().split('\n')).toHaveLength(101);
  const file = join(temporaryFolder(), 'mbo.ndjson');
  expect((await spymaster('export', 'bronze.mbo', '--format', 'ndjson', '--out', file)).code).toBe(0);
  expect(readFileSync(file, 'utf8').split('\n')[0]).toContain('"ts_recv":"1703548799000000000"');
  expect((await spymaster('export', 'bronze.mbo')).stderr).toContain('--out');
});

it('overwrites a file only when told to, and then as a whole', async () => {
  const spymaster = onLake(await mboLake());
  const file = join(temporaryFolder(), 'mbo.csv');
  writeFileSync(file, 'mine');
  const args = ['export', 'bronze.mbo', '--format', 'csv', '--out', file];
  const refused = await spymaster(...args);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(`${file} is there already`);
  expect(refused.stderr).toContain('--force');
  expect((await spymaster(...args, '--force', '--where', 'no_such_column = 1')).code).toBe(2);
  expect(readFileSync(file, 'utf8')).toBe('mine');
  expect(readdirSync(dirname(file))).toEqual(['mbo.csv']);
  expect((await spymaster(...args, '--force')).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain('ts_recv');
  const folder = await spymaster(...args.slice(0, -1), dirname(file), '--force');
  expect(folder).toMatchObject({ code: 2, stderr: expect.stringContaining('is no file') as string });
});
