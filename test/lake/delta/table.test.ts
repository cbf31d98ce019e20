import type { TableContract } from '../../../graph/datasets/schema';
import { TABLES } from '../../../graph/catalog/declaration';
import { Lake } from '../../../lake/lake';
import {
  commitOptions,
  everyType,
  everyTypeBatch,
  everyTypeRow,
  LINEAGE,
  numbers,
  numbersBatch,
  temporaryFolder,
} from '../../support/lake';
import { TableBuilder } from '../../support/tables';

const PARTITION = { contract: 'ESH4', trade_date: '2023-12-26' };

async function openTable(contract: TableContract) {
  return (await Lake.open(temporaryFolder(), TABLES)).table(contract);
}

describe('a table', () => {
  it('is absent until somebody writes, and then still reads as no rows', async () => {
    const table = await openTable(numbers);
    const snapshot = await table.snapshot();
    expect(snapshot.exists).toBe(false);
    expect(snapshot.version).toBe(-1);
    expect(await table.readRows()).toEqual([]);
  });

  it('returns every type and every null as it was written, in order', async () => {
    const table = await openTable(everyType);
    await table.overwritePartition(
      PARTITION,
      [everyTypeBatch(0, 3000), everyTypeBatch(3000, 5000)],
      commitOptions(),
    );
    const rows = await table.readRows();
    expect(rows).toHaveLength(5000);
    rows.forEach((row, i) => {
      const { contract, trade_date, ...rest } = row;
      expect({ contract, trade_date }).toEqual(PARTITION);
      expect(rest).toEqual(everyTypeRow(i));
    });
  });

  it('replaces a partition in one commit and leaves the others alone', async () => {
    const table = await openTable(numbers);
    await table.overwritePartition({ contract: 'A' }, [numbersBatch(1, 2)], commitOptions());
    await table.overwritePartition({ contract: 'B' }, [numbersBatch(3)], commitOptions());
    const result = await table.overwritePartition({ contract: 'A' }, [numbersBatch(4)], commitOptions());
    expect(result).toMatchObject({ version: 2, rows: 1, files: 1 });
    expect(await table.readRows()).toEqual([
      { n: 3n, contract: 'B' },
      { n: 4n, contract: 'A' },
    ]);
    expect((await table.snapshot()).partitions().map(({ values, rows }) => [values.contract, rows])).toEqual([
      ['A', 1],
      ['B', 1],
    ]);
  });

  it('knows a partition without rows from one that was never built', async () => {
    const table = await openTable(numbers);
    await table.overwritePartition({ contract: 'A' }, [], commitOptions());
    const snapshot = await table.snapshot();
    expect(snapshot.partition({ contract: 'A' })).toMatchObject({ rows: 0, lineage: LINEAGE });
    expect(snapshot.partition({ contract: 'B' })).toBeUndefined();
    expect(await table.readRows()).toEqual([]);
  });

  it('appends, and keeps the order of commits within a partition', async () => {
    const table = await openTable(numbers);
    for (const n of [5, 3, 4]) await table.append({ contract: 'A' }, [numbersBatch(n)], commitOptions());
    expect((await table.readRows()).map(({ n }) => n)).toEqual([5n, 3n, 4n]);
  });

  it('shows a reader the version it asked for', async () => {
    const table = await openTable(numbers);
    for (const n of [10, 20, 30])
      await table.overwritePartition({ contract: 'A' }, [numbersBatch(n)], commitOptions());
    for (const version of [0, 1, 2])
      expect(await table.readRows({ version })).toEqual([{ n: BigInt(10 * (version + 1)), contract: 'A' }]);
    await expect(table.readRows({ version: 3 })).rejects.toMatchObject({ code: 'BadArgument' });
  });

  it('finds the version of a time', async () => {
    const table = await openTable(numbers);
    for (const n of [1, 2, 3]) await table.append({ contract: 'A' }, [numbersBatch(n)], commitOptions());
    const history = await table.history();
    expect(history.map(({ version }) => version)).toEqual([0, 1, 2]);
    for (const { version, info } of history) expect(await table.log.versionAt(info.timestamp)).toBe(version);
    await expect(table.log.versionAt(history[0].info.timestamp - 1)).rejects.toMatchObject({
      code: 'BadArgument',
    });
  });

  it('keeps lineage with every commit and every partition', async () => {
    const table = await openTable(numbers);
    await table.append({ contract: 'A' }, [numbersBatch(1, 2)], commitOptions({ operation: 'build silver' }));
    const [{ info }] = await table.history();
    expect(info).toMatchObject({ operation: 'build silver', lineage: { ...LINEAGE, rows: 2 } });
    expect((await table.snapshot()).partition({ contract: 'A' })?.lineage).toEqual(LINEAGE);
  });

  it('reads the same from a checkpoint as from the whole log', async () => {
    const folder = temporaryFolder();
    const table = (await Lake.open(folder, TABLES)).table(numbers);
    for (let n = 0; n < 25; n++)
      await table.overwritePartition(
        { contract: 'ABC'[n % 3] },
        [numbersBatch(n)],
        commitOptions({ txn: { appId: 'x', version: n } }),
      );
    const { store } = table;
    const checkpoints = (await store.list('test/numbers/_delta_log')).filter(({ key }) =>
      key.includes('checkpoint'),
    );
    expect(checkpoints.map(({ key }) => key.slice(-31))).toEqual([
      expect.stringContaining('10.checkpoint'),
      expect.stringContaining('20.checkpoint'),
      expect.stringContaining('_last_checkpoint'),
    ]);
    const fromCheckpoint = await (await Lake.open(folder, TABLES)).table(numbers).snapshot();
    for (const { key } of checkpoints) await store.remove(key);
    const fromLog = await (await Lake.open(folder, TABLES)).table(numbers).snapshot();
    expect(fromCheckpoint.version).toBe(24);
    expect([...fromCheckpoint.txns]).toEqual([...fromLog.txns]);
    expect(fromCheckpoint.metadata).toEqual(fromLog.metadata);
    const files = (snapshot: typeof fromLog) =>
      snapshot.filesOf().map((file) => ({ ...file, dataChange: true }));
    expect(files(fromCheckpoint)).toEqual(files(fromLog));
    expect([...fromCheckpoint.tombstones.keys()].sort()).toEqual([...fromLog.tombstones.keys()].sort());
  });

  it('finds the checkpoint although the hint is missing, broken or old', async () => {
    const folder = temporaryFolder();
    const table = (await Lake.open(folder, TABLES)).table(numbers);
    for (let n = 0; n < 22; n++) await table.append({ contract: 'A' }, [numbersBatch(n)], commitOptions());
    const { store, log } = table;
    for (let version = 0; version < 20; version++) await store.remove(log.commitKey(version));
    const hints = ['{"version":20}', '{"version":10}', '{"version":7}', 'not json'];
    for (const hint of [undefined, ...hints]) {
      if (hint === undefined) await store.remove(log.lastCheckpointKey);
      else await store.put(log.lastCheckpointKey, new TextEncoder().encode(hint));
      expect(
        (await (await Lake.open(folder, TABLES)).table(numbers).readRows()).map(({ n }) => Number(n)),
      ).toEqual(Array.from({ length: 22 }, (_, n) => n));
    }
  });

  it('catches up with a log that was vacuumed beyond what it has read', async () => {
    const folder = temporaryFolder();
    const open = async () => (await Lake.open(folder, TABLES)).table(numbers);
    const [writer, reader] = [await open(), await open()];
    await writer.append({ contract: 'A' }, [numbersBatch(0)], commitOptions());
    expect((await reader.snapshot()).version).toBe(0);
    for (let n = 1; n < 22; n++) await writer.append({ contract: 'A' }, [numbersBatch(n)], commitOptions());
    for (let version = 0; version < 20; version++) await writer.store.remove(writer.log.commitKey(version));
    expect((await reader.snapshot()).version).toBe(21);
    expect(await reader.readRows()).toHaveLength(22);
  });
});

describe('a growing contract', () => {
  const grown: TableContract = {
    ...numbers,
    version: 2,
    columns: [
      ...numbers.columns,
      { name: 'extra', type: 'double', unit: '1', meaning: 'Came later', nullable: true },
      { name: 'label', type: 'string', unit: '', meaning: 'Came later', nullable: true },
    ],
  };

  it('lets a column be empty from now on', async () => {
    const folder = temporaryFolder();
    await (
      await Lake.open(folder, TABLES)
    )
      .table(numbers)
      .append({ contract: 'A' }, [numbersBatch(1)], commitOptions());
    const relaxed = {
      ...numbers,
      columns: numbers.columns.map((column) =>
        column.name === 'n' ? { ...column, nullable: true } : column,
      ),
    };
    const table = (await Lake.open(folder, TABLES)).table(relaxed);
    const rows = new TableBuilder(relaxed);
    rows.push({ n: null });
    await table.append({ contract: 'B' }, [rows.build()], commitOptions());
    expect((await table.readRows()).map(({ n }) => n)).toEqual([1n, null]);
    expect((await table.snapshot()).fields[0]).toMatchObject({ name: 'n', nullable: true });
  });

  it('adds columns; older rows read as null in them, and older code goes on reading and writing', async () => {
    const folder = temporaryFolder();
    const before = (await Lake.open(folder, TABLES)).table(numbers);
    const after = (await Lake.open(folder, TABLES)).table(grown);
    await before.overwritePartition({ contract: 'A' }, [numbersBatch(1)], commitOptions());
    const builder = new TableBuilder(grown);
    builder.push({ n: 2n, extra: 0.5, label: 'two' });
    await after.overwritePartition({ contract: 'B' }, [builder.build()], commitOptions());
    await before.overwritePartition({ contract: 'C' }, [numbersBatch(3)], commitOptions());

    expect(await after.readRows()).toEqual([
      { n: 1n, contract: 'A', extra: null, label: null },
      { n: 2n, contract: 'B', extra: 0.5, label: 'two' },
      { n: 3n, contract: 'C', extra: null, label: null },
    ]);
    expect((await before.readRows()).map(({ n }) => n)).toEqual([1n, 2n, 3n]);
    expect((await after.snapshot()).fields.map(({ name }) => name)).toEqual([
      'n',
      'contract',
      'extra',
      'label',
    ]);
    expect((await after.snapshot(0)).fields.map(({ name }) => name)).toEqual(['n', 'contract']);
    // All files older than the column: nothing in them to merge.
    expect(await after.readRows({ version: 0 })).toEqual([
      { n: 1n, contract: 'A', extra: null, label: null },
    ]);
  });

  it.each([
    ['a changed type', { ...numbers.columns[0], type: 'int32' as const }],
    ['a new column that may not be null', { ...numbers.columns[0], name: 'm' }],
  ])('is refused for %s', async (_, column) => {
    const folder = temporaryFolder();
    await (
      await Lake.open(folder, TABLES)
    )
      .table(numbers)
      .append({ contract: 'A' }, [numbersBatch(1)], commitOptions());
    const contract = { ...numbers, version: 2, columns: [column, numbers.columns[1]] };
    const table = (await Lake.open(folder, TABLES)).table(contract);
    await expect(table.append({ contract: 'A' }, [], commitOptions())).rejects.toMatchObject({
      code: 'ContractViolation',
      details: { field: column.name },
    });
    expect((await table.snapshot()).version).toBe(0);
  });
});

describe('a table of another version', () => {
  it('is refused before anything of it is read or written, with what to do', async () => {
    const folder = temporaryFolder();
    const open = async (contract: TableContract) => (await Lake.open(folder, TABLES)).table(contract);
    await (await open(numbers)).append({ contract: 'A' }, [numbersBatch(1)], commitOptions());
    const columns = [
      ...numbers.columns,
      { name: 'part', type: 'string', unit: '', meaning: 'Part' } as const,
    ];
    const other = await open({ ...numbers, columns, partitionBy: ['part'] });
    const refusal = {
      code: 'ContractViolation',
      message: 'test.numbers of this lake is partitioned by contract: another version of Spymaster wrote it',
      details: { expected: expect.stringContaining('move the folder test/numbers out') as string },
    };
    await expect(other.readRows()).rejects.toMatchObject(refusal);
    await expect(
      other.overwritePartition({ part: '1' }, [numbersBatch(1)], commitOptions()),
    ).rejects.toMatchObject(refusal);
  });
});

describe('a partition', () => {
  it('may be named by any text', async () => {
    const table = await openTable(numbers);
    const names = ['UD:1V: VT 2533938', 'ESH4-ESM4', 'a%20b/c=d', 'é😀', "it's"];
    for (const [n, contract] of names.entries())
      await table.overwritePartition({ contract }, [numbersBatch(n)], commitOptions());
    expect(await table.readRows()).toEqual(names.map((contract, n) => ({ n: BigInt(n), contract })));
    for (const [n, contract] of names.entries())
      expect(await table.readRows({ partition: { contract } })).toEqual([{ n: BigInt(n), contract }]);
  });

  it.each([
    ['a missing column', { contract: 'ESH4' }],
    ['an empty value', { contract: '', trade_date: '2023-12-26' }],
    ['an unknown column', { contract: 'ESH4', trade_date: '2023-12-26', layer: 'x' }],
    ['a date that is none', { contract: 'ESH4', trade_date: '26.12.2023' }],
  ])('is refused with %s', async (_, partition) => {
    const table = await openTable(everyType);
    await expect(table.overwritePartition(partition, [], commitOptions())).rejects.toMatchObject({
      code: 'ContractViolation',
    });
  });
});
