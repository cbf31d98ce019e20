import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../support/lake';
import { mboLake } from '../../../support/mboLake';
import { MAIN, onLake } from '../../../support/spymaster';

let lake: string;
beforeAll(async () => (lake = await mboLake()));

it('runs a file of statements', async () => {
  const file = join(temporaryFolder(), 'script.sql');
  writeFileSync(file, "-- How many?\nSELECT count(*) AS n FROM bronze.mbo;\nSELECT 'b' AS b;\n");
  const { code, stdout } = await onLake(lake)('sql', '-f', file, '--format', 'csv');
  expect([code, stdout]).toEqual([0, 'n\n3010\n\nb\nb\n']);
});

it('runs what comes on standard input where that is no terminal', () => {
  const { status, stdout } = spawnSync(process.execPath, [MAIN, 'sql'], {
    input: 'SELECT count(*) AS n\nFROM bronze.mbo;',
    encoding: 'utf8',
    env: { ...process.env, SPYMASTER_LAKE: lake },
  });
  expect([status, stdout]).toEqual([0, '   n\n----\n3010\n']);
});

it('names a file that is not there', async () => {
  const { code, stderr } = await onLake(lake)('sql', '-f', 'no/such.sql');
  expect([code, stderr]).toEqual([
    2,
    'spymaster: the script cannot be read\n  file: no/such.sql\n  found: ENOENT\n',
  ]);
});
