import { documentOf, spymasterWith } from '../../../support/spymaster';
import { Stack } from '../../../support/temporal/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack.stop());

interface Said {
  namespace: object;
  searchAttributes: { registered: string[] };
  schedules: { change: string }[];
}

test('a namespace that is missing is registered, with what work needs there; a second time nothing changes', async () => {
  const elsewhere = { ...stack.environment(), TEMPORAL_NAMESPACE: 'elsewhere' };
  const setUp = async () =>
    documentOf<Said>(await spymasterWith(elsewhere, 'setup', '--retention', '3', '--json'));
  const first = await setUp();
  expect(first.namespace).toEqual({ name: 'elsewhere', change: 'registered' });
  expect(first.searchAttributes.registered).toContain('SpymasterTradeDate');
  expect(first.schedules.map(({ change }) => change)).toEqual(['created', 'created', 'created']);
  const { config } = await stack.connection.workflowService.describeNamespace({ namespace: 'elsewhere' });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(3 * 86_400);
  const again = await setUp();
  expect(again.namespace).toEqual({ name: 'elsewhere', change: 'unchanged' });
  expect(again.searchAttributes).toEqual({ registered: [], refused: false });
  expect(again.schedules.map(({ change }) => change)).toEqual(['unchanged', 'unchanged', 'unchanged']);
  const { stdout } = await spymasterWith(elsewhere, 'setup');
  expect(stdout).toContain('namespace elsewhere: unchanged\nsearch attributes: unchanged\nschedule ');
});

test('what makes no sense is refused', async () => {
  expect(await spymasterWith(stack.environment(), 'setup', '--retention', '0')).toMatchObject({ code: 2 });
});
