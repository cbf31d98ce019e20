import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StagePool } from '../../../activities/pool/pool';
import type { StageProgress, StageRequest } from '../../../activities/stages/stage';
import { contractDate } from '../../../graph/datasets/units';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { listen, type LakeEvent } from '../../../lake/told';
import { until } from '../../support/until';

const THREAD = join(__dirname, '..', '..', 'support', 'temporal', 'scriptedThread.js');

let lake: string;
let pool: StagePool;
beforeEach(() => {
  lake = mkdtempSync(join(tmpdir(), 'spymaster-pool-'));
  mkdirSync(join(lake, 'script'));
  pool = new StagePool(2, { lake, features: DEFAULT_SETTINGS }, THREAD);
});
afterEach(async () => {
  await pool.close();
  rmSync(lake, { recursive: true });
});

const request = (contract: string): StageRequest => ({
  layer: 'bronze',
  scope: contractDate(contract, '2024-01-02'),
  fence: 1,
  run: { workflowId: 'w', runId: 'r' },
});
/** At once: half an order would be another one. */
const script = (contract: string, order: string) => {
  const path = join(lake, 'script', `${contract}-2024-01-02-bronze`);
  writeFileSync(`${path}.new`, order);
  renameSync(`${path}.new`, path);
};
const run = (
  contract: string,
  signal = new AbortController().signal,
  progress: (at: StageProgress) => void = () => {},
) => pool.run(request(contract), { signal, progress });
const failure = (contract: string, signal?: AbortSignal) =>
  run(contract, signal).catch((error: unknown) => error);
const log = () =>
  existsSync(join(lake, 'log')) ? readFileSync(join(lake, 'log'), 'utf8').trim().split('\n') : [];
const begun = (contract: string) =>
  until(() => log().some((line) => line.startsWith(`${contract}-2024-01-02-bronze begin`)));

test('runs a stage in a thread and passes on its progress', async () => {
  const reported: StageProgress[] = [];
  const result = await run('A', undefined, (at) => reported.push(at));
  expect(result).toMatchObject({
    status: 'published',
    scope: contractDate('A', '2024-01-02'),
    rows: { 'bronze.rows': 7 },
  });
  expect(reported).toEqual([{ phase: 'scripted', done: 0, total: 1 }]);
});

test('what a thread writes into the lake is told in the main thread', async () => {
  script('A', 'commit');
  const told: LakeEvent[] = [];
  const end = listen((event) => told.push(event));
  await run('A');
  end();
  const event = { table: 'bronze.rows', rows: 7, bytes: 700 };
  expect(told).toEqual([{ kind: 'committed', event }]);
});

test('the main thread stays free while a stage keeps a core busy', async () => {
  script('A', 'spin');
  const spinning = run('A');
  await begun('A');
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
  script('A', 'publish');
  expect(await spinning).toMatchObject({ status: 'published' });
});

test('no more stages run at once than there are threads', async () => {
  const contracts = ['A', 'B', 'C', 'D', 'E', 'F'];
  for (const contract of contracts) script(contract, 'hold');
  const runs = contracts.map((contract) => run(contract));
  // Each is let go once the next one has begun beside it.
  for (const [k, contract] of contracts.entries()) {
    await begun(contracts[Math.min(k + 1, contracts.length - 1)]);
    script(contract, 'publish');
    await runs[k];
  }
  let running = 0;
  const atOnce = log().map((line) => (running += line.includes(' begin ') ? 1 : -1));
  expect(atOnce).toHaveLength(2 * contracts.length);
  expect(Math.max(...atOnce)).toBe(2);
});

test('what a stage throws arrives with code, message and place', async () => {
  script('A', 'fail TruncatedDbn');
  expect(await failure('A')).toMatchObject({
    name: 'SpymasterError',
    code: 'TruncatedDbn',
    message: 'scripted TruncatedDbn',
    details: { file: 'x.dbn', offset: 7 },
  });
  script('A', 'throw');
  expect(await failure('A')).toMatchObject({ name: 'TypeError', message: 'scripted' });
});

test('a thread that dies is a crash that may be tried again, and is replaced', async () => {
  script('A', 'exit');
  expect(await failure('A')).toMatchObject({ code: 'WorkerCrashed', retryable: true });
  script('A', 'publish');
  expect(await run('A')).toMatchObject({ status: 'published' });
});

test('a run that a thread has told to have begun has failed when the thread dies, and is cancelled with it', async () => {
  const event = { eventType: 'START', run: { runId: 'one', facets: {} }, job: { name: 'build.bronze' } };
  const lineage: unknown[] = [];
  const end = listen((told) => {
    if (told.kind === 'lineage' && 'event' in told.event) lineage.push(told.event.event);
  });
  script('A', `tell ${JSON.stringify(event)}`);
  const ended = failure('A');
  await until(() => lineage.length > 0);
  script('A', 'exit');
  expect(await ended).toMatchObject({ code: 'WorkerCrashed' });
  script('B', `tell ${JSON.stringify(event)}`);
  const controller = new AbortController();
  const cancelled = failure('B', controller.signal);
  await until(() => lineage.length > 2);
  // It hears nothing of that: its thread is ended.
  controller.abort(new Error('no more'));
  await cancelled;
  end();
  const message = 'WorkerCrashed: The thread building bronze of A 2024-01-02 died: exit code 3';
  expect(lineage).toMatchObject([
    event,
    { ...event, eventType: 'FAIL', run: { facets: { errorMessage: { message } } } },
    event,
    { ...event, eventType: 'ABORT' },
  ]);
});

test('an aborted stage sees its signal, and its thread runs the next one', async () => {
  script('A', 'hold');
  const controller = new AbortController();
  const ended = failure('A', controller.signal);
  await begun('A');
  controller.abort(new Error('no more'));
  expect(await ended).toMatchObject({ message: 'no more' });
  expect(log().at(-1)).toContain('aborted');
  expect(await run('B')).toMatchObject({ status: 'published' });
});

test('a stage that ignores its signal is ended with its thread', async () => {
  script('A', 'spin');
  const controller = new AbortController();
  const ended = failure('A', controller.signal);
  await begun('A');
  controller.abort(new Error('no more'));
  expect(await ended).toMatchObject({ message: 'no more' });
  expect(log()).toHaveLength(1);
});

test('an abort while waiting for a thread needs no thread', async () => {
  for (const contract of ['A', 'B']) script(contract, 'hold');
  const running = ['A', 'B'].map((contract) => run(contract));
  const controller = new AbortController();
  const waiting = failure('C', controller.signal);
  controller.abort(new Error('no more'));
  for (const contract of ['A', 'B']) script(contract, 'publish');
  expect(await waiting).toMatchObject({ message: 'no more' });
  await Promise.all(running);
});
