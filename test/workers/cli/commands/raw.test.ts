import { createHash } from 'node:crypto';
import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { someMbo, streamOf, temporaryFiles } from '../../../support/dbnFiles';
import { temporaryFolder } from '../../../support/lake';
import { documentOf, onLake } from '../../../support/spymaster';

const write = temporaryFiles();
const DATE = '2023-12-26';
const records = someMbo(300);
const [head, tail] = [streamOf(records.slice(0, 200)), streamOf(records.slice(150))];
const files = [write('head.mbo.dbn', head), write('tail.mbo.dbn', tail)];
const [headDigest, tailDigest] = [head, tail].map((bytes) =>
  createHash('sha256').update(bytes).digest('hex'),
);

interface Listed {
  files: { digest: string; name: string; overlaps: string[]; firstDate: string }[];
}
interface Changed {
  stale: { layer: string; partition: string }[] | null;
  uncovered: string[];
  reason?: string;
}

/** A lake of two files that overlap, with Bronze of their date built. */
async function lakeOfTwo() {
  const folder = temporaryFolder();
  const spymaster = onLake(folder);
  const { stderr } = await spymaster('import', ...files);
  expect(stderr).toContain(
    'head.mbo.dbn and tail.mbo.dbn overlap on 1 contract-dates: what is in several counts once.',
  );
  const build = () =>
    spymaster(
      'build',
      '--symbol',
      'ES',
      '--contract',
      'ESH4',
      '--date',
      DATE,
      '--layers',
      'bronze',
      '--json',
    );
  const rows = async () => {
    const built = documentOf<{ builds: { layers: { rows: Record<string, number> }[] }[] }>(await build());
    return built.builds[0]?.layers[0].rows['bronze.mbo'];
  };
  return { folder, spymaster, rows };
}

it('lists files with what they overlap, drops one, says what is stale then, and takes it back', async () => {
  const { folder, spymaster, rows } = await lakeOfTwo();
  expect(await rows()).toBe(300);

  const { files: listed } = documentOf<Listed>(await spymaster('raw', 'list', '--json'));
  expect(listed.map(({ name, overlaps, firstDate }) => [name, overlaps, firstDate])).toEqual(
    expect.arrayContaining([
      ['head.mbo.dbn', [tailDigest], DATE],
      ['tail.mbo.dbn', [headDigest], DATE],
    ]),
  );
  const { stdout } = await spymaster('raw', 'list');
  expect(stdout).toMatch(
    new RegExp(`${headDigest.slice(0, 12)} +head.mbo.dbn +real +mbo +200 .* ${tailDigest.slice(0, 12)}`),
  );

  const would = await spymaster('raw', 'drop', 'tail.mbo.dbn', '--dry-run', '--json');
  const stale = [{ layer: 'bronze', partition: `ESH4/${DATE}`, product: 'ES', tradeDate: DATE }];
  expect(documentOf(would)).toEqual({ dryRun: true, dropped: [tailDigest], stale, uncovered: [] });
  expect(documentOf<Listed>(await spymaster('raw', 'list', '--json')).files).toHaveLength(2);

  const dropped = await spymaster('raw', 'drop', tailDigest.slice(0, 8));
  expect(dropped.code).toBe(0);
  expect(dropped.stdout).toMatch(new RegExp(`ESH4 ${DATE} +bronze`));
  expect(dropped.stderr).toContain(`spymaster raw restore ${tailDigest.slice(0, 12)}`);
  expect(dropped.stderr).toContain('--reprocess stale');
  expect(documentOf<Listed>(await spymaster('raw', 'list', '--json')).files.map(({ name }) => name)).toEqual([
    'head.mbo.dbn',
  ]);
  expect(
    documentOf<Listed>(await spymaster('raw', 'list', '--dropped', '--json')).files.map(({ name }) => name),
  ).toEqual(['tail.mbo.dbn']);
  expect(await rows()).toBe(200);

  const restored = await spymaster('raw', 'restore', 'tail.mbo.dbn', '--json');
  expect(documentOf(restored)).toEqual({ restored: [tailDigest], stale, uncovered: [] });
  expect(await rows()).toBe(300);

  const last = documentOf<Changed>(await spymaster('raw', 'drop', 'head.mbo.dbn', 'tail.mbo.dbn', '--json'));
  expect(last).toMatchObject({ stale, uncovered: [`ESH4/${DATE}`] });
  const nothing = await spymaster('raw', 'list');
  expect([nothing.stdout, nothing.stderr]).toEqual(['', expect.stringContaining('no raw files in use')]);

  // Importing the file again takes it back as well.
  await spymaster('import', files[0]);
  expect(documentOf<Listed>(await spymaster('raw', 'list', '--dropped', '--json')).files).toHaveLength(1);
  expect(await rows()).toBe(200);

  const bytes = join(folder, 'raw', tailDigest.slice(0, 2), `${tailDigest}.dbn`);
  unlinkSync(bytes);
  const lost = await spymaster('raw', 'restore', 'tail.mbo.dbn');
  expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining('spymaster import')]);
});

it('refuses a name that no file has, or several have, and drops nothing then', async () => {
  const { folder, spymaster } = await lakeOfTwo();
  const other = write('sub-head.mbo.dbn', streamOf(records.slice(0, 50)));
  await spymaster('import', other);
  const wrong = await spymaster('raw', 'drop', 'head.mbo.dbn', 'nothing.dbn');
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringMatching(/no raw file in use is called "nothing.dbn"[^]*spymaster raw list/),
  ]);
  expect((await spymaster('raw', 'restore', 'head.mbo.dbn')).code).toBe(2);
  expect(documentOf<Listed>(await spymaster('raw', 'list', '--json')).files).toHaveLength(3);
  expect(
    readdirSync(join(folder, 'raw'), { recursive: true }).some((name) => String(name).endsWith('.dropped')),
  ).toBe(false);
});

it('drops a file that can no longer be read, which is the way out of it', async () => {
  const { folder, spymaster } = await lakeOfTwo();
  // What overlaps is counted anew, for which the files are read.
  const third = write('third.mbo.dbn', streamOf(records.slice(190, 260)));
  unlinkSync(join(folder, 'raw', tailDigest.slice(0, 2), `${tailDigest}.dbn`));
  await spymaster('import', third);
  const failed = await spymaster('build', '--symbol', 'ES', '--date', DATE);
  expect([failed.code, failed.stderr]).toEqual([
    1,
    expect.stringContaining(`spymaster raw drop ${tailDigest.slice(0, 12)}`),
  ]);
  const dropped = documentOf<Changed>(await spymaster('raw', 'drop', tailDigest, '--json'));
  expect(dropped).toMatchObject({ stale: null, reason: expect.stringContaining(tailDigest) as string });
  expect(
    (await spymaster('build', '--symbol', 'ES', '--contract', 'ESH4', '--date', DATE, '--layers', 'bronze'))
      .code,
  ).toBe(0);
});
