import type { NightlyResult } from '../../workflows/nightlyBuild';
import { LAKE, Stack } from '../support/temporal/stack';

const NIGHTLY = `nightly-build-${LAKE}`;
const UTC = (time: string) => new Date(`${time}:00Z`);

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
  await stack.worker();
  await stack.schedules();
});
afterAll(() => stack.stop());

/** The nights the schedule has started so far, by scheduled time, and how they ended. */
async function nights(): Promise<Map<string, NightlyResult>> {
  const ended = new Map<string, NightlyResult>();
  const query = `WorkflowType = "nightlyBuild" AND TemporalScheduledById = "${NIGHTLY}"`;
  for await (const { workflowId, runId, searchAttributes } of stack.client.workflow.list({ query })) {
    const [time] = searchAttributes.TemporalScheduledStartTime as Date[];
    ended.set(
      time.toISOString(),
      (await stack.client.workflow.getHandle(workflowId, runId).result()) as NightlyResult,
    );
  }
  return ended;
}

async function replaySchedule(from: string, to: string, count: number): Promise<Map<string, NightlyResult>> {
  const before = (await nights()).size;
  const schedule = stack.client.schedule.getHandle(NIGHTLY);
  await schedule.backfill({ start: UTC(from), end: UTC(to), overlap: 'BUFFER_ALL' });
  await stack.until(async () => (await nights()).size === before + count);
  return nights();
}

test('the week the clocks go forward: 18:15 in New York every day, each night its own trade date', async () => {
  const ended = await replaySchedule('2024-03-07T00:00', '2024-03-13T00:00', 4);
  for (const [time, tradeDate] of [
    ['2024-03-07T23:15:00.000Z', '2024-03-07'],
    ['2024-03-08T23:15:00.000Z', '2024-03-08'],
    ['2024-03-11T22:15:00.000Z', '2024-03-11'],
    ['2024-03-12T22:15:00.000Z', '2024-03-12'],
  ])
    expect(ended.get(time)).toMatchObject({ outcome: 'built', tradeDate });
});

test('the week the clocks go back', async () => {
  const ended = await replaySchedule('2024-11-01T00:00', '2024-11-06T00:00', 3);
  for (const [time, tradeDate] of [
    ['2024-11-01T22:15:00.000Z', '2024-11-01'],
    ['2024-11-04T23:15:00.000Z', '2024-11-04'],
    ['2024-11-05T23:15:00.000Z', '2024-11-05'],
  ])
    expect(ended.get(time)).toMatchObject({ outcome: 'built', tradeDate });
});

test('a holiday is skipped with the reason, and a night without raw data says so', async () => {
  stack.script('no-raw-2024-03-28', '');
  const ended = await replaySchedule('2024-03-28T00:00', '2024-03-30T00:00', 2);
  expect(ended.get('2024-03-28T22:15:00.000Z')).toMatchObject({
    outcome: 'no_data',
    tradeDate: '2024-03-28',
  });
  expect(ended.get('2024-03-29T22:15:00.000Z')).toEqual({
    outcome: 'skipped',
    tradeDate: '2024-03-29',
    reason: expect.stringContaining('closed on 2024-03-29 (Good Friday'),
    builds: [],
  });
});

test('a triggered schedule builds the day that had ended when it was triggered', async () => {
  const before = new Set((await nights()).keys());
  await stack.client.schedule.getHandle(NIGHTLY).trigger();
  await stack.until(async () => (await nights()).size === before.size + 1);
  const [[time, night]] = [...(await nights())].filter(([at]) => !before.has(at));
  const ageHours = (Date.parse(time) - Date.parse(`${night.tradeDate}T22:00:00Z`)) / 3_600_000;
  expect(ageHours).toBeGreaterThanOrEqual(-1);
  expect(ageHours).toBeLessThan(25);
});

test('a run by hand needs a trade date', async () => {
  const started = await stack.start('nightlyBuild', 'by-hand', { symbol: 'ES' });
  const error: unknown = await started.result().catch((failure: Error) => failure.cause);
  expect(error).toMatchObject({
    cause: { type: 'BadArgument', message: expect.stringContaining('tradeDate') },
  });
});

test('a night whose build fails is a failed workflow that names the layer', async () => {
  stack.script('ESH4-2024-05-01-bronze', 'fail CorruptDbn');
  const started = await stack.start('nightlyBuild', 'failing', { symbol: 'ES', tradeDate: '2024-05-01' });
  const error: unknown = await started.result().catch((failure: Error) => failure.cause);
  expect(error).toMatchObject({
    type: 'CorruptDbn',
    message: 'bronze of ESH4 2024-05-01: scripted CorruptDbn',
  });
});
