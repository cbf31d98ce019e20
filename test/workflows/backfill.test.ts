import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { BackfillInput } from '../../activities/planning/requests';
import type { BackfillResult, backfill } from '../../workflows/backfill';
import {
  partitionsQuery,
  pauseSignal,
  progressQuery,
  resumeSignal,
  retryFailedUpdate,
  setConcurrencyUpdate,
} from '../../workflows/messages';
import { contractDate } from '../../graph/datasets/units';
import { Stack } from '../support/temporal/stack';

/** A contract of its own for each test keeps their builds, which are locks, apart. */
const START = '2024-01-02';
const DATES = ['2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-08', '2024-01-09'];

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
  await stack.worker();
});
afterAll(() => stack.stop());

type Handle = WorkflowHandleWithFirstExecutionRunId<typeof backfill>;
const begin = (contract: string, days: number, input: Partial<BackfillInput> = {}): Promise<Handle> =>
  stack.start('backfill', `backfill-${contract}`, {
    symbol: 'ES',
    contract,
    start: START,
    end: DATES[days - 1],
    ...input,
  }) as Promise<Handle>;
const stage = (contract: string, day: number, layer: string) => `${contract}-${DATES[day - 1]}-${layer}`;
/** What an error says, down to its root. */
const reasons = (error: unknown): string =>
  error instanceof Object && 'message' in error
    ? `${String(error.message)} ${'cause' in error ? reasons(error.cause) : ''}`
    : '';

test('builds every layer of every trade date in the range, and can be found and read', async () => {
  const handle = await begin('ESH1', 4);
  expect(await handle.result()).toMatchObject({ counts: { total: 4, done: 4, published: 4 }, failed: [] });
  const built = stack.log().filter(([name, event]) => name.startsWith('ESH1') && event === 'end');
  expect(new Set(built.map(([name]) => name)).size).toBe(12);

  expect(await handle.query(progressQuery)).toMatchObject({ phase: 'completed', running: [], untouched: [] });
  const { pages, rows } = await handle.query(partitionsQuery);
  expect(pages).toBe(1);
  expect(rows.map((row) => row.key)).toEqual(DATES.slice(0, 4).map((date) => `ESH1/${date}`));
  expect(rows[0].layers).toMatchObject({ bronze: 'published', silver: 'published', gold: 'published' });
  const metadata = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(metadata.currentDetails).toContain('4 of 4 done');
  expect(metadata.currentDetails).toContain('| ESH1 2024-01-05 | published | published | published |');

  await stack.until(async () => {
    const query = 'SpymasterContract = "ESH1" AND SpymasterOutcome = "published"';
    return (await stack.client.workflow.count(query)).count === 4;
  });
});

test('a dry run names what it would build, and builds nothing', async () => {
  const result = await (
    await begin('ESH2', 3, { dryRun: true, order: 'newest', layers: ['silver', 'bronze'] })
  ).result();
  expect(result.plan).toEqual([
    'ESH2/2024-01-04 missing ..--',
    'ESH2/2024-01-03 missing ..--',
    'ESH2/2024-01-02 missing ..--',
  ]);
  expect(stack.log().filter(([name]) => name.startsWith('ESH2'))).toEqual([]);
});

test('every wrong field of the input is named, and nothing is retried', async () => {
  const wrong = { start: '2024-02-30', layers: ['tin'], concurency: 3 } as unknown as Partial<BackfillInput>;
  const error = await (await begin('ESH3', 1, wrong)).result().catch((failure: unknown) => failure);
  for (const field of ['start', 'layers.0', 'concurency']) expect(reasons(error)).toContain(field);
});

test('a failed contract-date leaves the others alone, and is built again by retryFailed without its published layers', async () => {
  stack.script(stage('ESH4', 2, 'silver'), 'fail CorruptDbn');
  stack.script(stage('ESH4', 3, 'gold'), 'hold');
  const handle = await begin('ESH4', 4);
  await stack.until(async () => (await handle.query(progressQuery)).counts.done === 3);
  const { counts, failed } = await handle.query(progressQuery);
  expect(counts).toMatchObject({ published: 2, failed: 1, running: 1 });
  expect(failed).toEqual([
    {
      key: 'ESH4/2024-01-03',
      type: 'CorruptDbn',
      message: 'silver of ESH4 2024-01-03: scripted CorruptDbn',
    },
  ]);
  expect((await handle.query(partitionsQuery)).rows[1].layers).toMatchObject({
    bronze: 'published',
    silver: 'failed',
    gold: 'skipped',
  });
  expect(
    stack.log().filter(([name, event]) => name === stage('ESH4', 2, 'silver') && event !== 'begin'),
  ).toEqual([[stage('ESH4', 2, 'silver'), 'recorded:CorruptDbn', expect.any(Number)]]);

  stack.unscript(stage('ESH4', 2, 'silver'));
  expect(await handle.executeUpdate(retryFailedUpdate)).toBe(1);
  stack.unscript(stage('ESH4', 3, 'gold'));
  expect(await handle.result()).toMatchObject({ counts: { total: 4, published: 4 }, failed: [] });
  expect(stack.begun(stage('ESH4', 2, 'bronze'))).toBe(1);
  expect(stack.begun(stage('ESH4', 2, 'silver'))).toBe(2);
});

test('contract-dates that are blocked or without data are no failures', async () => {
  stack.script(stage('ESH5', 1, 'silver'), 'blocked coverage');
  stack.script(stage('ESH5', 2, 'bronze'), 'no_data');
  stack.script(stage('ESH5', 3, 'bronze'), 'current');
  const result = await (await begin('ESH5', 3)).result();
  expect(result).toMatchObject({ counts: { done: 3, blocked: 1, no_data: 1, published: 1 }, failed: [] });
  expect(stack.begun(stage('ESH5', 1, 'gold')) + stack.begun(stage('ESH5', 2, 'silver'))).toBe(0);
});

test('continues as a new run after a page, with its books', async () => {
  stack.script(stage('ESM1', 1, 'bronze'), 'fail CorruptDbn');
  const handle = await begin('ESM1', 6, { pageSize: 2, concurrency: 2 });
  expect(await handle.result()).toMatchObject({ counts: { total: 6, done: 6, published: 5, failed: 1 } });
  const first = stack.client.workflow.getHandle('backfill-ESM1', handle.firstExecutionRunId);
  const last = await stack.client.workflow.getHandle('backfill-ESM1').describe();
  expect((await first.describe()).status.name).toBe('CONTINUED_AS_NEW');
  expect(last.runId).not.toBe(handle.firstExecutionRunId);
  expect((await handle.query(partitionsQuery)).rows).toHaveLength(6);
});

test('pause starts no further builds, resume goes on', async () => {
  stack.script(stage('ESM2', 1, 'bronze'), 'hold');
  const handle = await begin('ESM2', 3, { concurrency: 1 });
  await stack.until(() => stack.begun(stage('ESM2', 1, 'bronze')) === 1);
  await handle.signal(pauseSignal);
  stack.unscript(stage('ESM2', 1, 'bronze'));
  await stack.until(async () => (await handle.query(progressQuery)).counts.done === 1);
  expect(await handle.query(progressQuery)).toMatchObject({
    phase: 'paused',
    counts: { waiting: 2 },
    running: [],
  });
  await handle.signal(resumeSignal);
  expect((await handle.result()).counts.published).toBe(3);
});

test('setConcurrency widens the window of a running backfill, and refuses what is no width', async () => {
  for (const day of [1, 2, 3]) stack.script(stage('ESM3', day, 'bronze'), 'hold');
  const handle = await begin('ESM3', 3, { concurrency: 1 });
  await stack.until(async () => (await handle.query(progressQuery)).running.length === 1);
  for (const width of [0, 65, 1.5, 'many' as unknown as number]) {
    const error = await handle
      .executeUpdate(setConcurrencyUpdate, { args: [width] })
      .catch((e: unknown) => e);
    expect(reasons(error)).toContain('whole number from 1 to 64');
  }
  expect(await handle.executeUpdate(setConcurrencyUpdate, { args: [3] })).toBe(1);
  await stack.until(async () => (await handle.query(progressQuery)).running.length === 3);
  for (const day of [1, 2, 3]) stack.unscript(stage('ESM3', day, 'bronze'));
  expect((await handle.result()).counts.published).toBe(3);
});

test('cancelling starts nothing more, cancels what runs, and says what was not touched', async () => {
  stack.script(stage('ESM4', 2, 'silver'), 'hold');
  const handle = await begin('ESM4', 4, { concurrency: 1 });
  await stack.until(() => stack.begun(stage('ESM4', 2, 'silver')) === 1);
  await handle.cancel();
  const error = await handle.result().catch((e: unknown) => e);
  expect(reasons(error)).toContain('cancelled');
  expect(stack.log().at(-1)).toEqual([stage('ESM4', 2, 'silver'), 'aborted', expect.any(Number)]);
  expect(await handle.query(progressQuery)).toMatchObject({
    phase: 'cancelled',
    counts: { published: 1, cancelled: 1, waiting: 2 },
    untouched: ['ESM4 2024-01-04', 'ESM4 2024-01-05'],
  });
  const { status, memo } = await handle.describe();
  expect(status.name).toBe('CANCELLED');
  expect(memo).toMatchObject({ untouched: 2 });
  expect((await stack.client.workflow.getHandle('build-stack-ESM4-2024-01-03').describe()).status.name).toBe(
    'CANCELLED',
  );
});

test('a build that is terminated is one failed contract-date', async () => {
  stack.script(stage('ESM5', 1, 'bronze'), 'hold');
  const handle = await begin('ESM5', 2);
  await stack.until(() => stack.begun(stage('ESM5', 1, 'bronze')) === 1);
  await stack.client.workflow.getHandle('build-stack-ESM5-2024-01-02').terminate('by hand');
  const result: BackfillResult = await handle.result();
  expect(result.counts).toMatchObject({ published: 1, failed: 1 });
  expect(result.failed[0]).toMatchObject({ key: 'ESM5/2024-01-02', type: 'TerminatedFailure' });
});

test('a build started by hand must take the id that is its lock', async () => {
  const input = { scope: contractDate('ESM6', START), layers: ['bronze'] };
  const error = await (await stack.start('buildPartition', 'mine', input)).result().catch((e: unknown) => e);
  expect(reasons(error)).toContain('build-stack-ESM6-2024-01-02');
  await (await stack.start('buildPartition', 'build-stack-ESM6-2024-01-02', input)).result();
  expect(stack.begun(stage('ESM6', 1, 'bronze'))).toBe(1);
});

test('what reads other dates is built once, when all that it reads has ended', async () => {
  stack.script('span-ESU1', '');
  stack.script(stage('ESU1', 1, 'gold'), 'fail CorruptDbn');
  stack.script(stage('ESU1', 3, 'silver'), 'hold');
  const span = `ESU1-${DATES[0]}..${DATES[2]}-normalisation`;
  const handle = await begin('ESU1', 3);
  await stack.until(async () => (await handle.query(progressQuery)).counts.done === 2);
  expect(stack.begun(span)).toBe(0);
  expect(await handle.query(progressQuery)).toMatchObject({ counts: { waiting: 1, running: 1, failed: 1 } });
  stack.unscript(stage('ESU1', 3, 'silver'));
  await stack.until(() => stack.begun(span) === 1);
  // Gold of the first date comes later than what reads it: that is done again, with the date that failed.
  stack.unscript(stage('ESU1', 1, 'gold'));
  expect(await handle.result()).toMatchObject({ counts: { total: 4, published: 3, failed: 1 } });
  const names = stack.log().map(([name]) => name);
  expect(names.indexOf(span)).toBeGreaterThan(names.lastIndexOf(stage('ESU1', 3, 'gold')));
});

test('a failed date that is retried takes with it what has read it', async () => {
  stack.script('span-ESU2', '');
  stack.script(stage('ESU2', 1, 'gold'), 'fail CorruptDbn');
  const span = `ESU2-${DATES[0]}..${DATES[1]}-normalisation`;
  stack.script(span, 'hold');
  const handle = await begin('ESU2', 2);
  await stack.until(() => stack.begun(span) === 1);
  stack.unscript(stage('ESU2', 1, 'gold'));
  expect(await handle.executeUpdate(retryFailedUpdate)).toBe(1);
  // The retried date ends before what has read it: that is still built again.
  await stack.until(async () => (await handle.query(progressQuery)).counts.published === 2);
  expect(stack.begun(span)).toBe(1);
  stack.unscript(span);
  expect(await handle.result()).toMatchObject({ counts: { total: 3, published: 3 } });
  expect(stack.begun(span)).toBe(2);
});
