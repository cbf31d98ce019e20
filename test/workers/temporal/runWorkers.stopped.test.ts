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

test('a worker told to stop finishes what it can, hands back the rest, and the next one goes on from there', async () => {
  const worker = await stack.worker();
  stack.script(stage('ESU4', 'bronze'), 'spin');
  stack.script(stage('ESZ4', 'silver'), 'hold');
  const handles = [await backfill('ESU4'), await backfill('ESZ4')];
  await stack.until(() => stack.begun(stage('ESU4', 'bronze')) + stack.begun(stage('ESZ4', 'silver')) === 2);
  const stopped = stack.end(worker, 'SIGTERM');
  await stack.until(() => stack.log().some(([, event]) => event === 'stopping'));
  stack.unscript(stage('ESU4', 'bronze'));
  expect(await stopped).toBe(0);
  expect(stack.log().map(([name, event]) => `${name} ${event}`)).toEqual(
    expect.arrayContaining([`${stage('ESU4', 'bronze')} end`, `${stage('ESZ4', 'silver')} aborted`]),
  );

  stack.unscript(stage('ESZ4', 'silver'));
  await stack.worker();
  for (const handle of handles) expect(await handle.result()).toMatchObject({ counts: { published: 1 } });
  expect(stack.begun(stage('ESU4', 'bronze'))).toBe(1);
  expect(stack.begun(stage('ESZ4', 'bronze'))).toBe(1);
  expect(stack.begun(stage('ESZ4', 'silver'))).toBe(2);
});

test('a worker told to stop while it plans hands the planning back', async () => {
  const worker = await stack.worker();
  stack.script('plan-ESM4', 'hold');
  const handle = await backfill('ESM4');
  await stack.until(() => stack.begun('plan-ESM4') === 1);
  expect(await stack.end(worker, 'SIGTERM')).toBe(0);
  stack.unscript('plan-ESM4');

  await stack.worker();
  expect(await handle.result()).toMatchObject({ counts: { published: 1 } });
  expect(stack.begun('plan-ESM4')).toBe(2);
  const { events } = await handle.fetchHistory();
  const started = events?.find((event) => event.activityTaskStartedEventAttributes);
  expect(started?.activityTaskStartedEventAttributes?.lastFailure).toMatchObject({
    applicationFailureInfo: {},
    message: expect.stringContaining('shutting down') as string,
  });
});
