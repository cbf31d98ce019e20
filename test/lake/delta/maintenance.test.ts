import { utimesSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compact } from '../../../lake/delta/compact';
import { vacuum, vacuumStaging } from '../../../lake/delta/vacuum';
import { TABLES } from '../../../graph/catalog/declaration';
import { Lake } from '../../../lake/lake';
import { commitOptions, LINEAGE, numbers, numbersBatch, temporaryFolder } from '../../support/lake';
import { TableBuilder } from '../../support/tables';

const A = { contract: 'A' };
const HOUR_MS = 3_600_000;

async function setUp() {
  const folder = temporaryFolder();
  const table = (await Lake.open(folder, TABLES)).table(numbers);
  const fresh = async () => (await Lake.open(folder, TABLES)).table(numbers);
  return { folder, table, fresh };
}

describe('compaction', () => {
  it('merges the files of a partition, keeps rows, order and lineage, and changes no data', async () => {
    const { table, fresh } = await setUp();
    for (const n of [5, 3, 8, 1]) await table.append(A, [numbersBatch(n, n + 100)], commitOptions());
    await table.append({ contract: 'B' }, [numbersBatch(7)], commitOptions());
    expect(await compact(table)).toEqual({ filesBefore: 4, filesAfter: 1, partitions: 1, skipped: 0 });

    const reader = await fresh();
    const snapshot = await reader.snapshot();
    expect(snapshot.partition(A)).toMatchObject({ rows: 8, lineage: LINEAGE });
    expect(snapshot.partition(A)?.files).toHaveLength(1);
    const values = (await reader.readRows({ partition: A })).map(({ n }) => Number(n));
    expect(values).toEqual([5, 105, 3, 103, 8, 108, 1, 101]);
    const actions = (await reader.log.readCommit(snapshot.version)) ?? [];
    expect(actions.flatMap(({ add, remove }) => (add ?? remove)?.dataChange ?? [])).toEqual(
      Array(5).fill(false),
    );
    // Old versions stay as they were.
    expect((await reader.readRows({ version: 1 })).map(({ n }) => Number(n))).toEqual([5, 105, 3, 103]);
    expect(await compact(table)).toEqual({ filesBefore: 0, filesAfter: 0, partitions: 0, skipped: 0 });
  });

  it('keeps the merged rows before those of files that were appended later', async () => {
    const { table } = await setUp();
    for (const n of [1, 2]) await table.append(A, [numbersBatch(n)], commitOptions());
    await compact(table);
    await table.append(A, [numbersBatch(3)], commitOptions());
    expect((await table.readRows()).map(({ n }) => Number(n))).toEqual([1, 2, 3]);
  });

  it('merges files of different contract versions, with nulls where columns were missing', async () => {
    const { folder, table } = await setUp();
    await table.append(A, [numbersBatch(1)], commitOptions());
    const grown = {
      ...numbers,
      version: 2,
      columns: [
        ...numbers.columns,
        { name: 'm', type: 'int32' as const, unit: '', meaning: 'More', nullable: true },
      ],
    };
    const wide = (await Lake.open(folder, TABLES)).table(grown);
    const builder = new TableBuilder(grown);
    builder.push({ n: 2n, m: 20 });
    await wide.append(A, [builder.build()], commitOptions());
    await compact(wide);
    expect((await wide.snapshot()).files.size).toBe(1);
    expect(await wide.readRows()).toEqual([
      { n: 1n, contract: 'A', m: null },
      { n: 2n, contract: 'A', m: 20 },
    ]);
    expect((await table.readRows()).map(({ n }) => Number(n))).toEqual([1, 2]);
  });

  it('leaves a partition to the writer who replaced it meanwhile', async () => {
    const { table, fresh } = await setUp();
    for (const n of [1, 2]) await table.append(A, [numbersBatch(n)], commitOptions());
    const other = await fresh();
    const original = table.commit.bind(table);
    table.commit = async (base, change) => {
      table.commit = original;
      await other.overwritePartition(A, [numbersBatch(9)], commitOptions());
      return original(base, change);
    };
    expect(await compact(table)).toMatchObject({ partitions: 0, skipped: 1 });
    expect((await other.readRows()).map(({ n }) => Number(n))).toEqual([9]);
  });
});

describe('vacuum', () => {
  /** Makes stored files look older than they are. */
  async function age(folder: string, keys: string[], hours: number) {
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

  it('keeps young files nobody knows: they may belong to a commit that is under way', async () => {
    const { folder, table } = await setUp();
    await table.append(A, [numbersBatch(1)], commitOptions());
    const orphan = 'test/numbers/contract=A/part-00000-orphan.parquet';
    await writeFile(join(folder, orphan), 'half a file');
    expect((await vacuum(table, { retentionHours: 0 })).files).toEqual([]);
    await age(folder, [orphan], 2);
    expect((await vacuum(table)).files).toEqual([]);
    expect((await vacuum(table, { retentionHours: 1 })).files).toEqual([orphan]);
    expect((await table.readRows()).map(({ n }) => Number(n))).toEqual([1]);
  });

  it('shortens the log behind a checkpoint once it is a month old', async () => {
    const { folder, table, fresh } = await setUp();
    for (let n = 0; n < 23; n++) await table.append(A, [numbersBatch(n)], commitOptions());
    expect((await vacuum(table)).logFiles).toEqual([]);
    const log = (await table.store.list('test/numbers/_delta_log')).map(({ key }) => key);
    await age(folder, log, 31 * 24);
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
    await age(folder, ['.staging/old.parquet'], 25);
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
