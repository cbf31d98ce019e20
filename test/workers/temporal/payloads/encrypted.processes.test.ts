/** Clients, workers and schedules with a key, on a real server: it sees nothing of what they say to each other. */
import { randomBytes } from 'node:crypto';
import type { temporal } from '@temporalio/proto';
import type { BackfillResult } from '../../../../workflows/backfill';
import { scheduleId } from '../../../../workflows/ids';
import { documentOf, spymasterWith } from '../../../support/spymaster';
import { LAKE, Stack } from '../../../support/temporal/stack';

const KEY = randomBytes(32).toString('base64');
let stack: Stack;
beforeAll(async () => {
  process.env.SPYMASTER_PAYLOAD_KEY = KEY;
  stack = await Stack.start();
  await stack.worker();
});
afterAll(async () => {
  delete process.env.SPYMASTER_PAYLOAD_KEY;
  await stack.stop();
});

const spymaster = (...args: string[]) => spymasterWith(stack.environment(), ...args);

/** The encodings of all payloads in something the server told, and what they hold. */
function payloadsIn(told: unknown): { encoding: string; data: string }[] {
  if (typeof told !== 'object' || told === null || told instanceof Uint8Array) return [];
  const { metadata, data } = told as temporal.api.common.v1.IPayload;
  if (metadata?.encoding && data)
    return [
      { encoding: Buffer.from(metadata.encoding).toString(), data: Buffer.from(data).toString('latin1') },
    ];
  // Search attributes are what the server searches by: nobody but it could.
  return Object.entries(told).flatMap(([name, part]) =>
    name === 'searchAttributes' ? [] : payloadsIn(part),
  );
}

test('a session is started, followed and asked for, and nothing of it can be read on the server', async () => {
  const session = ['--date', '2024-03-05', '--contract', 'ESH4'];
  const started = await spymaster('session', 'start', ...session, '--detach', '--json');
  const { workflowId } = documentOf<{ workflowId: string }>(started);
  // What the last heartbeat said is in it.
  await stack.until(async () => {
    const { stdout } = await spymaster('session', 'progress', workflowId);
    return stdout.includes('5 ms from the feed') && stdout.includes('event 7 of partition 0');
  });
  const handle = stack.client.workflow.getHandle(workflowId);
  const found = payloadsIn([await handle.fetchHistory(), (await handle.describe()).raw]);
  expect(found.length).toBeGreaterThan(5);
  expect([...new Set(found.map(({ encoding }) => encoding))]).toEqual(['binary/encrypted']);
  expect(found.filter(({ data }) => /ESH4|tradeDate/.test(data))).toEqual([]);
  const blind = { ...stack.environment(), SPYMASTER_PAYLOAD_KEY: '' };
  expect(await spymasterWith(blind, 'session', 'progress', workflowId)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has to be SPYMASTER_PAYLOAD_KEY') as string,
  });
  expect((await spymaster('session', 'drain', workflowId)).code).toBe(0);
  expect(documentOf(await spymaster('session', 'watch', workflowId, '--json'))).toMatchObject({
    outcome: 'agrees',
  });
});

test('schedules hold their input encrypted, and are those of the file all the same', async () => {
  const changes = async () =>
    documentOf<{ schedules: { change: string }[] }>(await spymaster('schedules', 'apply', '--json'));
  expect((await changes()).schedules.every(({ change }) => change === 'created')).toBe(true);
  expect((await changes()).schedules.every(({ change }) => change === 'unchanged')).toBe(true);
  const described = await stack.connection.workflowService.describeSchedule({
    namespace: 'spymaster',
    scheduleId: scheduleId(LAKE, 'nightly-build'),
  });
  const found = payloadsIn(described.schedule?.action);
  expect(found.map(({ encoding }) => encoding)).toEqual(['binary/encrypted']);
});

test('what is started without the key, as by the command line of Temporal, is taken and answered encrypted', async () => {
  const handle = await stack.start('backfill', 'by-hand', {
    symbol: 'ES',
    contract: 'ESH4',
    start: '2024-03-05',
    end: '2024-03-05',
  });
  await expect(handle.result() as Promise<BackfillResult>).rejects.toThrow(/binary\/encrypted/);
  const watched = await spymaster('backfill', 'watch', 'by-hand', '--json');
  expect(documentOf(watched)).toMatchObject({ counts: { published: 1 } });
});
