import { dirname } from 'node:path';
import { someMbo, streamOf, temporaryFiles } from '../../../support/dbnFiles';
import { temporaryFolder } from '../../../support/lake';
import { documentOf, onLake } from '../../../support/spymaster';

const write = temporaryFiles();
const good = write('good.mbo.dbn', streamOf(someMbo(500)));
const bad = write('bad.mbo.dbn', streamOf(someMbo(500)).subarray(0, 5000));

it('takes in what it can, refuses the rest by name, and says so by its exit code', async () => {
  const spymaster = onLake(temporaryFolder());
  const first = await spymaster('import', good, bad, '/no/such/file', '--json');
  expect(first.code).toBe(3);
  expect(documentOf(first)).toMatchObject({
    imported: 1,
    known: 0,
    refused: 2,
    files: expect.arrayContaining([
      expect.objectContaining({
        path: good,
        status: 'imported',
        records: 500,
        start: '1703462400000000000',
      }),
      expect.objectContaining({
        path: bad,
        status: 'refused',
        error: expect.objectContaining({ code: 'TruncatedDbn' }) as object,
      }),
      expect.objectContaining({ path: '/no/such/file', status: 'refused' }),
    ]) as object,
  });
  const second = await spymaster('import', good);
  expect(second.code).toBe(0);
  expect(second.stdout).toMatch(/good\.mbo\.dbn +known +mbo +500 .*ESH4/);
  const third = await spymaster('import', bad);
  expect(third.code).toBe(1);
  expect(third.stderr).toContain(`refused ${bad}: `);
});

it('searches folders', async () => {
  const imported = await onLake(temporaryFolder())('import', dirname(good), '--json');
  expect(documentOf(imported)).toMatchObject({ imported: 1, refused: 1 });
  expect(imported.code).toBe(3);
});
