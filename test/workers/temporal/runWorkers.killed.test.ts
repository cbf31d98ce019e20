import { Stack } from '../../support/temporal/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterEach(() => stack.endWorkers());
afterAll(() => stack.stop());

const DATE = '2024-01-02';
const stage = (contract: string, layer: string) => `${contract}-${DATE}-${layer}`;
const backfill = (contract: string) =>
  stack.start('backfill', `backfill-${contract}`, { symbol: 'ES', contract, start: DATE, end: DATE });
const fences = (name: string) =>
  stack.log().flatMap(([at, event, fence]) => (at === name && event === 'begin' ? [fence] : []));

test('a worker killed in the middle of a build is replaced by another, which builds only what was not done', async () => {
  const worker = await stack.worker();
  stack.script(stage('ESH4', 'silver'), 'hold');
  const handle = await backfill('ESH4');
  await stack.until(() => stack.begun(stage('ESH4', 'silver')) === 1);
  await stack.end(worker, 'SIGKILL');
  stack.unscript(stage('ESH4', 'silver'));

  await stack.worker();
  expect(await handle.result()).toMatchObject({ counts: { published: 1 }, failed: [] });
  for (const [layer, times] of [
    ['bronze', 1],
    ['silver', 2],
    ['gold', 1],
  ] as const)
    expect(stack.begun(stage('ESH4', layer))).toBe(times);
  const [killed, second] = fences(stage('ESH4', 'silver'));
  expect(second).toBeGreaterThan(killed);
});

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
