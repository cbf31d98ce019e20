import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import type { RunEvent } from '../../../graph/lineage/runEvent';
import { heartbeatOf } from '../../../workers/temporal/heartbeats';
import { temporaryFolder } from '../../support/lake';
import { Stack } from '../../support/temporal/stack';

let stack: Stack;
const folder = temporaryFolder();
const lineage = join(folder, 'lineage.ndjson');
const before = process.env;
beforeAll(async () => {
  writeFileSync(lineage, '');
  process.env = {
    ...before,
    OPENLINEAGE__TRANSPORT__TYPE: 'file',
    OPENLINEAGE__TRANSPORT__LOG_FILE_PATH: lineage,
    OPENLINEAGE__TRANSPORT__APPEND: 'true',
  };
  stack = await Stack.start();
});
afterEach(() => stack.endWorkers());
afterAll(async () => {
  await stack.stop();
  process.env = before;
});

const DATE = '2024-01-02';
const stage = (contract: string, layer: string) => `${contract}-${DATE}-${layer}`;
const backfill = (contract: string) =>
  stack.start('backfill', `backfill-${contract}`, { symbol: 'ES', contract, start: DATE, end: DATE });
const fences = (name: string) =>
  stack.log().flatMap(([at, event, fence]) => (at === name && event === 'begin' ? [fence] : []));

/** What lineage has heard, from one run: `START`, ... */
const heard = (runId: string) =>
  readFileSync(lineage, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunEvent)
    .flatMap(({ run, eventType }) => (run.runId === runId ? [eventType] : []));
const told = (eventType: string, runId: string, name: string) =>
  `tell ${JSON.stringify({ eventType, run: { runId, facets: {} }, job: { namespace: 'desk', name } })}`;

test('a worker killed in the middle of a build is replaced by another, which builds only what was not done and ends its run', async () => {
  const [silver, gold] = [stage('ESH4', 'silver'), stage('ESH4', 'gold')];
  const worker = await stack.worker();
  stack.script(silver, told('START', 'killed', 'build.silver'));
  stack.script(gold, told('START', 'failed', 'build.gold'));
  const handle = await backfill('ESH4');
  // As the server knows it: what a process has not sent dies with it.
  await stack.until(async () => (await openRunsOf(handle)) === 'killed');
  await stack.end(worker, 'SIGKILL');
  stack.unscript(silver);

  await stack.worker();
  await stack.until(() => heard('failed').length === 1);
  stack.script(gold, told('FAIL', 'failed', 'build.gold'));
  await stack.until(() => heard('failed').length === 2);
  stack.script(gold, 'fail-once StoreUnavailable');
  expect(await handle.result()).toMatchObject({ counts: { published: 1 }, failed: [] });
  for (const [layer, times] of [
    ['bronze', 1],
    ['silver', 2],
    ['gold', 2],
  ] as const)
    expect(stack.begun(stage('ESH4', layer))).toBe(times);
  const [killed, second] = fences(silver);
  expect(second).toBeGreaterThan(killed);
  expect(heard('killed')).toEqual(['START', 'ABORT']);
  // That one has said itself how it ended.
  expect(heard('failed')).toEqual(['START', 'FAIL']);
});

/** Id of the runs that are open, as a heartbeat of what is built has said. */
async function openRunsOf(handle: WorkflowHandle): Promise<string | undefined> {
  for await (const { workflowId } of stack.client.workflow.list({
    query: `WorkflowType = 'buildPartition'`,
  })) {
    if (workflowId === handle.workflowId) continue;
    const { raw } = await stack.client.workflow.getHandle(workflowId).describe();
    for (const pending of raw.pendingActivities ?? []) {
      const said = await heartbeatOf<{ open?: { runId: string }[] }>(stack.client, pending);
      if (said?.open?.length) return said.open.map(({ runId }) => runId).join();
    }
  }
  return undefined;
}

test('a worker killed while it plans is replaced by another within the time of its heartbeats', async () => {
  const worker = await stack.worker();
  stack.script('plan-ESM4', 'hold');
  const handle = await backfill('ESM4');
  await stack.until(() => stack.begun('plan-ESM4') === 1);
  await stack.end(worker, 'SIGKILL');
  stack.unscript('plan-ESM4');

  await stack.worker();
  expect(await handle.result()).toMatchObject({ counts: { published: 1 }, failed: [] });
  expect(stack.begun('plan-ESM4')).toBe(2);
  expect(await endOfFirstAttempt(handle)).toMatchObject({
    timeoutFailureInfo: { timeoutType: HEARTBEAT_TIMEOUT },
  });
});

// temporal.api.enums.v1.TimeoutType
const HEARTBEAT_TIMEOUT = 4;

/** How the attempt before the last one at the workflow's first activity ended. */
async function endOfFirstAttempt(handle: Awaited<ReturnType<typeof backfill>>) {
  const { events } = await handle.fetchHistory();
  return events?.find((event) => event.activityTaskStartedEventAttributes)?.activityTaskStartedEventAttributes
    ?.lastFailure;
}
