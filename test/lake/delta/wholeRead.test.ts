import { rmSync, truncateSync } from 'node:fs';
import { TABLES } from '../../../graph/catalog/declaration';
import { bronzeMbo } from '../../../graph/records/mboTable';
import type { TableContract } from '../../../graph/datasets/schema';
import { compact } from '../../../lake/delta/compact';
import type { DeltaTable } from '../../../lake/delta/table';
import { readFailure } from '../../../lake/delta/wholeRead';
import { Lake } from '../../../lake/lake';
import {
  commitOptions,
  damageFile,
  numbers,
  numbersBatch,
  syntheticMbo,
  temporaryFolder,
} from '../../support/lake';

const PARTITION = { contract: 'ESH4', trade_date: '2023-12-26' };
const ROWS = 400_000;

/** A partition of one file of several row groups, and the path of that file. */
async function mboTable(rows = ROWS) {
  const lake = await Lake.open(temporaryFolder(), TABLES);
  const table = lake.table(bronzeMbo);
  await table.overwritePartition(PARTITION, (writer) => writer.writeMbo(syntheticMbo(rows)), commitOptions());
  return { lake, table, path: await pathOfOnly(table) };
}

async function pathOfOnly(table: DeltaTable): Promise<string> {
  const [file] = (await table.snapshot()).filesOf();
  return table.files.pathOf(file);
}

const READERS: [string, (table: DeltaTable) => Promise<number>][] = [
  [
    'readMbo',
    async (table) => {
      let rows = 0;
      await table.readMbo(PARTITION, (batch) => void (rows += batch.length));
      return rows;
    },
  ],
  [
    'readPartition',
    async (table) => {
      let rows = 0;
      for await (const batch of table.readPartition(PARTITION)) rows += batch.rowCount;
      return rows;
    },
  ],
  ['readRows', async (table) => (await table.readRows({ partition: PARTITION })).length],
  ['readRows with a condition', async (table) => (await table.readRows({ sql: 'size >= 0' })).length],
];

/** The log says that the table's only file has `more` rows more than it has. */
async function claimRows(table: DeltaTable, more: number): Promise<void> {
  const snapshot = await table.snapshot();
  const [file] = snapshot.filesOf();
  const stats = JSON.parse(file.stats!) as { numRecords: number };
  const claimed = { ...file, stats: JSON.stringify({ ...stats, numRecords: stats.numRecords + more }) };
  await table.commit(snapshot, {
    actions: (_, timestamp) => [{ commitInfo: { timestamp, operation: 'test' } }, { add: claimed }],
  });
}

describe.each(READERS)('%s', (name, read) => {
  it('reads every row', async () => {
    const { table } = await mboTable(30_000);
    expect(await read(table)).toBe(30_000);
  });

  it('names a file that is damaged far behind its first rows', async () => {
    const { table, path } = await mboTable();
    damageFile(path);
    await expect(read(table)).rejects.toMatchObject({ code: 'CorruptTable', details: { file: path } });
  });

  it('names a file that was cut off, and one that is gone', async () => {
    const { table, path } = await mboTable(30_000);
    truncateSync(path, 1000);
    await expect(read(table)).rejects.toMatchObject({ code: 'CorruptTable', details: { file: path } });
    rmSync(path);
    await expect(read(table)).rejects.toMatchObject({ code: 'CorruptTable', details: { file: path } });
  });

  if (name !== 'readRows with a condition')
    it.each([1, -1])('refuses a file whose rows are %d fewer than the log says', async (more) => {
      const { table, path } = await mboTable(3000);
      await claimRows(table, more);
      await expect(read(table)).rejects.toMatchObject({
        code: 'CorruptTable',
        details: { file: path, expected: `${3000 + more} rows`, found: 3000 },
      });
    });
});

it('passes on what the consumer of the records throws', async () => {
  const { table } = await mboTable(3000);
  const mine = new Error('mine');
  const read = table.readMbo(PARTITION, () => {
    throw mine;
  });
  await expect(read).rejects.toBe(mine);
});

describe('compaction', () => {
  const contract: TableContract = numbers;

  it('leaves a table alone of which a file has lost rows or is damaged', async () => {
    const table = (await Lake.open(temporaryFolder(), TABLES)).table(contract);
    await table.append({ contract: 'A' }, [numbersBatch(1, 2, 3)], commitOptions());
    await claimRows(table, 1);
    await table.append({ contract: 'A' }, [numbersBatch(4)], commitOptions());
    const { version } = await table.snapshot();
    await expect(compact(table)).rejects.toMatchObject({
      code: 'CorruptTable',
      details: { expected: '4 rows', found: 3 },
    });
    const [file] = (await table.snapshot()).filesOf();
    truncateSync(await table.files.pathOf(file), 10);
    await expect(compact(table)).rejects.toMatchObject({ code: 'CorruptTable' });
    expect((await table.snapshot()).version).toBe(version);
    expect(await table.store.list('.staging')).toEqual([]);
  });
});

describe('a query', () => {
  it('fails over a damaged file, whether it streams its rows or adds them up', async () => {
    const { lake, path } = await mboTable();
    damageFile(path);
    for (const sql of ['FROM bronze.mbo', 'SELECT bit_xor(hash(m)) FROM bronze.mbo AS m'])
      await expect(lake.query(sql)).rejects.toMatchObject({
        code: 'CorruptTable',
        message: expect.stringContaining(path) as string,
      });
  });

  it('is to blame itself where one of its rows fails', async () => {
    const { lake } = await mboTable(3000);
    const sql = `SELECT CASE WHEN sequence % 2 = 0 THEN error('boom') ELSE 1 END FROM bronze.mbo`;
    await expect(lake.query(sql)).rejects.toMatchObject({
      code: 'BadArgument',
      message: expect.stringContaining('boom') as string,
    });
  });
});

it('says of a file that was gone for a moment that it can be read again', async () => {
  const table = (await Lake.open(temporaryFolder(), [numbers])).table(numbers);
  await table.overwritePartition({ contract: 'A' }, [numbersBatch(1)], commitOptions());
  const files = (await table.snapshot()).filesOf();
  const gone = new Error(
    `IO Error: No files found that match the pattern "${await table.files.pathOf(files[0])}"`,
  );
  expect(await readFailure(table.files, files, gone)).toMatchObject({
    code: 'StoreUnavailable',
    retryable: true,
  });
  expect(await readFailure(table.files, files, new Error('Conversion Error: x'))).toMatchObject({
    message: 'Conversion Error: x',
  });
});
