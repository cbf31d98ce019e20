/** Backfills over HTTP, through a Temporal server and a worker whose stages are scripted. */
import { loadConfig } from '../../../../workers/config';
import { addApi } from '../../../../workers/gateway/api/addApi';
import { openContext } from '../../../../workers/gateway/api/context';
import { ROUTES } from '../../../../workers/gateway/api/routes';
import { Gateway } from '../../../../workers/gateway/server';
import { temporaryFolder } from '../../../support/lake';
import { Stack } from '../../../support/temporal/stack';

let stack: Stack;
let address = '';
let close: () => Promise<void>;

beforeAll(async () => {
  stack = await Stack.start();
  await stack.worker();
  const { SPYMASTER_LAKE, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE } = stack.environment();
  Object.assign(process.env, { SPYMASTER_LAKE, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE });
  process.env.TEMPORAL_UI_ADDRESS = 'https://ui.example/';
  const context = await openContext(loadConfig());
  const gateway = new Gateway({
    rate: 1e6,
    application: temporaryFolder(),
    onFault: (error) => {
      throw error;
    },
    parts: [(app) => addApi(app, context)],
  });
  address = await gateway.listen('127.0.0.1', 0);
  close = async () => {
    await gateway.close();
    await context.close();
  };
});
afterAll(async () => {
  await close();
  await stack.stop();
});

async function ask(path: string, method = 'GET', body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${address}/api${path}`, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, never> };
}
const post = (path: string, body?: object) => ask(path, 'POST', body);
const range = (contract: string, end = '2024-01-04') => ({
  symbol: 'ES',
  contract,
  start: '2024-01-02',
  end,
  concurrency: 1,
});
const id = (end = '2024-01-04') => `backfill-stack-ES-2024-01-02-${end}`;
const phaseIs = (wanted: string, end?: string) =>
  stack.until(async () => (await ask(`/backfills/${id(end)}`)).answer.phase === wanted);

test('one is started, told of while it runs, built again where it failed, and listed with its page', async () => {
  stack.script('ESM4-2024-01-02-bronze', 'fail CorruptDbn');
  stack.script('ESM4-2024-01-04-bronze', 'hold');
  const page = `https://ui.example/namespaces/spymaster/workflows/${id()}`;
  // Whether the server has heard of the worker yet, which its note is about, is a matter of when that asks for work.
  expect(await post('/backfills', range('ESM4'))).toMatchObject({
    status: 200,
    answer: { workflowId: id(), ui: page },
  });
  await stack.until(() => stack.begun('ESM4-2024-01-04-bronze') === 1);
  const { answer } = await ask(`/backfills/${id()}`);
  expect(answer).toMatchObject({
    phase: 'running',
    counts: { total: 3, done: 2, failed: 1 },
    running: ['ESM4 2024-01-04'],
    failed: [{ key: 'ESM4/2024-01-02', type: 'CorruptDbn' }],
  });
  expect(await post('/backfills', range('ESM4'))).toMatchObject({
    status: 400,
    answer: { error: { message: expect.stringContaining('is running already') } },
  });

  stack.unscript('ESM4-2024-01-02-bronze');
  expect((await post(`/backfills/${id()}/retry`)).status).toBe(200);
  stack.unscript('ESM4-2024-01-04-bronze');
  await phaseIs('completed');
  expect((await ask(`/backfills/${id()}`)).answer.counts).toMatchObject({ total: 3, done: 3, published: 3 });
  // The server lists what has ended a moment later.
  await stack.until(async () => {
    const { backfills } = (await ask('/backfills')).answer as unknown as {
      backfills: { workflowId: string; status: string }[];
    };
    return backfills.some(({ workflowId, status }) => workflowId === id() && status === 'completed');
  });
  const { answer: listed } = await ask('/backfills');
  expect(listed).toMatchObject({
    server: { namespace: 'spymaster', ui: 'https://ui.example' },
    backfills: expect.arrayContaining([
      expect.objectContaining({
        workflowId: id(),
        counts: expect.objectContaining({ done: 3 }) as unknown,
        ui: expect.stringMatching(new RegExp(`^${page}/.+`)) as unknown,
      }),
    ]) as unknown,
  });
  const list = ROUTES.find(({ operationId }) => operationId === 'backfills')!;
  expect(list.answer.safeParse(listed).error).toBeUndefined();
});

test('one is paused, goes on, and is cancelled; one that has ended is told nothing', async () => {
  const end = '2024-01-05';
  stack.script('ESU4-2024-01-02-bronze', 'hold');
  await post('/backfills', range('ESU4', end));
  await stack.until(() => stack.begun('ESU4-2024-01-02-bronze') === 1);
  await post(`/backfills/${id(end)}/pause`);
  await phaseIs('paused', end);
  await post(`/backfills/${id(end)}/resume`);
  await phaseIs('running', end);
  expect((await post(`/backfills/${id(end)}/cancel`)).answer.workflowId).toBe(id(end));
  await phaseIs('cancelled', end);
  const { answer } = await ask(`/backfills/${id(end)}`);
  expect(answer.untouched).toContain('ESU4 2024-01-05');
  expect(await post(`/backfills/${id(end)}/cancel`)).toMatchObject({
    status: 400,
    answer: { error: { message: expect.stringContaining('has ended') } },
  });
});

test('what cannot be is never started, nor by the page of another site', async () => {
  const wrong = { ...range('ESZ4'), symbol: 'MOON' };
  expect(await post('/backfills', wrong)).toMatchObject({
    status: 400,
    answer: { error: { field: 'symbol' } },
  });
  expect((await post('/backfills', { symbol: 'ES', start: '2024-01-02' })).answer.error).toMatchObject({
    field: 'end',
  });
  expect((await post('/backfills')).status).toBe(400);
  expect((await post('/backfills/no-such/cancel')).status).toBe(404);
  expect((await post(`/backfills/${id()}/explode`)).status).toBe(400);
  expect((await ask('/backfills/no-such')).status).toBe(404);
  const foreign = await ask('/backfills', 'POST', range('ESZ4'), { origin: 'https://elsewhere.example' });
  expect(foreign).toMatchObject({ status: 403, answer: { error: { code: 'ForeignOrigin' } } });
  expect((await stack.client.workflow.count('WorkflowType = "backfill"')).count).toBeLessThanOrEqual(2);
});
