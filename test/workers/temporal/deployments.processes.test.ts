/** Two builds of the workers side by side on a real server: the new one takes what is new, the old one finishes what it has begun. */
import { Client } from '@temporalio/client';
import type { Layer } from '../../../graph/datasets/layers';
import { contractDate } from '../../../graph/datasets/units';
import { buildId, sessionId } from '../../../workflows/ids';
import { promoteBuild, workerVersions } from '../../../workers/temporal/deployments';
import { spymasterWith } from '../../support/spymaster';
import { LAKE, Stack } from '../../support/temporal/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(async () => {
  delete process.env.WORKER_BUILD;
  await stack.stop();
});

const startBuild = (build: string) => {
  process.env.WORKER_BUILD = build;
  return stack.worker();
};
const statesNow = async () =>
  Object.fromEntries((await workerVersions(stack.client, LAKE)).map(({ build, state }) => [build, state]));
/** The build that a workflow runs with. */
async function buildOf(workflowId: string): Promise<string | null | undefined> {
  const { raw } = await stack.client.workflow.getHandle(workflowId).describe();
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
}
function build(tradeDate: string) {
  const scope = contractDate('ESH4', tradeDate);
  const layers: Layer[] = ['bronze'];
  return stack.start('buildPartition', buildId(LAKE, scope, layers), { scope, layers });
}

test('a build that is promoted takes what is new; what began before stays with its own, or goes on with the new one', async () => {
  expect(await workerVersions(stack.client, LAKE)).toEqual([]);
  const elsewhere = new Client({ connection: stack.client.connection, namespace: 'nowhere' });
  await expect(workerVersions(elsewhere, LAKE)).rejects.toMatchObject({
    details: expect.stringContaining('nowhere') as string,
  });
  await expect(promoteBuild(stack.client, LAKE, 'none', 0)).rejects.toMatchObject({
    code: 'NoInput',
    details: { found: 'no versioned workers' },
  });
  const old = await startBuild('one');
  await promoteBuild(stack.client, LAKE, 'one');
  await stack.until(async () => (await statesNow()).one === 'current');
  expect(await statesNow()).toEqual({ one: 'current' });
  stack.script('ESH4-2024-01-02-bronze', 'hold');
  const begun = await build('2024-01-02');
  const session = { symbol: 'ES', contract: 'ESH4', tradeDate: '2024-03-05' };
  const long = await stack.start('marketSession', sessionId(LAKE, 'ES', session.tradeDate), session);
  await stack.until(() => stack.begun('ESH4-2024-01-02-bronze') === 1);
  await stack.until(() => stack.begun('follow-ESH4-2024-03-05') === 1);

  await startBuild('two');
  await stack.until(async () => (await statesNow()).two === 'waiting');
  const listed = await spymasterWith(stack.environment(), 'versions');
  expect(listed.stdout).toMatch(/^two +waiting /m);
  const promoted = await spymasterWith(stack.environment(), 'versions', 'promote', 'two');
  expect(promoted).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Build two takes what is new of stack') as string,
  });
  // The server tells of each a moment later.
  await stack.until(async () => {
    const { one, two } = await statesNow();
    return two === 'current' && one === 'draining';
  });
  const fresh = await build('2024-01-03');
  await fresh.result();
  expect(await buildOf(fresh.workflowId)).toBe('two');

  // The old one finishes, and is gone then; the session goes on with the new one.
  expect(await buildOf(begun.workflowId)).toBe('one');
  stack.unscript('ESH4-2024-01-02-bronze');
  await begun.result();
  expect(await buildOf(begun.workflowId)).toBe('one');
  await stack.end(old, 'SIGTERM');
  await stack.until(() => stack.begun('follow-ESH4-2024-03-05') === 2);
  await long.signal('drain');
  expect(await long.result()).toMatchObject({ outcome: 'agrees' });
  expect(await buildOf(long.workflowId)).toBe('two');
});
