import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  expect(second.stdout).toMatch(/good\.mbo\.dbn +known +real +mbo +500 .*ESH4/);
  const third = await spymaster('import', bad);
  expect(third.code).toBe(1);
  expect(third.stderr).toContain(`refused ${bad}: `);
});

it('goes on after every kind of file that cannot be taken, with each in the document', async () => {
  const folder = temporaryFolder();
  const put = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), bytes);
  for (const length of [100, 101, 102, 103, 119]) {
    const bytes = streamOf([]).slice(0, 8 + length);
    new DataView(bytes.buffer).setUint32(4, length, true);
    put(`a${length}.dbn`, bytes);
  }
  symlinkSync('loop.dbn', join(folder, 'loop.dbn'));
  mkdirSync(join(folder, 'folder.dbn'));
  put('z.dbn', streamOf(someMbo(20)));
  const { code, ...rest } = await onLake(temporaryFolder())('import', folder, folder, '--json');
  const { files, ...counts } = documentOf<{ files: { path: string; status: string }[] }>({ code, ...rest });
  expect(code).toBe(3);
  expect(counts).toEqual({ imported: 1, known: 1, healed: 0, refused: 12 });
  expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining([join(folder, 'loop.dbn')]));
  expect(files.filter(({ status }) => status === 'refused')).toEqual(
    files
      .filter(({ path }) => !path.endsWith('z.dbn'))
      .map(({ path }) =>
        expect.objectContaining({
          path,
          error: expect.objectContaining({
            code: path.endsWith('loop.dbn') ? 'NoInput' : 'CorruptDbn',
            file: path,
          }) as object,
        }),
      ),
  );
});

it('refuses every file by name where the lake cannot be written', async () => {
  const lake = temporaryFolder();
  writeFileSync(join(lake, '.staging'), 'in the way');
  const finished = await onLake(lake)('import', good, good, '--json');
  expect(finished.code).toBe(1);
  expect(documentOf(finished)).toMatchObject({
    refused: 2,
    files: [good, good].map((path) => ({ path, error: { code: 'StoreUnavailable' } })),
  });
});

it('takes a capture that was cut off when told to, and says what was left', async () => {
  const spymaster = onLake(temporaryFolder());
  const cut = join(temporaryFolder(), 'capture.dbn');
  writeFileSync(cut, streamOf(someMbo(500)).subarray(0, 5000));
  const refused = await spymaster('import', cut);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('--accept-truncated');
  const taken = await spymaster('import', cut, '--accept-truncated');
  expect(taken.code).toBe(0);
  const left = (5000 - streamOf([]).length) % 56;
  expect(taken.stderr).toContain(`${cut} breaks off: ${left} bytes behind its last whole record were left`);
});

it('searches folders', async () => {
  const imported = await onLake(temporaryFolder())('import', dirname(good), '--json');
  expect(documentOf(imported)).toMatchObject({ imported: 1, refused: 1 });
  expect(imported.code).toBe(3);
});

it('says what it passed over, and fails where a folder has nothing to take', async () => {
  const spymaster = onLake(temporaryFolder());
  const folder = temporaryFolder();
  mkdirSync(join(folder, '.hidden'));
  writeFileSync(join(folder, '.hidden', 'a.dbn'), '');
  const text = await spymaster('import', folder);
  expect(text.code).toBe(1);
  expect(text.stderr).toContain(`skipped ${join(folder, '.hidden')} (hidden)`);
  expect(text.stderr).toContain(`refused ${folder}: there are no DBN files (.dbn, .dbn.zst, .dbz) below`);
  const json = await spymaster('import', folder, good, '--json');
  expect(json.code).toBe(3);
  expect(documentOf(json)).toMatchObject({
    files: [
      { path: folder, error: { code: 'NoInput' } },
      { path: good, status: 'imported' },
    ],
    skipped: [{ path: join(folder, '.hidden'), why: 'hidden' }],
  });
});
