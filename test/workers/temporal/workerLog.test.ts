/** What a worker logs when users mistype: one line, which says what is wrong. */
import type { WorkflowFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { RECEPTION_QUEUE, controlQueue } from '../../../workflows/queues';
import { LAKE, Stack } from '../../support/temporal/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
  process.env.WORKER_LOG = 'WARN';
  await stack.worker();
});
afterAll(() => stack.stop());

let count = 0;
/** Starts a workflow as users of Temporal's command line do: anything may be in it. Returns its id and why it failed. */
async function typo(type: string, args: unknown[], taskQueue = controlQueue(LAKE)) {
  const workflowId = `typo-${count++}`;
  const handle = await stack.client.workflow.start(type, { taskQueue, workflowId, args });
  const failed = await handle.result().then(
    () => undefined,
    (error: unknown) => (error as WorkflowFailedError).cause,
  );
  return { workflowId, failure: (failed?.cause ?? failed) as ApplicationFailure };
}

const range = { symbol: 'ES', start: '2024-01-02', end: '2024-01-02' };

test.each<[what: string, type: string, args: unknown[], says: string]>([
  ['a wrong field', 'backfill', [{ ...range, smybol: 'ES' }], 'smybol'],
  ['a wrong date', 'backfill', [{ ...range, start: '2024-02-30' }], 'start: must be a day'],
  ['a word', 'backfill', ['ES'], 'input: must be a JSON object'],
  ['a list', 'backfill', [[range]], 'input: '],
  ['null', 'backfill', [null], 'input: '],
  ['nothing', 'backfill', [], 'input: '],
  ['the lake as a number', 'backfill', [{ ...range, lake: 5 }], 'lake: '],
  ['a nightly build of no product', 'nightlyBuild', [{ symbol: 'es' }], 'symbol: '],
  ['a training of no product', 'retrain', [{ symbol: 'es' }], 'symbol: '],
  ['a build of no partition', 'buildPartition', [{ scope: 'ESH4' }], 'scope'],
  ['two inputs', 'backfill', [range, range], 'input'],
  ['another workflow', 'backfil', [range], 'backfill, marketSession, nightlyBuild and retrain'],
])('%s', async (_, type, args, says) => {
  for (const queue of [controlQueue(LAKE), RECEPTION_QUEUE]) {
    stack.logged = '';
    const { workflowId, failure } = await typo(type, args, queue);
    expect(failure).toMatchObject({ type: 'BadArgument', message: expect.stringContaining(says) as string });
    await stack.until(() => stack.logged.includes(workflowId));
    const lines = stack.logged.trimEnd().split('\n');
    expect(lines).toEqual([expect.stringContaining(failure.message)]);
    expect(lines[0]).toContain(workflowId);
  }
});
