/** The workflow of a market session on a real server, with a scripted follower: what steers it, what ends it, what it says. */
import { RECEPTION_QUEUE } from '../../workflows/queues';
import { sessionId } from '../../workflows/ids';
import type { SessionResult } from '../../workflows/marketSession';
import {
  drainSignal,
  pauseSignal,
  resumeSignal,
  sessionProgressQuery,
  stopSignal,
  type SessionPhase,
} from '../../workflows/messages';
import { spymasterWith } from '../support/spymaster';
import { LAKE, Stack } from '../support/temporal/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
  await stack.worker();
});
afterAll(() => stack.stop());

type Handle = Awaited<ReturnType<Stack['start']>>;
const start = (tradeDate: string, more: object = {}) =>
  stack.start('marketSession', sessionId(LAKE, 'ES', tradeDate), {
    symbol: 'ES',
    contract: 'ESH4',
    tradeDate,
    ...more,
  });
const phaseOf = async (handle: Handle) => (await handle.query(sessionProgressQuery)).phase;
const reaches = (handle: Handle, phase: SessionPhase) =>
  stack.until(async () => (await phaseOf(handle)) === phase);
/** Whether each time it was followed it was only to take what is there. */
const legs = (tradeDate: string) =>
  stack
    .log()
    .flatMap(([at, event, once]) => (at === `follow-ESH4-${tradeDate}` && event === 'begin' ? [once] : []));
const resultOf = (handle: Handle) => handle.result() as Promise<SessionResult>;
const detailsOf = async (handle: Handle) => {
  const { currentDetails } = (await handle.query('__temporal_workflow_metadata')) as {
    currentDetails: string;
  };
  return currentDetails;
};

test('paused, resumed and drained: then built, compared, and told in plain words', async () => {
  const handle = await start('2024-03-05');
  const positionNow = async () => (await handle.query(sessionProgressQuery)).position;
  // First it is told that a worker has begun.
  await stack.until(async () => (await positionNow())?.phase === 'following');
  const position = await positionNow();
  expect(position).toMatchObject({ partition: '0', position: 7, behind: 0, lagMs: 5, attempt: 1 });
  const details = await detailsOf(handle);
  expect(details).toContain('**following** ESH4 2024-03-05, until it is drained or stopped');
  expect(details).toContain('| position | event 7 of partition 0, none waits |');
  expect(details).toContain('| market time | 2024-03-06 09:30:00 ET |');
  await handle.signal(pauseSignal);
  await reaches(handle, 'paused');
  expect(legs('2024-03-05')).toEqual([0]);
  await handle.signal(resumeSignal);
  await stack.until(() => legs('2024-03-05').length === 2);
  await handle.signal(drainSignal);
  const result = await resultOf(handle);
  expect(result).toMatchObject({
    outcome: 'agrees',
    contract: 'ESH4',
    build: { layers: [{ layer: 'bronze' }, { layer: 'silver' }, { layer: 'gold' }] },
    comparisons: [{ dataset: 'silver.bars', rows: 5, differences: 0 }],
  });
  expect(legs('2024-03-05')).toEqual([0, 0, 1]);
  expect(await detailsOf(handle)).toContain('**ended** ESH4 2024-03-05\n\nagrees');
});

test('what cannot be written is told at once, and that it is written then', async () => {
  stack.script('unwritten-2024-03-19', 'the disk is full: could not write gold');
  const handle = await start('2024-03-19');
  const unwritten = async () => (await handle.query(sessionProgressQuery)).position?.unwritten;
  await stack.until(async () => (await unwritten()) === 'the disk is full: could not write gold');
  expect(await detailsOf(handle)).toContain('| not written yet | the disk is full: could not write gold |');
  const shown = await spymasterWith(stack.environment(), 'session', 'progress', handle.workflowId);
  expect(shown.stdout).toContain('not written yet: the disk is full: could not write gold');
  stack.script('unwritten-2024-03-19', '');
  await stack.until(async () => (await unwritten()) === null);
  expect(await detailsOf(handle)).not.toContain('not written yet');
  await handle.signal(stopSignal);
  await resultOf(handle);
});

test('the close drains it, though it is paused', async () => {
  const reachesBeforeTheClose = async (handle: Handle, phase: SessionPhase) => {
    const PAST: SessionPhase[] = ['draining', 'building', 'comparing', 'ended'];
    let now: SessionPhase | undefined;
    await stack.until(async () => [phase, ...PAST].includes((now = await phaseOf(handle))));
    return now === phase;
  };
  // A machine that is too busy to follow and pause it before the close is given more time.
  for (const [tradeDate, msToClose] of [
    ['2024-03-06', 3_000],
    ['2024-03-21', 20_000],
    ['2024-03-22', 120_000],
  ] as const) {
    stack.script(`ends-ESH4-${tradeDate}`, String(msToClose));
    const handle = await start(tradeDate);
    if (!(await reachesBeforeTheClose(handle, 'following'))) continue;
    expect((await handle.query(sessionProgressQuery)).ends).not.toBeNull();
    await handle.signal(pauseSignal);
    if (!(await reachesBeforeTheClose(handle, 'paused'))) continue;
    expect(await resultOf(handle)).toMatchObject({ outcome: 'agrees' });
    expect(legs(tradeDate)).toEqual([0, 1]);
    return;
  }
  throw new Error('It was never paused before its close');
});

test('stopped, and gone on with by another', async () => {
  const first = await start('2024-03-07');
  await reaches(first, 'following');
  await first.signal(stopSignal);
  expect(await resultOf(first)).toMatchObject({ outcome: 'stopped', position: { position: 7 } });
  expect(stack.begun('ESH4-2024-03-07-bronze')).toBe(0);
  stack.script('streamed-otherwise', '');
  const second = await start('2024-03-07', { once: true });
  expect(await resultOf(second)).toMatchObject({ outcome: 'differs', comparisons: [{ differences: 1 }] });
  stack.unscript('streamed-otherwise');
});

test('a worker that says nothing more when it is told to end is not waited for', async () => {
  stack.script('freeze-ESH4-2024-03-20', '');
  const handle = await start('2024-03-20');
  await stack.until(async () => (await handle.query(sessionProgressQuery)).position?.phase === 'following');
  await handle.signal(stopSignal);
  expect(await resultOf(handle)).toMatchObject({ outcome: 'stopped', position: { position: 7 } });
});

test('cancelled, it leaves the session where it is', async () => {
  const handle = await start('2024-03-08', { again: true });
  await reaches(handle, 'following');
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  expect(stack.log().filter(([name]) => name.endsWith('ESH4-2024-03-08'))).toEqual([
    ['forget-ESH4-2024-03-08', 'begin', 0],
    ['follow-ESH4-2024-03-08', 'begin', 0],
    ['follow-ESH4-2024-03-08', 'end', 1],
  ]);
});

test('one of a product and date runs at a time, whoever starts it, and is told what its starter is told', async () => {
  const starter = await stack.client.workflow.start('marketSession', {
    taskQueue: RECEPTION_QUEUE,
    workflowId: 'by-hand',
    args: [{ symbol: 'ES', contract: 'ESH4', tradeDate: '2024-03-11' }],
  });
  const id = sessionId(LAKE, 'ES', '2024-03-11');
  const session = stack.client.workflow.getHandle(id);
  await stack.until(async () => (await session.describe().catch(() => null)) !== null);
  await stack.until(async () => (await session.query(sessionProgressQuery)).phase === 'following');
  const other = await stack.start('marketSession', 'too-late', {
    symbol: 'ES',
    contract: 'ESH4',
    tradeDate: '2024-03-11',
  });
  expect(await resultOf(other)).toMatchObject({ outcome: 'elsewhere', reason: `${id} follows it already` });
  await stack.client.workflow.getHandle('by-hand').signal(stopSignal);
  expect(await resultOf(starter)).toMatchObject({ outcome: 'stopped' });
});

test.each([
  ['NoInput', { outcome: 'no_data', reason: 'scripted NoInput' }],
  ['AccessDenied', { cause: { cause: { type: 'AccessDenied' } } }],
])('a follower that ends by %s', async (code, expected) => {
  const date = code === 'NoInput' ? '2024-03-12' : '2024-03-13';
  stack.script(`follow-ESH4-${date}`, code);
  const handle = await start(date);
  expect(await resultOf(handle).catch((error: unknown) => error)).toMatchObject(expected);
  expect(legs(date)).toHaveLength(1);
});

test('one that was sent away takes the session back', async () => {
  stack.script('follow-ESH4-2024-03-14', 'Fenced');
  const handle = await start('2024-03-14');
  await stack.until(() => legs('2024-03-14').length > 1);
  stack.unscript('follow-ESH4-2024-03-14');
  stack.script('close-ESH4-2024-03-14', '');
  expect(await resultOf(handle)).toMatchObject({
    outcome: 'agrees',
    position: { attempt: expect.any(Number) },
  });
});

test('a build that is blocked is told, and nothing is compared', async () => {
  stack.script('ESH4-2024-03-15-bronze', 'blocked');
  const handle = await start('2024-03-15', { once: true });
  const result = await resultOf(handle);
  expect(result).toMatchObject({ outcome: 'blocked' });
  expect(result.comparisons).toBeUndefined();
});

test('the schedule: the date in New York on both sides of the change of clocks, and nothing on a holiday', async () => {
  for (const date of ['2024-03-18', '2024-11-01', '2024-11-04']) {
    for (const contract of ['ESH4', 'ESM4', 'ESZ4']) stack.script(`close-${contract}-${date}`, '');
  }
  await stack.schedules();
  const schedule = stack.client.schedule.getHandle(`market-session-${LAKE}`);
  const UTC = (time: string) => new Date(`${time}:00Z`);
  const query = `WorkflowType = "marketSession" AND TemporalScheduledById = "market-session-${LAKE}"`;
  const ended = new Map<string, SessionResult>();
  for (const [from, to, sessions] of [
    ['2024-03-18T00:00', '2024-03-19T00:00', 1],
    ['2024-03-29T00:00', '2024-03-30T00:00', 2],
    ['2024-11-01T00:00', '2024-11-05T00:00', 4],
  ] as const) {
    await schedule.backfill({ start: UTC(from), end: UTC(to), overlap: 'BUFFER_ALL' });
    // The server may forget one that is asked for while another is under way.
    await stack.until(async () => {
      for await (const { workflowId, runId, status, searchAttributes } of stack.client.workflow.list({
        query,
      })) {
        const [time] = searchAttributes.TemporalScheduledStartTime as Date[];
        if (status.name !== 'COMPLETED') continue;
        const handle = stack.client.workflow.getHandle(workflowId, runId);
        ended.set(time.toISOString(), (await handle.result()) as SessionResult);
      }
      return ended.size === sessions;
    });
  }
  for (const [time, tradeDate] of [
    ['2024-03-18T13:00:00.000Z', '2024-03-18'],
    ['2024-11-01T13:00:00.000Z', '2024-11-01'],
    ['2024-11-04T14:00:00.000Z', '2024-11-04'],
  ])
    expect(ended.get(time)).toMatchObject({ outcome: 'agrees', tradeDate });
  expect(ended.get('2024-03-29T13:00:00.000Z')).toMatchObject({
    outcome: 'skipped',
    tradeDate: '2024-03-29',
    reason: expect.stringContaining('closed on 2024-03-29 (Good Friday'),
  });
});
