/** Arrow IPC of query results, read back by Arrow's own library and by pyarrow. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { ArrowWriter, type ArrowForm } from '../../../lake/query/arrow';
import { exportTable } from '../../../lake/query/export';
import { runQuery, type ChunkSink } from '../../../lake/query/query';
import { Lake } from '../../../lake/lake';
import { engine, quote } from '../../../lake/parquet/engine';
import { commitOptions, everyType, everyTypeBatch, temporaryFolder } from '../../support/lake';
import { arrowToParquet, describeWithReaders } from '../../support/tableReaders';

const lake = () => Lake.open(temporaryFolder(), [everyType]);

async function written(sql: string, form: ArrowForm): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let writer: ArrowWriter | undefined;
  const sink: ChunkSink = {
    begin: (names, types) => void (writer = new ArrowWriter(names, types, form)),
    chunk: (chunk) => Promise.resolve(void parts.push(writer!.add(chunk))),
  };
  await runQuery(await lake(), sql, sink);
  return Buffer.concat([...parts, writer!.end()]);
}

/** Every type, each with nulls, over several batches. */
const COLUMNS = [
  '(i % 2 = 0) AS yes',
  '(i % 100)::TINYINT AS i8',
  'i::SMALLINT AS i16',
  '(i * 1000)::INTEGER AS i32',
  '(9223372036854775807 - i)::BIGINT AS i64',
  'i::UTINYINT AS u8',
  'i::USMALLINT AS u16',
  '(4294967295 - i)::UINTEGER AS u32',
  '(18446744073709551615 - i)::UBIGINT AS u64',
  '(-170000000000000000000000000000000000 - i)::HUGEINT AS i128',
  '(i / 3)::FLOAT AS f32',
  '(i / 7)::DOUBLE AS f64',
  '(-i / 100)::DECIMAL(9, 2) AS small_decimal',
  '(i * 1000000007 / 10000)::DECIMAL(30, 4) AS large_decimal',
  "('Ünïcode ' || i) AS words",
  "encode('é' || i) AS raw",
  "DATE '1969-12-01' + (i % 500)::INTEGER AS day",
  "TIMESTAMP '1969-12-31 23:59:59.999999' + to_seconds(i) AS at",
  'make_timestamp_ns(1703560000000000000 + i) AS at_ns',
  "(TIMESTAMP '2024-03-10 02:30:00' + to_seconds(i))::TIMESTAMPTZ AS at_zone",
  "TIME '00:00:00' + to_seconds(i % 86400) AS clock",
  '[i, NULL, i + 1] AS list',
  "{'a': i, 'b': [('x' || i)]} AS pair",
].map((column) => column.replace(/^(.*) AS (\w+)$/s, 'CASE WHEN i % 11 <> 3 THEN $1 END AS $2'));
const EVERY = (rows: number) =>
  `SELECT i AS n, ${COLUMNS.join(', ')} FROM (SELECT (range % 250)::BIGINT AS i FROM range(${rows}))`;

test.each(['stream', 'file'] as const)(
  'a %s carries every value of every type, and every null',
  async (form) => {
    const table = tableFromIPC(await written(EVERY(300), form));
    expect(table.numRows).toBe(300);
    const row = table.get(7)!.toJSON() as Record<string, unknown>;
    expect(row).toMatchObject({
      yes: false,
      i64: 9223372036854775800n,
      u64: 18446744073709551608n,
      f64: 1,
      words: 'Ünïcode 7',
      at_ns: expect.anything() as unknown,
    });
    expect([...(row.list as Iterable<bigint | null>)]).toEqual([7n, null, 8n]);
    const nulls = table.get(3)!.toJSON() as Record<string, unknown>;
    expect(
      Object.values(nulls)
        .slice(1)
        .every((value) => value === null),
    ).toBe(true);
  },
);

test.each(['stream', 'file'] as const)(
  'a %s without rows still says which columns there are',
  async (form) => {
    const table = tableFromIPC(await written(EVERY(0), form));
    expect(table.numRows).toBe(0);
    expect(table.schema.fields.map(({ name }) => name)).toEqual([
      'n',
      ...COLUMNS.map((column) => /AS (\w+)$/.exec(column)![1]),
    ]);
  },
);

describeWithReaders('beside pyarrow', () => {
  test('results of many batches are read to the last digit, as a stream and as a file', async () => {
    const folder = temporaryFolder();
    const sql = EVERY(70_000);
    const duckdb = await engine();
    for (const form of ['stream', 'file'] as const) {
      const [arrow, parquet] = [join(folder, `${form}.arrow`), join(folder, `${form}.parquet`)];
      writeFileSync(arrow, await written(sql, form));
      arrowToParquet(arrow, form, parquet);
      const differing = await duckdb.use(async (connection) => {
        const read = `SELECT * FROM ${quote(parquet)}`;
        const result = await connection.runAndReadAll(
          `SELECT count(*) FROM (((${sql}) EXCEPT ALL (${read})) UNION ALL ((${read}) EXCEPT ALL (${sql})))`,
        );
        return Number(result.getRows()[0][0]);
      });
      expect({ form, differing }).toEqual({ form, differing: 0 });
    }
  });

  test('an exported table is read with its bytes, vectors and days', async () => {
    const opened = await lake();
    await opened
      .table(everyType)
      .append({ contract: 'B', trade_date: '2023-12-26' }, [everyTypeBatch(0, 5000)], commitOptions());
    const out = join(temporaryFolder(), 'every.arrow');
    expect(await exportTable(opened, everyType, 'arrow', out)).toBe(5000);
    const fields = tableFromIPC(readFileSync(out)).schema.fields.map(
      ({ name, type }) => `${name} ${String(type)}`,
    );
    expect(fields).toEqual(expect.arrayContaining(['trade_date Date32<DAY>', 'contract Utf8']));
    const parquet = `${out}.parquet`;
    arrowToParquet(out, 'file', parquet);
    const [{ rows }] = await opened.query('SELECT count(*) AS rows FROM test.every_type');
    expect(rows).toBe('5000');
  });
});
