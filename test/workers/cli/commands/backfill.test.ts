import { spymaster, spymasterWith, startSpymaster, type Finished } from '../../../support/spymaster';
import { Stack } from '../../../support/temporal/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
  await stack.worker();
});
afterAll(() => stack.stop());

const run = (...args: string[]) => spymasterWith(stack.environment(), ...args);
const range = (contract: string, end = '2024-01-04') =>
  `--symbol ES --contract ${contract} --start 2024-01-02 --end ${end}`.split(' ');
const id = (end = '2024-01-04') => `backfill-stack-ES-2024-01-02-${end}`;

test('shows how it went, and says by its exit code that all was built', async () => {
  const { code, stdout } = await run('backfill', ...range('ESH4'));
  expect(stdout).toBe(`${id()}: 3 builds: 3 published\n`);
  expect(code).toBe(0);
});

test('failed contract-dates are listed, with the command that builds them again and exit code 3', async () => {
  stack.script('ESM4-2024-01-03-silver', 'fail CorruptDbn');
  const { code, stdout, stderr } = await run('backfill', ...range('ESM4'));
  expect(stdout).toMatch(/ESM4 +2024-01-03 +CorruptDbn +silver of ESM4 2024-01-03: scripted CorruptDbn/);
  expect(stdout).toContain('2 published, 1 failed');
  expect(stderr).toContain(
    'spymaster backfill --symbol ES --contract ESM4 --start 2024-01-02 --end 2024-01-04',
  );
  expect(code).toBe(3);
});

test('--json prints one document and nothing else', async () => {
  const { code, stdout } = await run('backfill', ...range('ESU4'), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    workflowId: id(),
    outcome: 'completed',
    counts: { published: 3 },
  });
});

test('wrong input is named before anything starts', async () => {
  const noDay = await run('backfill', '--symbol', 'ES', '--start', '2024-02-30');
  expect(noDay).toMatchObject({ code: 2, stdout: '' });
  expect(noDay.stderr).toContain("'2024-02-30' is invalid");
  const missing = await run('backfill', '--symbol', 'ES');
  expect(missing).toMatchObject({ code: 2, stdout: '' });
  expect(missing.stderr).toMatch(/start: .*end: /);
  expect(await run('backfill', 'watch', 'no-such')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no-such'),
  });
  expect((await run('backfill', ...range('ESZ4'), '--layers', 'tin')).stderr).toContain('tin');
});

test.each([
  ['--symbol EX', 'EX'],
  ['--symbol ES --contract NQH4', 'NQH4 is not a contract of ES'],
  ['--symbol ES --contract ESH', 'ESH'],
])('what is no product or contract never becomes a workflow: %s', async (typo, named) => {
  const dates = '--start 2024-01-02 --end 2024-01-02 --id never'.split(' ');
  const { code, stderr } = await run('backfill', ...typo.split(' '), ...dates);
  expect(stderr).toContain(named);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(code).toBe(2);
  expect((await run('backfill', 'watch', 'never')).stderr).toContain('There is no backfill never');
});

test('is steered by its id: Ctrl-C leaves it running, cancel ends it and names what was not touched', async () => {
  stack.script('ESZ4-2024-01-02-bronze', 'hold');
  const end = '2024-01-05';
  const started = startSpymaster(
    stack.environment(),
    'backfill',
    ...range('ESZ4', end),
    '--concurrency',
    '1',
  );
  await stack.until(() => stack.begun('ESZ4-2024-01-02-bronze') === 1);
  started.process.kill('SIGINT');
  const left = await started.finished;
  expect(left).toMatchObject({ code: 130, stdout: '' });
  expect(left.stderr).toContain(`spymaster backfill watch ${id(end)}`);

  expect(await run('backfill', ...range('ESZ4', end))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is running already'),
  });
  expect((await run('backfill', 'concurrency', id(end), '2')).stderr).toContain('2 at once instead of 1');
  expect(await run('backfill', 'concurrency', id(end), '99')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('1 to 64'),
  });
  expect((await run('backfill', 'pause', id(end))).code).toBe(0);
  expect((await run('backfill', 'resume', id(end))).code).toBe(0);
  const progress = JSON.parse((await run('backfill', 'progress', id(end), '--json')).stdout) as unknown;
  expect(progress).toMatchObject({ workflowId: id(end), phase: 'running', concurrency: 2 });
  const cancelled = await run('backfill', 'cancel', id(end));
  expect(cancelled.stdout).toMatch(/cancelled, \d done, [12] interrupted, \d untouched/);
  expect(cancelled.code).toBe(0);
});

test('is the workflow that `temporal workflow start` starts, and both list it', async () => {
  const input = JSON.stringify({ symbol: 'ES', contract: 'ESH5', start: '2024-02-01', end: '2024-02-02' });
  const start = ['workflow', 'start', '--type', 'backfill', '--workflow-id', 'by-hand', '--input', input];
  const temporal = (...args: string[]) => spymaster(stack.environment(), 'temporal', ...args);
  const started = await temporal(...start);
  expect(started).toMatchObject({ code: 0, stdout: expect.stringContaining('by-hand') });
  expect((await run('backfill', 'watch', 'by-hand')).stdout).toContain('2 published');
  // The server lists what has ended a moment later.
  const ended = 'WorkflowId = "by-hand" AND ExecutionStatus = "Completed"';
  await stack.until(async () => (await stack.client.workflow.count(ended)).count === 1);
  const listed = JSON.parse((await run('backfill', 'list', '--json')).stdout) as {
    backfills: { workflowId: string }[];
  };
  expect(listed.backfills.find(({ workflowId }) => workflowId === 'by-hand')).toMatchObject({
    lake: 'stack',
    status: 'completed',
    counts: { total: 2, done: 2 },
  });
  expect((await run('backfill', 'list')).stdout).toMatch(/by-hand +stack +completed +2\/2 +0 +20/);
  expect((await temporal('workflow', 'describe', '--workflow-id', 'nope')).code).toBe(1);
});

describe('without a worker', () => {
  let hanging: Finished;
  const NONE = /No worker serves the lake stack: start one with `\.\/spymaster worker`/;
  beforeAll(async () => {
    await run('backfill', ...range('ESM5'), '--id', 'finished');
    stack.script('ESU5-2024-01-02-bronze', 'hold');
    await run('backfill', ...range('ESU5'), '--id', 'cut-short', '--concurrency', '1', '--detach');
    await stack.until(() => stack.begun('ESU5-2024-01-02-bronze') === 1);
    await run('backfill', 'cancel', 'cut-short');
    stack.script('ESZ5-2024-01-02-bronze', 'hold');
    await run('backfill', ...range('ESZ5'), '--id', 'left', '--detach');
    await stack.until(() => stack.begun('ESZ5-2024-01-02-bronze') === 1);
    // It hangs: it is there, and answers nothing.
    const [worker] = stack.running;
    worker.kill('SIGSTOP');
    hanging = await run('backfill', 'progress', 'left');
    // Killed: the server still takes it for one that polls.
    await stack.endWorkers();
  });

  test('nor with one that hangs anything waits for long, and it is said', () => {
    expect(hanging.stderr).toMatch(/No worker of the lake stack has answered within 5 s/);
    expect(hanging).toMatchObject({ code: 1, stdout: '' });
  });

  test.each([['progress'], ['retry'], ['concurrency', '3']])(
    '%s says so, and does not wait',
    async (verb, ...more) => {
      const { code, stdout, stderr } = await run('backfill', verb, 'left', ...more);
      expect(stderr).toMatch(NONE);
      expect(stderr).not.toMatch(/^ +at /m);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    },
  );

  test('progress of what has ended comes from what it left', async () => {
    const progress = async (workflowId: string) =>
      JSON.parse((await run('backfill', 'progress', workflowId, '--json')).stdout) as unknown;
    expect(await progress('finished')).toMatchObject({ phase: 'completed', counts: { total: 3, done: 3 } });
    expect(await progress('cut-short')).toMatchObject({
      phase: 'cancelled',
      counts: { total: 3, done: 0, cancelled: 1, waiting: 2 },
      untouched: ['ESU5 2024-01-03', 'ESU5 2024-01-04'],
    });
    expect((await run('backfill', 'progress', 'cut-short')).stdout).toContain('0/3 cancelled');
  });

  test.each(['pause', 'resume', 'retry', 'cancel'])(
    '%s of what has ended, or never was, says that',
    async (verb) => {
      expect(await run('backfill', verb, 'finished')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('finished has ended: it is completed'),
      });
      expect(await run('backfill', verb, 'no-such')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('There is no backfill no-such'),
      });
    },
  );

  test('watch of what has ended shows its result', async () => {
    expect((await run('backfill', 'watch', 'finished')).stdout).toBe('finished: 3 builds: 3 published\n');
    expect((await run('backfill', 'watch', 'cut-short')).stdout).toContain(
      '0 done, 1 interrupted, 2 untouched',
    );
  });
});
