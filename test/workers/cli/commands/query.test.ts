import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../support/lake';
import { mboLake } from '../../../support/mboLake';
import { documentOf, MAIN, onLake, startSpymaster } from '../../../support/spymaster';

let lake: string;
beforeAll(async () => (lake = await mboLake()));
const query = (...args: string[]) => onLake(lake)('query', ...args);

it('prints every format, 64-bit integers as texts in JSON', async () => {
  const sql = `SELECT "action", count(*) AS n, 1.5::DOUBLE AS x, 'a,"b"' AS t FROM bronze.mbo WHERE side = 'A' GROUP BY ALL ORDER BY ALL LIMIT 2`;
  expect(documentOf(await query(sql, '--json'))).toEqual([
    { action: 'A', n: '144', x: 1.5, t: 'a,"b"' },
    { action: 'C', n: '143', x: 1.5, t: 'a,"b"' },
  ]);
  expect((await query(sql, '--format', 'ndjson')).stdout.split('\n')[0]).toBe(
    '{"action":"A","n":"144","x":1.5,"t":"a,\\"b\\""}',
  );
  expect((await query(sql, '--format', 'csv')).stdout.split('\n').slice(0, 2)).toEqual([
    'action,n,x,t',
    'A,144,1.5,"a,""b"""',
  ]);
  expect((await query(sql)).stdout).toMatch(/action +n +x +t\n.*\nA +144 +1\.5 +a,"b"/);
});

it('prints any number of rows, and stops when the reader has seen enough', async () => {
  const all = await query('SELECT * FROM bronze.mbo, range(20)', '--format', 'csv');
  expect(all.stdout.trim().split('\n')).toHaveLength(1 + 20 * 3010);
  const shell = `"${process.execPath}" "${MAIN}" query 'SELECT * FROM bronze.mbo, range(500)' --format csv | head -3`;
  const head = spawnSync('sh', ['-c', shell], {
    encoding: 'utf8',
    env: { ...process.env, SPYMASTER_LAKE: lake },
  });
  expect(head.stdout.trim().split('\n')).toHaveLength(3);
  expect(head.stderr).toBe('');
});

it('says in the words of DuckDB what is wrong with a query', async () => {
  const { code, stdout, stderr } = await query('SELECT nonsense FROM bronze.mbo', '--json');
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('nonsense');
});

it('answers with no rows and a hint where nothing was written yet', async () => {
  const empty = await onLake(temporaryFolder())('query', '--json', 'SELECT * FROM bronze.mbo');
  expect([empty.code, documentOf(empty)]).toEqual([0, []]);
  expect(empty.stderr).toContain('bronze.mbo');
});

const FAILING = `SELECT CASE WHEN i = 900000 THEN error('boom') ELSE i::VARCHAR END AS v FROM range(1000000) t(i)`;

it.each(['csv', 'ndjson', 'json'])(
  'fails where a row of a result in %s fails, and says so',
  async (format) => {
    const { code, stdout, stderr } = await query('--format', format, FAILING);
    expect(code).toBe(2);
    expect(stdout.split('\n').length).toBeGreaterThan(100_000);
    if (format === 'json') expect(() => JSON.parse(stdout) as unknown).toThrow();
    expect(stderr).toMatch(
      /^Only the first \d+ rows were printed: this is not the whole result.\nspymaster: .*boom/,
    );
  },
);

it('shows nothing of a table if one of its first rows fails', async () => {
  const failing = FAILING.replaceAll('900000', '100').replace('range(1000000)', 'range(200)');
  const { code, stdout, stderr } = await query(failing);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^spymaster: .*boom/);
});

it('shows the first rows of a table whatever its size, and computes no others', async () => {
  // All of it would take hours.
  const { code, stdout, stderr } = await query('FROM range(1000000000000)');
  expect([code, stdout.trim().split('\n').length]).toEqual([0, 502]);
  expect(stderr).toBe('The first 500 rows are shown; --format csv prints all.\n');
  const few = await query('SELECT sequence FROM bronze.mbo LIMIT 500');
  expect([few.stdout.trim().split('\n').length, few.stderr]).toEqual([502, '']);
});

it('shows what is too wide for a line one column a line, beside each time one people read', async () => {
  const { stdout } = await query('FROM bronze.mbo LIMIT 1');
  expect(stdout).toMatch(/^-\[ row 1 \]-+\nts_recv +\d{19}\nrecv_at +2023-12-25 18:59:59\n/);
  expect(stdout).toMatch(/\nts_event +\d{19}\nevent_at +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\n/);
});

it('prints the result of each of several statements', async () => {
  const sql = "SET VARIABLE a = 7; SELECT getvariable('a') AS a; -- two;\nSELECT 'b;' AS b";
  expect((await query(sql)).stdout).toBe('a\n-\n7\n\nb\n--\nb;\n');
  expect((await query(sql, '--format', 'csv')).stdout).toBe('a\n7\n\nb\nb;\n');
  expect((await query(sql, '--format', 'ndjson')).stdout).toBe('{"a":7}\n{"b":"b;"}\n');
  expect(documentOf(await query(sql, '--json'))).toEqual([[{ a: 7 }], [{ b: 'b;' }]]);
  const failing = await query('SELECT 1 AS a;\n\nSELECT nonsense;\nSELECT 2');
  expect([failing.code, failing.stdout]).toEqual([2, 'a\n-\n1\n']);
  expect(failing.stderr).toMatch(/nonsense[^]*\n {2}line: 3\n/);
  expect((await query(' -- nothing')).code).toBe(2);
});

it('shows the tables, and refuses what is not reading by its name', async () => {
  expect((await query('SHOW TABLES')).stdout).toMatch(/^bronze\.mbo +Every /m);
  const { code, stderr } = await query('CREATE VIEW gold.mine AS SELECT 1');
  expect([code, stderr]).toEqual([2, expect.stringContaining('CREATE VIEW is refused')]);
});

it('reads and writes files of this machine only with --allow-files', async () => {
  const file = join(temporaryFolder(), 'one.csv');
  const sql = `COPY (SELECT 1 AS one) TO '${file}'`;
  const refused = await query(sql);
  expect([refused.code, existsSync(file)]).toEqual([2, false]);
  expect(refused.stderr).toContain('--allow-files');
  expect((await query('--allow-files', sql)).code).toBe(0);
  expect((await query('--allow-files', '--format', 'csv', `FROM '${file}'`)).stdout).toBe('one\n1\n');
  const reading = await query(`FROM '${file}'`);
  expect([reading.code, reading.stderr]).toEqual([2, expect.stringContaining('--allow-files')]);
});

it('ends with 130 when it is interrupted, and says that the result is not whole', async () => {
  const command = startSpymaster(
    { SPYMASTER_LAKE: lake },
    'query',
    '--format',
    'csv',
    'SELECT * FROM bronze.mbo, range(100000)',
  );
  command.process.stdout!.once('data', () => command.process.kill('SIGINT'));
  const { code, stderr } = await command.finished;
  expect(code).toBe(130);
  expect(stderr).toMatch(/not the whole result.\nspymaster: interrupted/);
});
