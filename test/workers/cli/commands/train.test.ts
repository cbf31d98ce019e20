/** `spymaster train` on a real server, with real fits on planted Gold. */
import { plantedApproaches } from '../../../graph/models/training/planted';
import { goldLake } from '../../../support/goldLake';
import { documentOf, spymasterWith } from '../../../support/spymaster';
import { LAKE, Stack } from '../../../support/temporal/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
  await goldLake(stack.lake, plantedApproaches(24, { strength: 1 }));
  await stack.worker();
});
afterAll(() => stack.stop());

const run = (...args: string[]) => spymasterWith(stack.environment(), ...args);
const FEW = ['--symbol', 'ES', '--families', 'logistic', '--trials', '2'];

test('trains, and says in words what the gate has found', async () => {
  const { code, stdout, stderr } = await run('train', ...FEW);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toContain('Trained on 288 episodes of 24 sessions');
  expect(stdout).toMatch(/logistic@1 +[+-]/);
  // Sixteen scored sessions are fewer than any claim needs.
  expect(stdout).toContain('No edge shown');
  expect(stderr).toContain('./spymaster models card logistic@1');
});

test('is started without waiting, and watched; as JSON it is one document', async () => {
  const workflowId = `retrain-${LAKE}-ES`;
  expect(documentOf(await run('train', ...FEW, '--seed', '2', '--detach', '--json'))).toEqual({ workflowId });
  const watched = documentOf<object>(await run('train', 'watch', workflowId, '--json'));
  expect(watched).toMatchObject({ workflowId, decision: { promoted: null }, snapshot: { sessions: 24 } });
});

test('to be cancelled is what cancel asks for, and what whoever watches it did not', async () => {
  const all = ['--symbol', 'ES', '--trials', '64', '--seed', '3'];
  const { workflowId } = documentOf<{ workflowId: string }>(await run('train', ...all, '--detach', '--json'));
  expect(await run('train', 'cancel', workflowId)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`${workflowId} was cancelled`) as string,
  });
  expect((await run('train', 'watch', workflowId)).code).toBe(1);
});

test.each([
  [['--symbol', 'ES', '--families', 'oracle'], 2, 'There is no family oracle'],
  [['--symbol', 'XX'], 2, 'XX'],
  [['watch', 'nothing'], 2, 'There is no training nothing'],
  [[...FEW, '--end', '2024-01-04'], 1, '3 sessions are too few to train on'],
])('%j is answered with what is wrong', async (args, code, message) => {
  const ended = await run('train', ...args);
  expect({ ...ended, stdout: '' }).toMatchObject({
    code,
    stderr: expect.stringContaining(message) as string,
  });
});
