import { cpSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { TABLES } from '../../../graph/catalog/declaration';
import { Lake } from '../../../lake/lake';
import { engine } from '../../../lake/parquet/engine';
import {
  commitOptions,
  everyType,
  everyTypeBatch,
  numbers,
  numbersBatch,
  temporaryFolder,
} from '../../support/lake';

const KEYS = [
  { contract: 'ESH4', trade_date: '2023-12-26' },
  { contract: 'ESM4', trade_date: '2023-12-26' },
  { contract: 'UD:1V: VT 1/2', trade_date: '2023-12-27' },
];
const CONTRACTS = [...TABLES, everyType, numbers];

async function fill(folder: string) {
  const lake = await Lake.open(folder, CONTRACTS);
  for (const [k, key] of KEYS.entries())
    await lake.table(everyType).append(key, [everyTypeBatch(10 * k, 10 * k + 10)], commitOptions());
  for (const contract of ['A', 'B'])
    await lake.table(numbers).append({ contract }, [numbersBatch(1, 2)], commitOptions());
  return lake;
}

const BY_PARTITION = `SELECT contract, trade_date::VARCHAR AS trade_date, count(*)::INTEGER AS n, min(id)::INTEGER AS least
  FROM test.every_type GROUP BY ALL ORDER BY least`;
const EXPECTED = KEYS.map((key, k) => ({ ...key, n: 10, least: 10 * k }));

describe('partition values come from the log', () => {
  it.each([
    'lake',
    'contract=XX/lake',
    'trade_date=2020-01-01/lake',
    'id=7/n=8/whole=9/lake',
    'contract=ESH4/x=y/lake',
  ])('under %s', async (place) => {
    const lake = await fill(join(temporaryFolder(), place));
    expect(await lake.query(BY_PARTITION)).toEqual(EXPECTED);
    const one = await lake.query(
      `SELECT count(*)::INTEGER AS n FROM test.every_type WHERE contract = 'ESM4'`,
    );
    expect(one).toEqual([{ n: 10 }]);
    const table = lake.table(everyType);
    for (const [k, partition] of KEYS.entries())
      expect(
        (await table.readRows({ partition })).map((row) => [row.id, row.contract, row.trade_date]),
      ).toEqual(
        Array.from({ length: 10 }, (_, i) => [BigInt(10 * k + i), partition.contract, partition.trade_date]),
      );
    expect((await table.readRows()).map(({ id }) => Number(id))).toEqual(
      Array.from({ length: 30 }, (_, i) => i),
    );
    expect(await lake.query('SELECT n::INTEGER AS n, contract FROM test.numbers ORDER BY ALL')).toEqual(
      [1, 2].flatMap((n) => [
        { n, contract: 'A' },
        { n, contract: 'B' },
      ]),
    );
  });

  it('also where another engine has put the files elsewhere, or has partitions without a value', async () => {
    const lake = await fill(join(temporaryFolder(), 'lake'));
    const table = lake.table(everyType);
    const snapshot = await table.snapshot();
    const [a, b, c] = snapshot.filesOf();
    const from = await table.files.pathOf(a);
    const to = await table.files.pathOf({ ...a, path: 'Xy/contract%3DZZ/some.parquet' });
    mkdirSync(join(to, '..'), { recursive: true });
    renameSync(from, to);
    cpSync(await table.files.pathOf(c), await table.files.pathOf({ ...c, path: 'null.parquet' }));
    await table.commit(snapshot, {
      actions: (_, timestamp) => [
        { commitInfo: { timestamp, operation: 'test' } },
        { remove: { path: a.path, dataChange: false } },
        { remove: { path: c.path, dataChange: false } },
        { add: { ...a, path: 'Xy/contract%3DZZ/some.parquet' } },
        { add: { ...c, path: 'null.parquet', partitionValues: { contract: null, trade_date: '' } } },
      ],
    });
    expect(await lake.query(BY_PARTITION)).toEqual([
      ...EXPECTED.slice(0, 2),
      { contract: null, trade_date: null, n: 10, least: 20 },
    ]);
    expect(b.partitionValues.contract).toBe('ESM4');
  });

  it('and where folders say the same, only the files a query asks for are opened', async () => {
    const lake = await fill(join(temporaryFolder(), 'lake'));
    const table = lake.table(everyType);
    const scan = await table.files.scan((await table.snapshot()).filesOf(), everyType);
    const [[, plan]] = await (
      await engine()
    ).rows(`EXPLAIN ANALYZE SELECT count(id) FROM ${scan} WHERE contract = 'ESM4'`);
    expect(plan).toMatch(/Total Files Read: 1\b/);
  });
});
