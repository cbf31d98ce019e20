import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HistoricalServer } from '../../../support/historicalServer';
import { temporaryFolder } from '../../../support/lake';
import { TEST_KEY } from '../../../support/scriptedGateway';
import { documentOf, spymasterHere, startSpymaster, type Finished } from '../../../support/spymaster';
import { until } from '../../../support/until';

let server: HistoricalServer;
let out: string;
const before = { ...process.env };
beforeEach(async () => {
  server = await HistoricalServer.start();
  // Saturday has no data; the trade date of Monday the 4th begins on Sunday evening.
  server.hasData = (day) => new Date(`${day}T00:00Z`).getUTCDay() !== 6;
  out = join(temporaryFolder(), 'files');
  Object.assign(process.env, {
    DATABENTO_API_KEY: TEST_KEY,
    DATABENTO_HISTORICAL_URL: server.url,
    SPYMASTER_LAKE: join(temporaryFolder(), 'lake'),
  });
});
afterEach(async () => {
  process.env = { ...before };
  await server.stop();
});

async function download(...args: string[]): Promise<Finished> {
  const days = ['--start', '2024-03-04', '--end', '2024-03-05', '--out', out];
  const finished = await spymasterHere('download', '--symbol', 'ES', ...days, ...args);
  expect(finished.stdout + finished.stderr).not.toContain('unittest');
  return finished;
}

const MBO = ['--schema', 'mbo'];
const FILES = ['03', '04', '05'].map((day) => `es-fut-glbx-mdp3-202403${day}.mbo.dbn.zst`);

test('shows what it would cost, target by target, and buys nothing', async () => {
  const { stdout, code } = await download('--dry-run', '--options');
  expect(code).toBe(0);
  expect(stdout.split('\n').map((line) => line.trim().split(/\s{2,}/))).toEqual(
    expect.arrayContaining([
      ['symbols', 'schema', 'UTC days', 'there', 'records', 'MB', 'USD'],
      ['ES.FUT', 'mbo', '3', '0', '150', '0.0', '1.50'],
      ['ES.FUT', 'definition', '3', '0', '0', '0.0', '0.00'],
      [expect.stringMatching(/^ES\.OPT EW\.OPT /), 'trades', '3', '0', '0', '0.0', '0.00'],
    ]),
  );
  expect(server.count('timeseries.get_range')).toBe(0);
  expect(existsSync(out)).toBe(false);
});

test('buys nothing without an agreement, nor above the limit', async () => {
  expect(await download(...MBO)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/it costs 1\.50 USD; nothing was bought[^]*--yes/),
  });
  expect(await download(...MBO, '--yes', '--max-cost', '1.49')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('more than --max-cost'),
  });
  expect(server.count('timeseries.get_range')).toBe(0);
});

test('buys a file a day, and what is there is not bought again', async () => {
  const first = await download(...MBO, '--yes', '--max-cost', '1.5');
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('3 files are whole in ') });
  expect(readdirSync(out).sort()).toEqual(FILES);
  for (const [k, name] of FILES.entries()) {
    const day = ['2024-03-03', '2024-03-04', '2024-03-05'][k];
    expect(readFileSync(join(out, name)).equals(server.file(day, 'mbo', 'ES.FUT'))).toBe(true);
  }
  const again = await download(...MBO, '--json');
  expect(again.code).toBe(0);
  expect(documentOf(again)).toMatchObject({
    total: { cost: 0 },
    plan: [{ present: 3 }],
    files: { length: 3 },
  });
  expect(server.count('timeseries.get_range')).toBe(3);
});

test('takes what was bought into the lake', async () => {
  expect(await download(...MBO, '--yes', '--import')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('lake: 3 imported.'),
  });
  const listed = await spymasterHere('raw', 'list');
  for (const name of FILES) expect(listed.stdout).toContain(name);
});

test('jobs are ordered once, and their files come with their digests checked', async () => {
  server.jobTakes = 0;
  const first = await download(...MBO, '--yes', '--batch', '--json');
  expect(first.code).toBe(0);
  const files = ['03', '04', '05'].map((day) => join(out, 'JOB-0', `glbx-mdp3-202403${day}.mbo.dbn.zst`));
  expect(documentOf(first)).toMatchObject({ files });
  expect(readdirSync(join(out, 'JOB-0'))).toContain('condition.json');
  expect(await download(...MBO, '--batch')).toMatchObject({ code: 0 });
  expect(server.count('batch.submit_job')).toBe(1);
});

test('a day that fails is told of, and the rest is kept', async () => {
  const { file } = server;
  server.file = (day, schema, symbol) => {
    const bytes = file.call(server, day, schema, symbol);
    return day === '2024-03-04' ? bytes.subarray(0, bytes.length - 20) : bytes;
  };
  expect(await download(...MBO, '--yes')).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/20240304\.mbo\.dbn\.zst: .*\n2 files are whole/),
  });
  expect(readdirSync(out).sort()).toEqual([FILES[0], FILES[2]]);
});

test('Ctrl-C keeps what is whole', async () => {
  server.intervene = ({ method, form }) => method === 'timeseries.get_range' && form.start === '2024-03-05';
  const { process: child, finished } = startSpymaster(
    {},
    ...'download --symbol ESH4 --start 2024-03-04 --end 2024-03-05 --schema mbo --yes --out'.split(' '),
    out,
  );
  const whole = () =>
    existsSync(out) && readdirSync(out).filter((name) => name.endsWith('.zst')).length === 2;
  await until(() => whole() && server.count('timeseries.get_range') === 3);
  child.kill('SIGINT');
  const { code, stderr } = await finished;
  expect([code, stderr]).toEqual([130, expect.stringContaining('2 files are whole')]);
  expect(readdirSync(out).sort()).toEqual(
    ['03', '04'].map((day) => `esh4-glbx-mdp3-202403${day}.mbo.dbn.zst`),
  );
});

test.each([
  [['--symbol', 'XX'], 2, /no product "XX"/],
  [['--symbol', 'NQ'], 2, /Databento knows no NQ\.FUT/],
  [['--start', '2024-03-02', '--end', '2024-03-03'], 2, /there is no trade date/],
  [['--start', '2024-03-06'], 2, /--end 2024-03-05 is before/],
  [['--schema', 'mbo,nbbo'], 2, /there is no schema "nbbo"/],
])('%j is refused', async (args, code, message) => {
  const refused = await download(...args);
  expect([refused.code, refused.stderr]).toEqual([code, expect.stringMatching(message)]);
});

test('of an address that is none it is said which variable has it', async () => {
  process.env.DATABENTO_HISTORICAL_URL = 'there';
  const { code, stderr } = await download('--dry-run');
  expect([code, stderr]).toEqual([2, expect.stringMatching(/"there" is no .*DATABENTO_HISTORICAL_URL/s)]);
});

test('without a key, and with a wrong one, it says so', async () => {
  process.env.DATABENTO_API_KEY = '';
  expect(await download()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no API key of Databento is set'),
  });
  process.env.DATABENTO_API_KEY = TEST_KEY.replace('unit', 'xxxx');
  const wrong = await download();
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('Authentication failed')]);
  expect(wrong.stderr).not.toContain('xxxxtest');
});
