import { stagesUnderWay } from '../../../../workers/cli/backfill/stagesUnderWay';
import { Stack } from '../../../support/temporal/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
  await stack.worker();
});
afterAll(() => stack.stop());

test('tells how far the stages of a backfill are, until there are none', async () => {
  stack.script('ESH4-2024-01-02-silver', 'hold');
  const input = { symbol: 'ES', start: '2024-01-02', end: '2024-01-02' };
  const handle = await stack.start('backfill', 'under-way', input);
  await stack.until(async () => (await stagesUnderWay(handle)).length > 0);
  expect(await stagesUnderWay(handle)).toEqual(['ESH4 2024-01-02 silver: scripted 0 %']);
  stack.unscript('ESH4-2024-01-02-silver');
  await handle.result();
  expect(await stagesUnderWay(handle)).toEqual([]);
});
