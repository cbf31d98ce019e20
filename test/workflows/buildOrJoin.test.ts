import { temporal } from '@temporalio/proto';
import { contractDate } from '../../graph/datasets/units';
import { PRIORITY } from '../../workflows/buildOrJoin';
import { sessionId } from '../../workflows/ids';
import { cpuQueue } from '../../workflows/queues';
import { LAKE, Stack } from '../support/temporal/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
  await stack.worker();
});
afterAll(() => stack.stop());

const DATE = '2024-03-05';
const backfill = (id: string, contract: string, more = {}) =>
  stack.start('backfill', id, { symbol: 'ES', contract, start: DATE, end: DATE, ...more });
const stage = (contract: string, layer: string) => `${contract}-${DATE}-${layer}`;

test('a nightly build joins the contract-date that a backfill is building', async () => {
  stack.script(stage('ESH4', 'silver'), 'hold');
  const range = await backfill('backfill-1', 'ESH4');
  await stack.until(() => stack.begun(stage('ESH4', 'silver')) === 1);
  const night = await stack.start('nightlyBuild', 'night-1', { symbol: 'ES', tradeDate: DATE });
  await joining('night-1');
  stack.unscript(stage('ESH4', 'silver'));

  const layers = ['bronze', 'silver', 'gold'].map((layer) => ({ layer, status: 'published' }));
  expect(await night.result()).toMatchObject({
    outcome: 'built',
    builds: [{ scope: contractDate('ESH4', DATE), layers }],
  });
  expect(await range.result()).toMatchObject({ counts: { published: 1 } });
  for (const layer of ['bronze', 'silver', 'gold']) expect(stack.begun(stage('ESH4', layer))).toBe(1);
});

test('what the joined build leaves out is built afterwards', async () => {
  stack.script(stage('ESM4', 'bronze'), 'hold');
  const lower = await backfill('backfill-2', 'ESM4', { layers: ['bronze'] });
  await stack.until(() => stack.begun(stage('ESM4', 'bronze')) === 1);
  const all = await backfill('backfill-3', 'ESM4');
  await joining('backfill-3');
  stack.unscript(stage('ESM4', 'bronze'));
  await lower.result();
  expect(await all.result()).toMatchObject({ counts: { published: 1 } });
  expect(stack.begun(stage('ESM4', 'gold'))).toBe(1);
});

test('the failure of a joined build is the failure of the one that joined', async () => {
  stack.script(stage('ESU4', 'bronze'), 'hold');
  const first = await backfill('backfill-4', 'ESU4');
  await stack.until(() => stack.begun(stage('ESU4', 'bronze')) === 1);
  const second = await backfill('backfill-5', 'ESU4');
  await joining('backfill-5');
  stack.script(stage('ESU4', 'bronze'), 'fail TruncatedDbn');
  for (const handle of [first, second])
    expect(await handle.result()).toMatchObject({
      counts: { failed: 1 },
      failed: [{ key: `ESU4/${DATE}`, type: 'TruncatedDbn' }],
    });
  expect(stack.begun(stage('ESU4', 'bronze'))).toBe(1);
});

test('when the joined build is cancelled, the one that joined builds itself', async () => {
  stack.script(stage('ESZ4', 'bronze'), 'hold');
  const first = await backfill('backfill-6', 'ESZ4');
  await stack.until(() => stack.begun(stage('ESZ4', 'bronze')) === 1);
  const second = await backfill('backfill-7', 'ESZ4');
  await joining('backfill-7');
  await first.cancel();
  await stack.until(() => stack.begun(stage('ESZ4', 'bronze')) === 2);
  stack.unscript(stage('ESZ4', 'bronze'));
  expect(await second.result()).toMatchObject({ counts: { published: 1 } });
  // The later build has the higher fence, so nothing the first may still write can win.
  const fences = stack
    .log()
    .flatMap(([name, event, fence]) =>
      name === stage('ESZ4', 'bronze') && event === 'begin' ? [fence] : [],
    );
  expect(fences[1]).toBeGreaterThan(fences[0]);
});

test('a few builds, a night and a session do not wait behind a long backfill', async () => {
  const bronze = (contract: string, date: string) => `${contract}-${date}-bronze`;
  const long = ['2024-04-01', '2024-04-02', '2024-04-03', '2024-04-04', '2024-04-05', '2024-04-08'];
  const [few, night, session] = [DATE, '2024-03-06', '2024-03-07'];
  const wanted = [bronze('ESU5', few), bronze('ESH4', night), bronze('ESH4', session)];
  const late = long.map((date) => bronze('ESM5', date));
  const begunOf = (names: string[]) => names.filter((name) => stack.begun(name) > 0);
  for (const name of [...wanted, ...late]) stack.script(name, 'hold');
  const [start, end, concurrency] = [long[0], long.at(-1), long.length];
  const range = { symbol: 'ES', contract: 'ESM5', start, end, concurrency };
  const runs = [await stack.start('backfill', 'backfill-8', range)];
  // As many as the worker takes at once; the rest waits.
  await stack.until(() => begunOf(late).length === 2);
  runs.push(
    await backfill('backfill-9', 'ESU5'),
    await stack.start('nightlyBuild', 'night-2', { symbol: 'ES', tradeDate: night }),
    await stack.start('marketSession', sessionId(LAKE, 'ES', session), {
      symbol: 'ES',
      tradeDate: session,
      once: true,
    }),
  );
  await stack.until(async () => {
    const waiting = await waitingByPriority();
    const { few, backfill, session } = PRIORITY;
    return waiting[session] === 1 && waiting[few] === 2 && waiting[backfill] === late.length - 2;
  });

  for (const name of late) stack.unscript(name);
  await stack.until(() => begunOf(wanted).length === 2);
  expect(begunOf(wanted)).toContain(wanted[2]);
  stack.unscript(wanted[2]);
  await stack.until(() => begunOf(wanted).length === 3);
  expect(begunOf(late)).toHaveLength(2);
  for (const name of wanted) stack.unscript(name);
  await Promise.all(runs.map((run) => run.result()));
  expect(begunOf(late)).toEqual(late);
});

/** Stages that no worker has taken yet, by their priority key. */
async function waitingByPriority(): Promise<Record<number, number>> {
  const { statsByPriorityKey } = await stack.connection.workflowService.describeTaskQueue({
    namespace: stack.client.options.namespace,
    taskQueue: { name: cpuQueue(LAKE) },
    taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    reportStats: true,
  });
  const entries = Object.entries(statsByPriorityKey ?? {});
  return Object.fromEntries(entries.map(([key, stats]) => [key, Number(stats.approximateBacklogCount ?? 0)]));
}

/** Waits until a workflow waits for somebody else's build. */
const joining = (workflowId: string) =>
  stack.until(async () => {
    const { raw } = await stack.client.workflow.getHandle(workflowId).describe();
    return (raw.pendingActivities ?? []).some(({ activityType }) => activityType?.name === 'awaitBuild');
  });
