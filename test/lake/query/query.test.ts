import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TABLES } from '../../../graph/catalog/declaration';
import { Lake } from '../../../lake/lake';
import { exportTable } from '../../../lake/query/export';
import { runQuery } from '../../../lake/query/query';
import {
  commitOptions,
  everyType,
  everyTypeBatch,
  numbers,
  numbersBatch,
  temporaryFolder,
} from '../../support/lake';
import { TableBuilder } from '../../support/tables';

const openLake = async () => Lake.open(temporaryFolder(), [numbers, everyType]);

describe('a query', () => {
  it('sees the current rows of every table it names, with partitions as columns', async () => {
    const lake = await openLake();
    await lake.table(numbers).append({ contract: 'A' }, [numbersBatch(1, 2)], commitOptions());
    await lake.table(numbers).overwritePartition({ contract: 'B' }, [numbersBatch(9)], commitOptions());
    await lake.table(numbers).overwritePartition({ contract: 'B' }, [numbersBatch(3)], commitOptions());
    await lake
      .table(everyType)
      .append({ contract: 'B', trade_date: '2023-12-26' }, [everyTypeBatch(0, 10)], commitOptions());
    expect(
      await lake.query('SELECT contract, sum(n) AS total FROM test.numbers GROUP BY ALL ORDER BY ALL'),
    ).toEqual([
      { contract: 'A', total: '3' },
      { contract: 'B', total: '3' },
    ]);
    const joined = `SELECT count(*) AS rows, min(trade_date) AS day FROM test.numbers JOIN test.every_type USING (contract)`;
    expect(await lake.query(joined)).toEqual([{ rows: '10', day: '2023-12-26' }]);
  });

  it('takes values by their names, and never for SQL', async () => {
    const lake = await openLake();
    await lake.table(numbers).overwritePartition({ contract: 'A' }, [numbersBatch(7)], commitOptions());
    const found = (contract: string) =>
      lake.query('SELECT n FROM test.numbers WHERE contract = $contract AND n < $most', {
        values: { contract, most: 10 },
      });
    expect(await found('A')).toEqual([{ n: '7' }]);
    expect(await found(`A' OR 'a' = 'a`)).toEqual([]);
    await expect(lake.query('SELECT $missing', { values: {} })).rejects.toMatchObject({
      code: 'BadArgument',
    });
  });

  it('reads old versions beside the current one', async () => {
    const lake = await openLake();
    for (const n of [1, 10, 100])
      await lake.table(numbers).overwritePartition({ contract: 'A' }, [numbersBatch(n)], commitOptions());
    const sql = `SELECT a.n AS now, b.n AS before, c.n AS first
      FROM test.numbers a, test.numbers AT VERSION 1 b, test.numbers AT (VERSION 0) c`;
    expect(await lake.query(sql)).toEqual([{ now: '100', before: '10', first: '1' }]);
    const [{ info }] = (await lake.table(numbers).history()).slice(1);
    const time = new Date(info.timestamp).toISOString();
    expect(await lake.query(`SELECT n FROM test.numbers AT TIMESTAMP '${time}'`)).toEqual([{ n: '10' }]);
    await expect(lake.query('FROM test.numbers AT VERSION 7')).rejects.toMatchObject({ code: 'BadArgument' });
    await expect(lake.query('FROM test.unknown AT VERSION 7')).rejects.toMatchObject({
      code: 'UnknownTable',
    });
  });

  it('finds no rows, and all columns, in a table nobody has written, and says which', async () => {
    const lake = await openLake();
    let absent: string[] = [];
    let names: string[] = [];
    let types: string[] = [];
    await runQuery(lake, 'FROM test.every_type', {
      columns(columns, missing) {
        names = columns.map(({ name }) => name);
        types = columns.map(({ type }) => type);
        absent = missing;
      },
      rows: () => {
        throw new Error('there are no rows');
      },
    });
    expect(absent).toEqual(['test.every_type']);
    expect(names.filter((name) => name !== 'wide_at')).toEqual(everyType.columns.map(({ name }) => name));
    expect(types.slice(0, 5)).toEqual(['BIGINT', 'BIGINT', 'TIMESTAMP', 'INTEGER', 'SMALLINT']);
  });

  it('sees a column of the contract that no row has yet', async () => {
    const folder = temporaryFolder();
    await (
      await Lake.open(folder, TABLES)
    )
      .table(numbers)
      .append({ contract: 'A' }, [numbersBatch(1)], commitOptions());
    const grown = {
      ...numbers,
      version: 2,
      columns: [
        ...numbers.columns,
        { name: 'm', type: 'double' as const, unit: '', meaning: 'More', nullable: true },
      ],
    };
    const lake = await Lake.open(folder, [grown]);
    expect(await lake.query('FROM test.numbers')).toEqual([{ n: '1', contract: 'A', m: null }]);
    const builder = new TableBuilder(grown);
    builder.push({ n: 2n, m: 0.5 });
    await lake.table(grown).append({ contract: 'B' }, [builder.build()], commitOptions());
    expect(await lake.query('SELECT n, m FROM test.numbers ORDER BY n')).toEqual([
      { n: '1', m: null },
      { n: '2', m: 0.5 },
    ]);
    expect(await lake.query('FROM test.numbers AT VERSION 0')).toEqual([{ n: '1', contract: 'A' }]);
  });

  it('may be about the catalog itself', async () => {
    const lake = await openLake();
    const tables = await lake.query(
      `SELECT schema_name || '.' || view_name AS name FROM duckdb_views() WHERE NOT internal`,
    );
    for (const name of ['test.every_type', 'test.numbers']) expect(tables).toContainEqual({ name });
    expect(await lake.query('SELECT 1 + 1 AS two')).toEqual([{ two: 2 }]);
  });

  it('sees one state of the tables, whatever is written while it runs, beside other queries', async () => {
    const lake = await openLake();
    const table = lake.table(numbers);
    await table.overwritePartition({ contract: 'A' }, [numbersBatch(0)], commitOptions());
    const counting = Array.from({ length: 8 }, (_, i) =>
      i % 2 === 0
        ? lake.query('SELECT count(*) AS rows, count(DISTINCT n) AS different FROM test.numbers')
        : table
            .overwritePartition(
              { contract: 'A' },
              [numbersBatch(...Array<number>(100).fill(i))],
              commitOptions(),
            )
            .catch(() => []),
    );
    for (const result of await Promise.all(counting))
      if (Array.isArray(result)) for (const row of result) expect(row.different).toBe('1');
  });

  it('is refused in the words of DuckDB, and leaves nothing behind', async () => {
    const lake = await openLake();
    await expect(lake.query('SELECT nonsense FROM test.numbers')).rejects.toMatchObject({
      code: 'BadArgument',
      message: expect.stringContaining('nonsense') as string,
    });
    await expect(lake.query('SELEKT 1')).rejects.toMatchObject({ code: 'BadArgument' });
    const [{ databases }] = await lake.query(
      `SELECT count(*) AS databases FROM duckdb_databases() WHERE database_name LIKE 'lake_%'`,
    );
    expect(databases).toBe('1');
  });

  it.each(['INSTALL httpfs', `SELECT 1; INSTALL httpfs FROM 'http://127.0.0.1:1'`, 'LOAD icu'])(
    'has no extensions: %s',
    async (sql) => {
      await expect((await openLake()).query(sql)).rejects.toMatchObject({
        code: 'BadArgument',
        message: expect.stringContaining('without extensions') as string,
      });
    },
  );

  it('can be cancelled', async () => {
    const lake = await openLake();
    const sql = 'SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range % 7 = b.range % 5';
    // Whether it has not begun, is being prepared, or runs.
    for (let turns = 0; turns < 40; turns += 3) {
      const controller = new AbortController();
      const query = lake.query(sql, { signal: controller.signal });
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      controller.abort();
      await expect(query).rejects.toMatchObject({ code: 'Cancelled' });
    }
    expect(await lake.query('SELECT database_name FROM duckdb_databases() WHERE NOT internal')).toHaveLength(
      2,
    );
    expect(await lake.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('an export', () => {
  async function filled() {
    const lake = await openLake();
    const partition = { contract: 'ESH4', trade_date: '2023-12-26' };
    await lake.table(everyType).append(partition, [everyTypeBatch(0, 20)], commitOptions());
    await lake.table(everyType).append(partition, [everyTypeBatch(20, 30)], commitOptions());
    return { lake, folder: temporaryFolder() };
  }

  it('as Parquet holds the rows as the table has them', async () => {
    const { lake, folder } = await filled();
    const out = join(folder, 'rows.parquet');
    expect(await exportTable(lake, everyType, 'parquet', out, { where: 'id >= 5' })).toBe(25);
    const sql = (source: string) => `FROM ${source} WHERE id >= 5 ORDER BY id`;
    expect(await lake.query(sql(`read_parquet('${out}')`))).toEqual(
      await lake.query(`SELECT * EXCLUDE (wide_at) ${sql('test.every_type')}`),
    );
  });

  it('as NDJSON has 64-bit integers as texts and bytes in hex', async () => {
    const { lake, folder } = await filled();
    const out = join(folder, 'rows.ndjson');
    expect(await exportTable(lake, everyType, 'ndjson', out, { version: 0 })).toBe(20);
    const rows = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows).toHaveLength(20);
    expect(rows[1]).toMatchObject({
      id: '1',
      wide: '1703548800446821079',
      whole: -93,
      bytes: '0100FF',
      day: '1969-12-31',
    });
    expect(rows[4]).toMatchObject({ id: '4', wide: null, bytes: null });
  });

  it('as CSV keeps every digit', async () => {
    const { lake, folder } = await filled();
    const out = join(folder, 'rows.csv');
    await exportTable(lake, everyType, 'csv', out);
    const [head, first] = readFileSync(out, 'utf8').split('\n');
    expect(head.split(',').slice(0, 3)).toEqual(['id', 'wide', 'whole']);
    expect(first).toContain('1703548799446821072');
  });

  it('that fails leaves no file, and not the old one harmed', async () => {
    const { lake, folder } = await filled();
    const out = join(folder, 'rows.csv');
    await exportTable(lake, everyType, 'csv', out);
    const before = readFileSync(out, 'utf8');
    await expect(exportTable(lake, everyType, 'csv', out, { where: 'nonsense' })).rejects.toMatchObject({
      code: 'BadArgument',
    });
    expect(readFileSync(out, 'utf8')).toBe(before);
  });
});
