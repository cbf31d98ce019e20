import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '@duckdb/node-api';
import { Lake } from '../../../lake/lake';
import { withSession, type QuerySession } from '../../../lake/query/query';
import {
  commitOptions,
  everyType,
  everyTypeBatch,
  numbers,
  numbersBatch,
  temporaryFolder,
} from '../../support/lake';

async function filled(): Promise<Lake> {
  const lake = await Lake.open(join(temporaryFolder(), 'lake'), [numbers, everyType]);
  await lake.table(numbers).append({ contract: 'A' }, [numbersBatch(1, 2)], commitOptions());
  return lake;
}

async function rows(session: QuerySession, sql: string): Promise<(Json | null)[][]> {
  const found: (Json | null)[][] = [];
  await session.run(sql, { columns: () => undefined, rows: (some) => void found.push(...some) });
  return found;
}

const answer = async (sql: string, options: { files?: boolean } = {}) =>
  withSession(await filled(), options, (session) => rows(session, sql));

describe('a session', () => {
  it('keeps what statements set, and reads tables as they are when a statement starts', async () => {
    const lake = await filled();
    await withSession(lake, {}, async (session) => {
      expect(await rows(session, 'SET VARIABLE least = 2')).toEqual([]);
      const sql = "FROM test.numbers WHERE n >= getvariable('least') ORDER BY n";
      expect(await rows(session, sql)).toEqual([['2', 'A']]);
      await lake.table(numbers).append({ contract: 'B' }, [numbersBatch(3)], commitOptions());
      expect(await rows(session, sql)).toEqual([
        ['2', 'A'],
        ['3', 'B'],
      ]);
      expect(await rows(session, 'SELECT count(*) FROM test.numbers AT VERSION 0')).toEqual([['2']]);
      await rows(session, 'USE test');
      expect(await rows(session, 'SELECT count(*) FROM numbers')).toEqual([['3']]);
    });
  });

  it('goes on after a statement that failed, was stopped or had a sink with enough', async () => {
    await withSession(await filled(), {}, async (session) => {
      await expect(rows(session, 'SELECT nonsense')).rejects.toMatchObject({ code: 'BadArgument' });
      const controller = new AbortController();
      const endless = session.run(
        'FROM range(1000000000000)',
        { columns: () => undefined, rows: () => controller.abort() },
        controller.signal,
      );
      await expect(endless).rejects.toMatchObject({ code: 'Cancelled' });
      let taken = 0;
      await session.run('FROM range(1000000000000)', {
        columns: () => undefined,
        rows: (some) => (taken += some.length) < 5000,
      });
      expect(taken).toBeGreaterThanOrEqual(5000);
      expect(taken).toBeLessThan(20_000);
      expect(await rows(session, 'SELECT 1')).toEqual([[1]]);
    });
  });

  it('lists the tables, and describes one', async () => {
    for (const sql of ['SHOW TABLES', ' show  tables'])
      expect(await answer(sql)).toEqual([
        ['test.numbers', numbers.description],
        ['test.every_type', everyType.description],
      ]);
    expect(await answer('SHOW TABLES FROM test')).toEqual([['every_type'], ['numbers']]);
    expect((await answer('DESCRIBE test.numbers')).map(([name]) => name)).toEqual(['n', 'contract']);
  });
});

describe('a statement that does not read', () => {
  it.each([
    ['CREATE OR REPLACE VIEW test.numbers AS SELECT 1 AS n', 'CREATE OR REPLACE VIEW'],
    ['create temp table t as from test.numbers', 'CREATE TEMP TABLE'],
    ['INSERT INTO test.numbers VALUES (1)', 'INSERT INTO'],
    ['DROP VIEW test.numbers', 'DROP VIEW'],
    ['UPDATE test.numbers SET n = 1', 'UPDATE'],
    ["ATTACH 'other.db'", 'ATTACH'],
    ["EXPORT DATABASE 'folder'", 'EXPORT DATABASE'],
    ["EXPLAIN ANALYZE COPY test.numbers TO 'n.csv'", 'COPY'],
    ['/* read */ DELETE FROM test.numbers', 'DELETE'],
    ['BEGIN', 'BEGIN'],
  ])('is refused by its name: %s', async (sql, name) => {
    await expect(answer(sql)).rejects.toMatchObject({
      code: 'BadArgument',
      message: expect.stringMatching(new RegExp(`^${name} is refused`)) as string,
    });
    // Also behind one that reads, and where queries of the program's own are run.
    await expect((await filled()).query(`SELECT 1; ${sql}`)).rejects.toMatchObject({ code: 'BadArgument' });
  });

  it.each([
    'PIVOT test.numbers ON n USING count(*)',
    '(SELECT 1)',
    'VALUES (1)',
    'TABLE test.numbers',
    'SUMMARIZE test.numbers',
    'EXPLAIN FROM test.numbers',
    "PRAGMA table_info('test.numbers')",
    'WITH x AS (FROM test.numbers) FROM x',
  ])('is not this one: %s', async (sql) => {
    expect((await answer(sql)).length).toBeGreaterThan(0);
  });
});

describe('files of this machine', () => {
  const file = () => {
    const path = join(temporaryFolder(), 'other.csv');
    writeFileSync(path, 'a\n1\n');
    return path;
  };

  it('are neither read nor written', async () => {
    const path = file();
    for (const source of [`'${path}'`, `read_csv('${path}')`, `read_text('${path}')`, `glob('${path}')`])
      await expect(answer(`FROM ${source}`)).rejects.toMatchObject({
        code: 'BadArgument',
        message: 'local files are off',
        details: { file: path, expected: expect.stringContaining('--allow-files') as string },
      });
    const out = `${path}.out`;
    await expect(answer(`COPY test.numbers TO '${out}'`)).rejects.toMatchObject({
      message: 'COPY is refused: local files are off',
    });
    expect(existsSync(out)).toBe(false);
  });

  it.each(["SET allowed_directories = ['/']", 'SET enable_external_access = true'])(
    'are not to be had by %s',
    async (sql) => {
      const path = file();
      await withSession(await filled(), {}, async (session) => {
        await expect(rows(session, sql)).rejects.toMatchObject({ code: 'BadArgument' });
        await expect(rows(session, `FROM '${path}'`)).rejects.toMatchObject({
          message: 'local files are off',
        });
      });
    },
  );

  it('are not those of a folder whose name begins as that of the lake', async () => {
    const lake = await filled();
    const beside = `${lake.store.location}-other.csv`;
    writeFileSync(beside, 'a\n1\n');
    await withSession(lake, {}, (session) =>
      expect(rows(session, `FROM '${beside}'`)).rejects.toMatchObject({ message: 'local files are off' }),
    );
  });

  it('are read and written where that is allowed', async () => {
    const path = file();
    expect(await answer(`FROM '${path}'`, { files: true })).toEqual([['1']]);
    expect(await answer(`COPY test.numbers TO '${path}.parquet'`, { files: true })).toEqual([['2']]);
    expect(await answer(`SELECT sum(n) FROM '${path}.parquet'`, { files: true })).toEqual([['3']]);
    await expect(answer('DROP VIEW test.numbers', { files: true })).rejects.toMatchObject({
      message: expect.stringContaining('DROP VIEW is refused') as string,
    });
  });
});

describe('a time in ns', () => {
  it('has one people read beside it, in New York and to the microsecond, summer or winter', async () => {
    const lake = await filled();
    const partition = { contract: 'ESH4', trade_date: '2023-12-26' };
    await lake.table(everyType).append(partition, [everyTypeBatch(0, 5)], commitOptions());
    // 1703548799446821072 ns is 2023-12-25 23:59:59.446821072 UTC.
    const sql = 'SELECT wide, wide_at FROM test.every_type ORDER BY id';
    const expected = ['1703548799446821072', '2023-12-25 18:59:59.446821'];
    for (const zone of ['UTC', 'Asia/Tokyo'])
      await withSession(lake, {}, async (session) => {
        await rows(session, `SET TimeZone = '${zone}'`);
        const found = await rows(session, sql);
        expect(found[0]).toEqual(expected);
        expect(found[4]).toEqual([null, null]);
        expect((await rows(session, sql.replace('type', 'type AT VERSION 0')))[0]).toEqual(expected);
      });
    const names = (await lake.query('DESCRIBE test.every_type')).map((row) => row.column_name);
    expect(names.slice(0, 4)).toEqual(['id', 'wide', 'wide_at', 'whole']);
  });
});
