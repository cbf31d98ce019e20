import type { WorkflowHandle } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { withClient } from '../../../workers/temporal/client';
import { unreachable } from '../../../workers/temporal/connection';
import { abortable } from '../../../workers/temporal/followed';
import { whyUnanswered } from '../../../workers/temporal/unanswered';
import { Stack } from '../../support/temporal/stack';

let stack: Stack;
const before = process.env;
beforeAll(async () => {
  stack = await Stack.start();
});
beforeEach(() => {
  process.env = stack.environment();
});
afterAll(async () => {
  process.env = before;
  await stack.stop();
});

test('a key of another server is named as what keeps this one from answering, and one that asks for no TLS does no harm', async () => {
  const ask = (connectTimeout?: '1s') =>
    withClient(({ connection }) => connection.workflowService.getSystemInfo({}), undefined, connectTimeout);
  process.env.TEMPORAL_API_KEY = 'of-another';
  const { address } = stack.server;
  const told = {
    code: 'StoreUnavailable',
    message: `What listens at ${address} does not speak TLS, which an API key asks for`,
    details: { field: 'TEMPORAL_API_KEY' },
  };
  await expect(ask('1s')).rejects.toMatchObject(told);
  const worker = NativeConnection.connect({ address, apiKey: 'of-another', tls: true });
  const { code, message } = await worker.then(
    () => unreachable(address, undefined),
    (error: unknown) => whyUnanswered({ address, apiKey: 'of-another', tls: true }, error),
  );
  expect({ code, message }).toEqual({ code: told.code, message: told.message });
  process.env.TEMPORAL_TLS = 'false';
  await expect(ask()).resolves.toBeDefined();
});

test('a call that has just begun when the connection is closed fails, and is not tried again', async () => {
  const calls = await withClient(({ connection }) => {
    const calls = [1, 2, 3].map(() => connection.workflowService.getSystemInfo({}));
    return Promise.resolve(calls.map((call) => call.then(() => 'answered').catch(() => 'given up')));
  });
  for (const call of calls) expect(await call).toMatch(/answered|given up/);
});

test('a call that waits to be tried again when the connection is closed is given up', async () => {
  const own = await Stack.start();
  process.env = own.environment();
  const { call } = await withClient(async ({ connection }) => {
    // Of an outage: the call fails, and waits to be tried again.
    await own.server.stop();
    const call = connection.workflowService.getSystemInfo({});
    call.catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    return { call };
  });
  await expect(call).rejects.toThrow();
  process.env = stack.environment();
  await own.stop();
});

test('an aborted signal lets no call through', async () => {
  const call = jest.fn(() => Promise.resolve());
  const handle = { client: { withAbortSignal: (_: AbortSignal, use: () => Promise<void>) => use() } };
  await expect(abortable(AbortSignal.abort(), handle as WorkflowHandle, call)).rejects.toThrow(/aborted/);
  expect(call).not.toHaveBeenCalled();
});
