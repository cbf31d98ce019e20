import type { WorkflowHandle } from '@temporalio/client';
import { withClient } from '../../../workers/temporal/client';
import { abortable } from '../../../workers/temporal/followed';
import { Stack } from '../../support/temporal/stack';

let stack: Stack;
const before = process.env;
beforeAll(async () => {
  stack = await Stack.start();
  process.env = stack.environment();
});
afterAll(async () => {
  process.env = before;
  await stack.stop();
});

test('a call that has just begun when the connection is closed fails, and is not tried again', async () => {
  const calls = await withClient(({ connection }) => {
    const calls = [1, 2, 3].map(() => connection.workflowService.getSystemInfo({}));
    return Promise.resolve(calls.map((call) => call.then(() => 'answered').catch(() => 'given up')));
  });
  for (const call of calls) expect(await call).toMatch(/answered|given up/);
});

test('a call that waits to be tried again when the connection is closed is given up', async () => {
  const { call } = await withClient(async ({ connection }) => {
    // Of an outage: the call fails, and waits to be tried again.
    await stack.server.stop();
    const call = connection.workflowService.getSystemInfo({});
    call.catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    return { call };
  });
  await expect(call).rejects.toThrow();
});

test('an aborted signal lets no call through', async () => {
  const call = jest.fn(() => Promise.resolve());
  const handle = { client: { withAbortSignal: (_: AbortSignal, use: () => Promise<void>) => use() } };
  await expect(abortable(AbortSignal.abort(), handle as WorkflowHandle, call)).rejects.toThrow(/aborted/);
  expect(call).not.toHaveBeenCalled();
});
