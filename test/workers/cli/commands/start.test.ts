/** The whole way, with real stages on simulated files, on a real server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TABLES } from '../../../../graph/catalog/declaration';
import { HUBS } from '../../../../infra/eventhubs/hubs';
import { Lake } from '../../../../lake/lake';
import { startPeer, type TestPeer } from '../../../support/eventHubs';
import { spymaster, startSpymaster, type RunningCommand } from '../../../support/spymaster';
import { Stack } from '../../../support/temporal/stack';

let stack: Stack;
let folder: string;
let hubs: TestPeer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spymaster-start-'));
  hubs = await startPeer({ hubs: HUBS });
  stack = await Stack.start();
});
afterAll(async () => {
  await stack.stop();
  await hubs.peer.stop();
  hubs.remove();
  rmSync(folder, { recursive: true, force: true });
});

const inLake = (name: string) => ({
  ...stack.environment(),
  SPYMASTER_LAKE: join(folder, name),
  EVENTHUB_CONNECTION_STRING: hubs.peer.connectionString,
});
const rows = async (lake: string, sql: string) => (await Lake.open(join(folder, lake), TABLES)).query(sql);

test('npm start simulates, imports, builds and shows; a second time it only shows', async () => {
  const first = await spymaster(inLake('demo'), 'start', '--once');
  expect(first.stderr).toContain('Building 9 contract-dates through Temporal');
  expect(first.stdout).toContain('10 builds: 10 published');
  const [, answers] = /(\d+) answers to touches and approaches/.exec(first.stdout)!;
  const lines = first.stdout.match(/^2024-01-17 [\d:]{8}  (touch|approach) +\S+ (UP|DOWN) .* precedents.*/gm);
  expect(lines).toHaveLength(Number(answers));
  expect(first.stdout).toContain('ESH4 2024-01-17: built, and every row is as it was streamed');
  expect(first.stdout).toMatch(/ESH4 +2024-01-17 +simulated +published +published +published/);
  expect(first.stdout).toMatch(/ALL +\d+ +\d+ +\d+ +\d+ % \(\d+ %-\d+ %\)/);
  expect(first.code).toBe(0);

  expect(first.stderr).toContain('All sessions are simulated');

  const second = await spymaster(inLake('demo'), 'start', '--once');
  expect(second.stderr).not.toContain('Building');
  expect(second.stderr).toContain('has been followed and built');
  expect(second.stdout).not.toBe('');
  expect(first.stdout.endsWith(second.stdout)).toBe(true);
});

test('a worker killed in the middle leaves the lake as if nothing had happened', async () => {
  const files = join(folder, 'files');
  await spymaster(
    {},
    'simulate',
    '--out',
    files,
    '--from',
    '2024-01-03',
    '--events',
    '150000',
    '--no-options',
  );
  for (const lake of ['whole', 'killed']) await spymaster(inLake(lake), 'import', files);
  const built = await spymaster(inLake('whole'), 'build', '--symbol', 'ES', '--date', '2024-01-03', '--json');
  expect(built.code).toBe(0);

  const worker = await startWorker('killed');
  const range = '--symbol ES --start 2024-01-03 --end 2024-01-03'.split(' ');
  const backfill = spymaster(inLake('killed'), 'backfill', ...range, '--json');
  // Bronze stands, Silver is under way.
  await stack.until(async () => (await published('killed')).length > 0);
  worker.process.kill('SIGKILL');
  await worker.finished;
  const next = await startWorker('killed');
  expect(JSON.parse((await backfill).stdout)).toMatchObject({ counts: { done: 2, published: 2 } });
  next.process.kill('SIGTERM');
  expect((await next.finished).code).toBe(0);

  for (const table of ['bronze.mbo', 'silver.bars', 'silver.levels', 'gold.episodes', 'gold.outcomes']) {
    const sql = `SELECT count(*) AS n, bit_xor(hash(t))::VARCHAR AS digest FROM ${table} t`;
    const [whole, killed] = [await rows('whole', sql), await rows('killed', sql)];
    expect(Number(whole[0].n)).toBeGreaterThan(0);
    expect([table, killed]).toEqual([table, whole]);
  }
});

const published = (lake: string) => rows(lake, "SELECT layer FROM ops.partitions WHERE status = 'published'");

async function startWorker(lake: string): Promise<RunningCommand> {
  const worker = startSpymaster(inLake(lake), 'worker', '--log', 'WARN');
  let said = '';
  worker.process.stderr?.on('data', (text: string) => (said += text));
  await stack.until(() => said.includes('Ctrl-C stops it'));
  return worker;
}
