/** `spymaster session` on a real server, with a scripted follower. */
import { documentOf, spymasterWith, startSpymaster } from '../../../support/spymaster';
import { LAKE, Stack } from '../../../support/temporal/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
  await stack.worker();
});
afterAll(() => stack.stop());

const run = (...args: string[]) => spymasterWith(stack.environment(), ...args);
const of = (date: string) => ['--symbol', 'ES', '--contract', 'ESH4', '--date', date];
const idOf = (date: string) => `session-${LAKE}-ES-${date}`;
const phaseOf = async (id: string) =>
  documentOf<{ phase: string }>(await run('session', 'progress', id, '--json')).phase;

test('is followed to its end, and says what became of it', async () => {
  const { code, stdout, stderr } = await run('session', 'start', ...of('2024-03-05'), '--once');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toMatch(/silver\.bars +5 +0/);
  expect(stdout).toContain('ESH4 2024-03-05: built, and every row is as it was streamed');
});

test('rows that differ are told, and are no success', async () => {
  stack.script('streamed-otherwise', '');
  const { code, stdout, stderr } = await run('session', 'start', ...of('2024-03-06'), '--once');
  stack.unscript('streamed-otherwise');
  expect(code).toBe(3);
  expect(stdout).toMatch(/silver\.bars +5 +1/);
  expect(stderr).toContain('./spymaster quality 2024-03-06');
});

test('is started without waiting, steered, and watched to its end', async () => {
  const id = idOf('2024-03-07');
  expect(documentOf(await run('session', 'start', ...of('2024-03-07'), '--detach', '--json'))).toEqual({
    workflowId: id,
  });
  await stack.until(async () => (await phaseOf(id)) === 'following');
  expect(await run('session', 'start', ...of('2024-03-07'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${id} is running already`) as string,
  });
  expect((await run('session', 'pause', id)).stderr).toContain(`${id} is paused.`);
  await stack.until(async () => (await phaseOf(id)) === 'paused');
  expect((await run('session', 'list')).stdout).toMatch(new RegExp(`${id} +${LAKE} +paused`));
  await run('session', 'resume', id);
  await stack.until(async () => (await phaseOf(id)) === 'following');
  await run('session', 'drain', id);
  expect(documentOf(await run('session', 'watch', id, '--json'))).toMatchObject({
    workflowId: id,
    outcome: 'agrees',
  });
  expect(await run('session', 'drain', id)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${id} has ended: it is completed`) as string,
  });
});

test('Ctrl-C leaves it running, and says how to come back', async () => {
  const id = idOf('2024-03-08');
  const watching = startSpymaster(stack.environment(), 'session', 'start', ...of('2024-03-08'));
  await stack.until(async () => (await phaseOf(id).catch(() => '')) === 'following');
  watching.process.kill('SIGINT');
  const { code, stderr } = await watching.finished;
  expect({ code, stderr }).toMatchObject({ code: 130 });
  expect(stderr).toContain(`./spymaster session watch ${id}`);
  expect(await phaseOf(id)).toBe('following');
  const stopped = run('session', 'stop', id);
  expect((await stopped).stderr).toContain(`${id} is stopped.`);
  const { stdout, stderr: notes } = await run('session', 'watch', id);
  expect(stdout).toContain('stopped where it was; nothing is built');
  expect(notes).toContain('The same command goes on from there.');
});

test.each([
  [['watch', 'nothing'], 2, 'There is no market session nothing'],
  [['stop', 'nothing'], 2, 'There is no market session nothing'],
  [['start', '--symbol', 'XX', '--date', '2024-03-05'], 2, 'XX'],
  [['start', '--date', '2024-02-30'], 2, '2024-02-30'],
] as const)('%j is answered with what is wrong', async (args, code, message) => {
  expect(await run('session', ...args)).toMatchObject({
    code,
    stderr: expect.stringContaining(message) as string,
  });
});
