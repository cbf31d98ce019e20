/** Two lakes, a worker of each, one server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { TEMPORAL_YAML } from '../../workers/temporal/settings';
import { pauseSignal, progressQuery, resumeSignal } from '../../workflows/messages';
import { RECEPTION_QUEUE, controlQueue } from '../../workflows/queues';
import { spymaster } from '../support/spymaster';
import { LAKE, Stack, makeScripted } from '../support/temporal/stack';

const OTHER = 'holiday-3f9a2c';

let stack: Stack;
let other: string;
let otherWorker: ChildProcess;
beforeAll(async () => {
  other = mkdtempSync(join(tmpdir(), 'spymaster-holiday-'));
  makeScripted(other, OTHER);
  stack = await Stack.start();
  await stack.worker();
  otherWorker = await stack.worker('all', other);
});
afterAll(async () => {
  await stack.stop();
  rmSync(other, { recursive: true, force: true });
});

const range = (contract: string) => ({ symbol: 'ES', contract, start: '2024-01-02', end: '2024-01-04' });
const options = (contract: string) =>
  Object.entries(range(contract)).flatMap(([name, value]) => [`--${name}`, value]);
/** Stages of a contract that were begun in a lake. */
const begun = (contract: string, lake: string) =>
  stack.log(lake).filter(([name, event]) => name.startsWith(contract) && event === 'begin').length;
/** What a user types who has not said which lake is meant but in the input. */
const typed = (workflowId: string, input: object) =>
  spymaster(
    stack.environment(),
    'temporal',
    '--env-file',
    TEMPORAL_YAML,
    '--address',
    stack.server.address,
    ...`workflow start --type backfill --workflow-id ${workflowId} --input`.split(' '),
    JSON.stringify(input),
  );
const failure = async (workflowId: string): Promise<unknown> =>
  stack.client.workflow
    .getHandle(workflowId)
    .result()
    .catch((error: Error) => error.cause);

test('the same range is built in both at once, each by its own worker', async () => {
  const [one, two] = await Promise.all(
    [stack.lake, other].map((lake) =>
      spymaster(stack.environment(lake), 'backfill', ...options('ESH1'), '--json'),
    ),
  );
  expect(JSON.parse(one.stdout)).toMatchObject({ counts: { published: 3 } });
  expect(JSON.parse(two.stdout)).toMatchObject({ counts: { published: 3 } });
  expect([begun('ESH1', stack.lake), begun('ESH1', other)]).toEqual([9, 9]);
});

test.each(['holiday', OTHER])(
  '`temporal workflow start` comes to the lake that the input names, %s',
  async (lake) => {
    const contract = lake === OTHER ? 'ESM1' : 'ESU1';
    expect((await typed(`typed-${contract}`, { lake, ...range(contract) })).code).toBe(0);
    const result = await stack.client.workflow.getHandle(`typed-${contract}`).result();
    expect(result).toMatchObject({ counts: { published: 3 } });
    expect([begun(contract, stack.lake), begun(contract, other)]).toEqual([0, 9]);
  },
);

test('`spymaster temporal workflow start` comes to the lake of the configuration', async () => {
  const input = JSON.stringify(range('ESZ1'));
  const start = ['workflow', 'start', '--type', 'backfill', '--workflow-id', 'configured', '--input', input];
  const started = await spymaster(stack.environment(other), 'temporal', ...start);
  expect(started.code).toBe(0);
  await stack.client.workflow.getHandle('configured').result();
  expect([begun('ESZ1', stack.lake), begun('ESZ1', other)]).toEqual([0, 9]);
});

test('where none is named both are, and neither does anything', async () => {
  await typed('unnamed', range('ESH2'));
  const error = await failure('unnamed');
  expect(error).toMatchObject({ cause: { type: 'BadArgument', message: expect.stringContaining('"lake"') } });
  expect((error as Error & { cause: Error }).cause.message).toContain(`${OTHER} (${other})`);
  expect([begun('ESH2', stack.lake), begun('ESH2', other)]).toEqual([0, 0]);
});

test('a name that no worker has, and one that is not of the queue, are told', async () => {
  await typed('nowhere', { lake: 'nowhere', ...range('ESH2') });
  expect(await failure('nowhere')).toMatchObject({
    cause: { type: 'StoreUnavailable', message: expect.stringContaining('No worker of the lake nowhere') },
  });
  await stack.client.workflow.start('backfill', {
    taskQueue: controlQueue(LAKE),
    workflowId: 'elsewhere',
    args: [{ lake: 'holiday', ...range('ESH2') }],
  });
  expect(await failure('elsewhere')).toMatchObject({
    cause: { type: 'BadArgument', message: expect.stringContaining(`of the lake ${LAKE}`) },
  });
});

test('what is asked of a backfill before it has come to its lake holds there', async () => {
  const handle = await stack.client.workflow.signalWithStart('backfill', {
    taskQueue: RECEPTION_QUEUE,
    workflowId: 'paused',
    args: [{ lake: OTHER, ...range('ESM2') }],
    signal: pauseSignal,
  });
  await stack.until(async () => (await handle.describe()).taskQueue === controlQueue(OTHER));
  await stack.until(async () => (await handle.query(progressQuery)).phase === 'paused');
  expect(begun('ESM2', other)).toBe(0);
  await handle.signal(resumeSignal);
  expect(await handle.result()).toMatchObject({ counts: { published: 3 } });
});

test('without its own worker a lake waits, is told whose workers there are, and is never served by another', async () => {
  await stack.end(otherWorker, 'SIGTERM');
  const third = mkdtempSync(join(tmpdir(), 'spymaster-third-'));
  try {
    const environment = stack.environment(third);
    const { stderr } = await spymaster(
      environment,
      'backfill',
      ...options('ESU2'),
      '--id',
      'waits',
      '--detach',
    );
    expect(stderr).toMatch(
      /No worker serves the lake spymaster-third-\S+: start one with `\.\/spymaster worker`/,
    );
    expect(stderr).toContain(`${LAKE} (${stack.lake})`);
    const { historyLength, status } = await stack.client.workflow.getHandle('waits').describe();
    expect(status.name).toBe('RUNNING');
    // Started, and its first task is scheduled: nobody has taken it.
    expect(historyLength).toBe(2);
  } finally {
    otherWorker = await stack.worker('all', other);
    rmSync(third, { recursive: true, force: true });
  }
});
