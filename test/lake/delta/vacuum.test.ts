import { utimesSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TABLES } from '../../../graph/catalog/declaration';
import { vacuum, vacuumStaging } from '../../../lake/delta/vacuum';
import { Lake } from '../../../lake/lake';
import { commitOptions, numbers, numbersBatch, temporaryFolder } from '../../support/lake';

const A = { contract: 'A' };
const HOUR_MS = 3_600_000;

async function setUp() {
  const folder = temporaryFolder();
  const table = (await Lake.open(folder, TABLES)).table(numbers);
  const fresh = async () => (await Lake.open(folder, TABLES)).table(numbers);
  return { folder, table, fresh };
}

describe('vacuum', () => {
  /** Makes stored files look older than they are. */
  async function backdate(folder: string, keys: string[], hours: number) {
    const then = new Date(Date.now() - hours * HOUR_MS);
    for (const key of keys) utimesSync(join(folder, key), then, then);
  }

  it('deletes what no version within the retention needs, and nothing a reader needs', async () => {
    const { folder, table, fresh } = await setUp();
    for (const n of [1, 2, 3]) await table.overwritePartition(A, [numbersBatch(n)], commitOptions());
    expect((await vacuum(table)).files).toEqual([]);
    const planned = await vacuum(table, { retentionHours: 0, dryRun: true });
    expect(planned.files).toHaveLength(2);
    expect(await table.readRows({ version: 0 })).toHaveLength(1);

    const done = await vacuum(table, { retentionHours: 0 });
    expect(done).toEqual(planned);
    expect((await (await fresh()).readRows()).map(({ n }) => Number(n))).toEqual([3]);
    await expect(table.readRows({ version: 0 })).rejects.toMatchObject({
      code: 'BadArgument',
      message: expect.stringContaining('vacuumed') as string,
    });
    expect(await (await Lake.open(folder, [numbers])).query('SELECT n FROM test.numbers')).toEqual([
      { n: '3' },
    ]);
  });

  it('keeps young files that no version names: they may belong to a commit that is under way', async () => {
    const { folder, table } = await setUp();
    await table.append(A, [numbersBatch(1)], commitOptions());
    const orphan = 'test/numbers/contract=A/part-00000-orphan.parquet';
    await writeFile(join(folder, orphan), 'half a file');
    expect((await vacuum(table, { retentionHours: 0 })).files).toEqual([]);
    await backdate(folder, [orphan], 2);
    expect((await vacuum(table)).files).toEqual([]);
    expect((await vacuum(table, { retentionHours: 1 })).files).toEqual([orphan]);
    expect((await table.readRows()).map(({ n }) => Number(n))).toEqual([1]);
  });

  it('shortens the log behind a checkpoint once it is a month old', async () => {
    const { folder, table, fresh } = await setUp();
    for (let n = 0; n < 23; n++) await table.append(A, [numbersBatch(n)], commitOptions());
    expect((await vacuum(table)).logFiles).toEqual([]);
    const log = (await table.store.list('test/numbers/_delta_log')).map(({ key }) => key);
    await backdate(folder, log, 31 * 24);
    const { logFiles } = await vacuum(table);
    // Versions 0 to 19 and the checkpoint of version 10; the checkpoint of version 20 stands for them.
    expect(logFiles).toHaveLength(21);
    const reader = await fresh();
    expect((await reader.readRows()).map(({ n }) => Number(n))).toEqual(
      Array.from({ length: 23 }, (_, n) => n),
    );
    await expect(reader.snapshot(5)).rejects.toMatchObject({ code: 'BadArgument' });
    await reader.append(A, [numbersBatch(99)], commitOptions());
    expect((await (await fresh()).snapshot()).version).toBe(23);
  });

  it('clears up after processes that died a day ago', async () => {
    const { folder, table } = await setUp();
    const { store } = table;
    for (const name of ['old.parquet', 'new.parquet'])
      await writeFile(await table.files.space.stage(name), 'rows');
    await backdate(folder, ['.staging/old.parquet'], 25);
    expect(await vacuumStaging(store, true)).toEqual(['.staging/old.parquet']);
    expect(await vacuumStaging(store)).toEqual(['.staging/old.parquet']);
    expect((await store.list('.staging')).map(({ key }) => key)).toEqual(['.staging/new.parquet']);
  });

  it('refuses a retention that is none', async () => {
    const { table } = await setUp();
    for (const retentionHours of [-1, NaN])
      await expect(vacuum(table, { retentionHours })).rejects.toMatchObject({ code: 'BadArgument' });
  });
});
