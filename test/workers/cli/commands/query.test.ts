import { spawnSync } from 'node:child_process';
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

it('shows nothing of a result as a table if one of its rows fails', async () => {
  const { code, stdout, stderr } = await query(FAILING);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^spymaster: .*boom/);
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
