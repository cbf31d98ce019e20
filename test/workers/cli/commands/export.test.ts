import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
