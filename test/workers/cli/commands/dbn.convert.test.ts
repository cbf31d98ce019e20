/** Conversion of raw files, its filters, and Parquet read back by DuckDB. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMetadata, encodeRecord, fileMetadata } from '../../../../graph/dbn';
import { engine, quote } from '../../../../lake/parquet/engine';
import { someMbo, streamOf, temporaryFiles } from '../../../support/dbnFiles';
import { spymasterHere } from '../../../support/spymaster';

const file = temporaryFiles();
const folder = mkdtempSync(join(tmpdir(), 'spymaster-convert-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => spymasterHere('dbn', ...args);
const records = someMbo(30);
const path = file('some.dbn', streamOf(records));

/** Sequence numbers of the records printed as CSV. */
const sequences = (csv: string) =>
  csv
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(',')[13]));

describe('filters', () => {
  test('from is inclusive, to exclusive, by capture time', async () => {
    const from = '2023-12-25T00:00:00.004050Z';
    const to = `${records[9].tsRecv}`;
    const { stdout } = await run(path, '--format', 'csv', '--from', from, '--to', to);
    expect(sequences(stdout)).toEqual([4, 5, 6, 7, 8]);
  });

  test('a day is a trade date: it begins at 17:00 of the trade date before', async () => {
    // 2023-12-22 was a Friday, and Christmas belongs to the trade date after it.
    const friday5pm = 1_703_282_400_000_000_000n;
    const times = [friday5pm, friday5pm + 1n, 1_703_628_000_000_000_000n, 1_703_628_000_000_000_001n];
    const around = file(
      'dates.dbn',
      streamOf(records.slice(0, 4).map((r, k) => ({ ...r, tsRecv: times[k] }))),
    );
    const only = (date: string) => run(around, '--format', 'csv', '--from', date, '--to', date);
    expect(sequences((await only('2023-12-26')).stdout)).toEqual([1, 2]);
    const christmas = await only('2023-12-25');
    expect(christmas.code).toBe(2);
    expect(christmas.stderr).toContain('2023-12-25 is no trade date (Christmas Day)');
  });

  test('symbols choose, and unknown ones are named with those there are', async () => {
    const two = fileMetadata({
      dataset: 'GLBX.MDP3',
      schema: 'mbo',
      start: 0n,
      end: null,
      symbols: ['ESH4', 'ESM4'],
      mappings: ['ESH4', 'ESM4'].map((rawSymbol, k) => ({
        rawSymbol,
        intervals: [{ startDate: '2023-12-25', endDate: '2023-12-26', symbol: `${17077 + k}` }],
      })),
    });
    const mixed = records.map((record, k) => ({ ...record, instrumentId: 17077 + (k % 2) }));
    const bytes = Buffer.concat([encodeMetadata(two), ...mixed.map((record) => encodeRecord(record))]);
    const both = file('two.dbn', new Uint8Array(bytes));
    const { stdout } = await run(both, '--format', 'csv', '--symbols', 'ESM4', '--limit', '3');
    expect(sequences(stdout)).toEqual([1, 3, 5]);
    expect((await run(both, '--symbols', 'ESM4', '--limit', '1')).stdout).toContain(' mbo ESM4 ');
    const unknown = await run(
      both,
      '--format',
      'csv',
      '--symbols',
      'ESM4,NQH4',
      '--out',
      join(folder, 'no.csv'),
    );
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('the file names no NQH4');
    expect(unknown.stderr).toContain('expected: ESH4, ESM4');
    expect(readdirSync(folder)).not.toContain('no.csv');
  });

  test('a live capture, which mixes kinds, is a table of one schema, or lines of all', async () => {
    const live = fileMetadata({
      dataset: 'GLBX.MDP3',
      schema: null,
      stypeIn: null,
      start: 0n,
      end: null,
      symbols: [],
    });
    const mapping = {
      type: 'symbol-mapping',
      publisherId: 1,
      instrumentId: 17077,
      tsEvent: records[0].tsEvent,
      stypeIn: 1,
      stypeInSymbol: 'ESH4',
      stypeOut: 1,
      stypeOutSymbol: 'ESH4',
      startTs: 2n ** 64n - 1n,
      endTs: 2n ** 64n - 1n,
    } as const;
    const all = [mapping, ...records.slice(0, 2)].map((record) => encodeRecord(record));
    const capture = file('live.dbn', new Uint8Array(Buffer.concat([encodeMetadata(live), ...all])));
    const refused = await run(capture, '--format', 'csv');
    expect([refused.code, refused.stderr.includes('mixes kinds of records')]).toEqual([2, true]);
    const chosen = await run(capture, '--format', 'csv', '--schema', 'mbo');
    expect(chosen.stdout.split('\n')[1]).toMatch(/,ESH4$/);
    expect(chosen.stderr).toContain('left out: symbol-mapping 1');
    const lines = (await run(capture, '--format', 'jsonl')).stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { hd: { rtype: number } }).hd.rtype)).toEqual([
      0x16, 0xa0, 0xa0,
    ]);
  });
});

describe('files', () => {
  test('Parquet holds every record exactly, 64-bit integers too', async () => {
    const largest = { ...records[1], orderId: 2n ** 64n - 1n, price: -(2n ** 63n), tsRecv: 2n ** 64n - 1n };
    const exact = file(
      'exact.dbn',
      streamOf([records[0], largest, { ...records[2], price: 2n ** 63n - 1n }]),
    );
    const out = join(folder, 'exact.parquet');
    expect((await run(exact, '--format', 'parquet', '--out', out)).code).toBe(0);
    const columns = 'ts_recv, order_id, price, action, side, size, symbol';
    const read = async (from: string) =>
      (await engine()).rows(`SELECT ${columns} FROM read_parquet(${quote(from)})`);
    expect(await read(out)).toEqual([
      [records[0].tsRecv, records[0].orderId, records[0].price, 'A', 'B', 1, 'ESH4'],
      [2n ** 64n - 1n, 2n ** 64n - 1n, -(2n ** 63n), 'A', 'A', 2, null],
      [records[2].tsRecv, records[2].orderId, 2n ** 63n - 1n, 'A', 'B', 3, 'ESH4'],
    ]);
    const pretty = join(folder, 'pretty.parquet');
    await run(exact, '--format', 'parquet', '--pretty', '--out', pretty);
    const texts = `SELECT ts_recv::VARCHAR, price::VARCHAR FROM read_parquet(${quote(pretty)})`;
    expect(await (await engine()).rows(texts)).toEqual([
      ['2023-12-25 00:00:00.00005', '4800.000000000'],
      [null, '-9223372036.854775808'],
      ['2023-12-25 00:00:00.00205', null],
    ]);
  });

  test('Parquet keeps the order of a file of many blocks', async () => {
    const many = file('many.dbn', streamOf(someMbo(40_000)));
    const out = join(folder, 'many.parquet');
    const { stdout } = await run(many, '--format', 'parquet', '--out', out, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ file: out, format: 'parquet', records: 40_000 });
    const wrong = `SELECT count(*) FROM read_parquet(${quote(out)}) WHERE sequence != file_row_number`;
    expect(await (await engine()).rows(wrong)).toEqual([[0n]]);
  });

  test('are overwritten only with --force, and only by a whole one', async () => {
    const out = join(folder, 'kept.csv');
    writeFileSync(out, 'mine');
    const refused = await run(path, '--format', 'csv', '--out', out);
    expect([refused.code, refused.stderr.includes('--force')]).toEqual([2, true]);
    const damaged = file('damaged.dbn', streamOf(records).subarray(0, -10));
    expect((await run(damaged, '--format', 'csv', '--out', out, '--force')).code).toBe(1);
    expect(readFileSync(out, 'utf8')).toBe('mine');
    expect((await run(path, '--format', 'csv', '--out', out, '--force')).code).toBe(0);
    expect(sequences(readFileSync(out, 'utf8'))).toEqual(records.map(({ sequence }) => sequence));
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  });

  test.each([
    [['--format', 'parquet'], '--out'],
    [['--out', 'x.csv'], '--format'],
    [['--stats', '--symbols', 'ESH4'], '--stats'],
    [['--format', 'csv', '--from', '2023-12-27', '--to', '2023-12-26'], '--to'],
    [['--format', 'csv', '--from', 'yesterday'], 'yesterday'],
  ])('%j is wrong use', async (args, named) => {
    const { code, stdout, stderr } = await run(path, ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(named);
    expect(existsSync('x.csv')).toBe(false);
  });
});
