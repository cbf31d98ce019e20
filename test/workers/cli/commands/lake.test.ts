/** The commands about the lake, as a user runs them. */
import { ES } from '../../../support/products';
import { encodeRecord } from '../../../../graph/dbn';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TABLES } from '../../../../graph/datasets/declaration';
import { TableBuilder } from '../../../../graph/datasets/schema';
import { bronzeDeadLetters, bronzeMbo } from '../../../../graph/records/bronzeTables';
import { windowOf } from '../../../../graph/market/calendar';
import { Lake } from '../../../../lake/lake';
import { someMbo, streamOf, temporaryFiles } from '../../../support/dbnFiles';
import { commitOptions, syntheticMbo, temporaryFolder } from '../../../support/lake';

const MAIN = join(__dirname, '..', '..', '..', '..', 'dist', 'workers', 'cli', 'main.js');
const write = temporaryFiles();

function spymaster(lake: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    env: { ...process.env, SPYMASTER_LAKE: lake },
    maxBuffer: 1 << 28,
  });
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows the document's shape
  return { status, stdout, stderr, json: <T>() => JSON.parse(stdout) as T };
}

describe('spymaster import', () => {
  const good = write('good.mbo.dbn', streamOf(someMbo(500)));
  const bad = write('bad.mbo.dbn', streamOf(someMbo(500)).subarray(0, 5000));

  it('takes in what it can, refuses the rest by name, and says so by its exit code', () => {
    const lake = temporaryFolder();
    const first = spymaster(lake, 'import', good, bad, '/no/such/file', '--json');
    expect(first.status).toBe(3);
    expect(first.json()).toMatchObject({
      imported: 1,
      known: 0,
      refused: 2,
      files: expect.arrayContaining([
        expect.objectContaining({
          path: good,
          status: 'imported',
          records: 500,
          start: '1703462400000000000',
        }),
        expect.objectContaining({
          path: bad,
          status: 'refused',
          error: expect.objectContaining({ code: 'TruncatedDbn' }) as object,
        }),
        expect.objectContaining({ path: '/no/such/file', status: 'refused' }),
      ]) as object,
    });
    const second = spymaster(lake, 'import', good);
    expect(second.status).toBe(0);
    expect(second.stdout).toMatch(/good\.mbo\.dbn +known +mbo +500 .*ESH4/);
    const third = spymaster(lake, 'import', bad);
    expect(third.status).toBe(1);
    expect(third.stderr).toContain(`refused ${bad}: `);
  });

  it('searches folders', () => {
    const folder = good.slice(0, good.lastIndexOf('/'));
    const { json, status } = spymaster(temporaryFolder(), 'import', folder, '--json');
    expect(json()).toMatchObject({ imported: 1, refused: 1 });
    expect(status).toBe(3);
  });
});

describe('an empty lake', () => {
  const lake = temporaryFolder();

  it('lists its tables and says how to fill them', () => {
    const { json } = spymaster(lake, 'tables', '--json');
    expect(
      json<{ tables: { name: string; rows: number }[] }>().tables.map(({ name, rows }) => [name, rows]),
    ).toEqual(TABLES.map(({ name }) => [name, 0]));
    expect(spymaster(lake, 'tables').stderr).toContain('import');
  });

  it('answers queries with no rows and a hint on stderr', () => {
    const { status, stdout, stderr } = spymaster(lake, 'query', '--json', 'SELECT * FROM bronze.mbo');
    expect([status, JSON.parse(stdout)]).toEqual([0, []]);
    expect(stderr).toContain('bronze.mbo');
    expect(spymaster(lake, 'dead-letters', 'list', '--json').json()).toEqual({
      count: 0,
      byReason: {},
      letters: [],
    });
    expect(spymaster(lake, 'dead-letters', 'replay').status).toBe(0);
  });

  it('prints contracts', () => {
    const text = spymaster(lake, 'tables', 'bronze.mbo').stdout;
    for (const { name, meaning } of bronzeMbo.columns) {
      expect(text).toContain(name);
      expect(text).toContain(meaning);
    }
    const { json } = spymaster(lake, 'tables', 'bronze.mbo', '--json');
    expect(json<{ columns: { name: string; type: string }[] }>().columns[0]).toMatchObject({
      name: 'ts_recv',
      type: 'int64',
    });
    const unknown = spymaster(lake, 'tables', 'bronze.nothing');
    expect(unknown.status).toBe(1);
    expect(unknown.stderr).toContain('silver.bars');
  });
});

describe('a lake with rows', () => {
  const lake = temporaryFolder();
  const partition = { contract: 'ESH4', trade_date: '2023-12-26' };

  beforeAll(async () => {
    const { table } = await openLake();
    await table.append(
      partition,
      (writer) => writer.writeMbo(syntheticMbo(3000)),
      commitOptions({ operation: 'first' }),
    );
    await table.append(
      partition,
      (writer) => writer.writeMbo(syntheticMbo(10, 3000)),
      commitOptions({ operation: 'second' }),
    );
  });

  const openLake = async () => {
    const opened = await Lake.open(lake, TABLES);
    return { opened, table: opened.table(bronzeMbo) };
  };

  it('is queried in every format, 64-bit integers as texts in JSON', () => {
    const sql = `SELECT "action", count(*) AS n, 1.5::DOUBLE AS x, 'a,"b"' AS t FROM bronze.mbo WHERE side = 'A' GROUP BY ALL ORDER BY ALL LIMIT 2`;
    expect(spymaster(lake, 'query', sql, '--json').json()).toEqual([
      { action: 'A', n: '144', x: 1.5, t: 'a,"b"' },
      { action: 'C', n: '143', x: 1.5, t: 'a,"b"' },
    ]);
    expect(spymaster(lake, 'query', sql, '--format', 'ndjson').stdout.split('\n')[0]).toBe(
      '{"action":"A","n":"144","x":1.5,"t":"a,\\"b\\""}',
    );
    expect(spymaster(lake, 'query', sql, '--format', 'csv').stdout.split('\n').slice(0, 2)).toEqual([
      'action,n,x,t',
      'A,144,1.5,"a,""b"""',
    ]);
    expect(spymaster(lake, 'query', sql).stdout).toMatch(/action +n +x +t\n.*\nA +144 +1\.5 +a,"b"/);
  });

  it('prints any number of rows, and stops when the reader has seen enough', () => {
    const all = spymaster(lake, 'query', 'SELECT * FROM bronze.mbo, range(20)', '--format', 'csv');
    expect(all.stdout.trim().split('\n')).toHaveLength(1 + 20 * 3010);
    const shell = `"${process.execPath}" "${MAIN}" query 'SELECT * FROM bronze.mbo, range(500)' --format csv | head -3`;
    const head = spawnSync('sh', ['-c', shell], {
      encoding: 'utf8',
      env: { ...process.env, SPYMASTER_LAKE: lake },
    });
    expect(head.stdout.trim().split('\n')).toHaveLength(3);
    expect(head.stderr).toBe('');
  });

  it('says in the words of DuckDB what is wrong with a query', () => {
    const { status, stdout, stderr } = spymaster(lake, 'query', 'SELECT nonsense FROM bronze.mbo', '--json');
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('nonsense');
  });

  it('has a history', () => {
    const { json, stdout } = spymaster(lake, 'tables', 'history', 'bronze.mbo', '--json');
    expect(stdout.trim().endsWith('}')).toBe(true);
    expect(json()).toMatchObject({
      table: 'bronze.mbo',
      versions: [
        { version: 0, operation: 'first', partition, lineage: { rows: 3000, workflowId: 'workflow-1' } },
        { version: 1, operation: 'second', lineage: { rows: 10 } },
      ],
    });
  });

  it('is exported', () => {
    const out = join(temporaryFolder(), 'mbo.parquet');
    const where = ['--where', 'ts_in_delta < -2400'];
    const { json } = spymaster(lake, 'export', 'bronze.mbo', '--out', out, ...where, '--json');
    expect(json()).toMatchObject({ table: 'bronze.mbo', file: out, format: 'parquet', rows: 110 });
    expect(existsSync(out)).toBe(true);
    const csv = spymaster(
      lake,
      'export',
      'bronze.mbo',
      '--format',
      'csv',
      '--at-version',
      '0',
      ...where,
    ).stdout;
    expect(csv.trim().split('\n')).toHaveLength(101);
    const file = join(temporaryFolder(), 'mbo.ndjson');
    expect(spymaster(lake, 'export', 'bronze.mbo', '--format', 'ndjson', '--out', file).status).toBe(0);
    expect(readFileSync(file, 'utf8').split('\n')[0]).toContain('"ts_recv":"1703548799000000000"');
    expect(spymaster(lake, 'export', 'bronze.mbo').stderr).toContain('--out');
  });

  it('is compacted and vacuumed, in that order, without a row lost', () => {
    const compacted = spymaster(lake, 'tables', 'compact', '--json').json<{ tables: object[] }>();
    expect(compacted.tables[0]).toEqual({
      table: 'bronze.mbo',
      filesBefore: 2,
      filesAfter: 1,
      partitions: 1,
      skipped: 0,
    });
    const args = ['tables', 'vacuum', 'bronze.mbo', '--retention', '0', '--json'];
    const planned = spymaster(lake, ...args, '--dry-run').json<{
      dryRun: boolean;
      tables: { files: string[] }[];
    }>();
    expect(planned).toMatchObject({ dryRun: true, tables: [{ table: 'bronze.mbo' }] });
    expect(planned.tables[0].files).toHaveLength(2);
    expect(spymaster(lake, ...args).json()).toEqual({ ...planned, dryRun: false });
    expect(spymaster(lake, 'query', 'SELECT count(*) AS n FROM bronze.mbo', '--json').json()).toEqual([
      { n: '3010' },
    ]);
    expect(spymaster(lake, 'query', 'FROM bronze.mbo AT VERSION 0').stderr).toContain('vacuumed');
    expect(spymaster(lake, 'tables', 'vacuum', '--retention', 'x').status).not.toBe(0);
  });
});

describe('spymaster dead-letters', () => {
  it('lists letters with their reasons and puts back those that pass', async () => {
    const folder = temporaryFolder();
    const lake = await Lake.open(folder, TABLES);
    const partition = { contract: 'ESH4', trade_date: '2023-12-26' };
    const [record] = someMbo(1);
    const batch = syntheticMbo(0);
    await lake
      .table(bronzeMbo)
      .overwritePartition(partition, (writer) => writer.writeMbo(batch), commitOptions());
    const rows = new TableBuilder(bronzeDeadLetters);
    for (const [i, size] of [1, 0].entries())
      rows.push({
        reason: 'price_off_tick',
        field: 'price',
        expected: 'a multiple of 0.25',
        detail: null,
        source: 'f'.repeat(64),
        byte_offset: BigInt(i),
        position: 0n,
        ts_recv: record.tsRecv,
        instrument_id: 17_077n,
        bytes: encodeRecord({ ...record, size, tsRecv: windowOf('2023-12-26', ES).start + BigInt(1 + i) }),
        found_at: 0n,
      });
    await lake.table(bronzeDeadLetters).overwritePartition(partition, [rows.build()], commitOptions());

    const listed = spymaster(folder, 'dead-letters', 'list', '--json').json<{ letters: object[] }>();
    expect(listed).toMatchObject({ count: 2, byReason: { price_off_tick: 2 } });
    expect(listed.letters[0]).toMatchObject({
      bytes: expect.stringMatching(/^0ea00100/) as string,
      byte_offset: '0',
    });
    expect(spymaster(folder, 'dead-letters', 'replay', '--dry-run', '--json').json()).toMatchObject({
      replayed: 1,
    });
    const replayed = spymaster(
      folder,
      'dead-letters',
      'replay',
      '--contract',
      'ESH4',
      '--date',
      '2023-12-26',
      '--json',
    );
    expect(replayed.json()).toEqual({
      dryRun: false,
      replayed: 1,
      contractDates: [{ contract: 'ESH4', tradeDate: '2023-12-26', letters: 2, replayed: 1 }],
    });
    expect(spymaster(folder, 'dead-letters', 'list', '--reason', 'size_nonpositive').stdout).toContain(
      'ESH4',
    );
    expect(spymaster(folder, 'dead-letters', 'list', '--reason', 'nonsense').status).not.toBe(0);
    expect(spymaster(folder, 'query', 'SELECT count(*) AS n FROM bronze.mbo', '--json').json()).toEqual([
      { n: '1' },
    ]);
  });
});
