import { TABLES } from '../../../graph/catalog/declaration';
import { compact } from '../../../lake/delta/compact';
import { Lake } from '../../../lake/lake';
import { commitOptions, LINEAGE, numbers, numbersBatch, temporaryFolder } from '../../support/lake';
import { TableBuilder } from '../../support/tables';

const A = { contract: 'A' };

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
