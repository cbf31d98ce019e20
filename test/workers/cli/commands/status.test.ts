/** `spymaster status` of a lake whose builds are recorded as a test wants them, beside a Temporal server and a worker. */
import { hostname } from 'node:os';
import { Connection } from '@temporalio/client';
import { sessionId } from '../../../../workflows/ids';
import { controlQueue } from '../../../../workflows/queues';
import { buildRow, opsPartitions, type BuildStatus } from '../../../../graph/catalog/partitionsTable';
import { TABLES } from '../../../../graph/catalog/declaration';
import type { Layer } from '../../../../graph/datasets/layers';
import { contractDate, keyText } from '../../../../graph/datasets/units';
import type { LakeStatus } from '../../../../activities/reports/lakeStatus';
import { Lake } from '../../../../lake/lake';
import { compiledBuild } from '../../../../workers/temporal/build';
import type { ServerState } from '../../../../workers/temporal/serverState';
import { commitOptions, temporaryFolder } from '../../../support/lake';
import { documentOf, spymasterWith } from '../../../support/spymaster';
import { LAKE, Stack } from '../../../support/temporal/stack';

const BUILD = compiledBuild();

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
  await record('ESH4', '2024-03-04', 'gold', 'published', 1n);
  await record('ESH4', '2024-03-05', 'silver', 'failed', 3n);
  await record('ESH4', '2024-03-06', 'bronze', 'blocked', 2n);
});
afterAll(() => stack.stop());

/** @param minute of 2024-03-07 ET at which it ended */
async function record(contract: string, date: string, layer: Layer, status: BuildStatus, minute: bigint) {
  const partition = contractDate(contract, date);
  const row = buildRow({
    layer,
    partition,
    product: 'ES',
    status,
    digest: 'of then',
    provenance: { code: { 'gold.episodes': '0' }, settings: {}, inputs: {} },
    codeVersion: '0',
    rows: 1,
    seconds: 1,
    fence: 1,
    workflowId: 'w',
    runId: 'r',
    reason: status === 'published' ? null : 'for a reason',
    finishedAt: 1_709_787_600_000_000_000n + minute * 60_000_000_000n,
  });
  const table = (await Lake.open(stack.lake, TABLES)).table(opsPartitions);
  await table.overwritePartition({ layer, partition: keyText(partition) }, [row], commitOptions());
}

const run = (more: NodeJS.ProcessEnv, ...args: string[]) =>
  spymasterWith({ ...stack.environment(), ...more }, 'status', ...args);
const status = async (more: NodeJS.ProcessEnv = {}) =>
  documentOf<{ lake: LakeStatus; server: ServerState }>(await run(more, '--json'));
const shows = (text: RegExp) => stack.until(async () => text.test((await run({})).stdout));
/** What is told of the server, once it tells all: on a busy machine it may be given up first. */
async function serverNow(tellsAll: (server: ServerState) => boolean = () => true): Promise<ServerState> {
  let server: ServerState;
  await stack.until(async () => {
    ({ server } = await status());
    return server.problem === undefined && tellsAll(server);
  });
  return server!;
}

test('tells of the lake, and of every partition in which something is to be done', async () => {
  const { lake } = await status();
  expect(lake).toMatchObject({
    path: stack.lake,
    id: 'stack',
    raw: { files: 0, dates: null },
    sessions: { built: 1, dates: { first: '2024-03-04', last: '2024-03-04' } },
    lastBuild: { partition: 'ESH4/2024-03-05', layer: 'silver', status: 'failed' },
  });
  expect(lake.bytes).toBeGreaterThan(1000);
  const keys = Object.fromEntries(
    Object.entries(lake.partitions).map(([trouble, rows]) => [trouble, rows.map(({ key }) => key)]),
  );
  expect(keys).toEqual({
    failed: ['ESH4/2024-03-05'],
    blocked: ['ESH4/2024-03-06'],
    building: [],
    stale: ['ESH4/2024-03-04'],
    warned: [],
  });
  const { stdout, code } = await run({});
  expect(stdout).toContain('silver of ESH4 2024-03-05: failed, 2024-03-07 00:03:00 ET');
  expect(stdout).toMatch(/^failed +1 .*--start 2024-03-05 --end 2024-03-05 --reprocess failed$/m);
  expect(stdout).toMatch(/^stale +1 .*--start 2024-03-04 --end 2024-03-04 --reprocess stale$/m);
  expect(stdout).toMatch(/^blocked +1 .*\.\/spymaster quality 2024-03-06 --symbol ES --contract ESH4$/m);
  expect(code).toBe(0);
});

test("tells of the server, this lake's workers and its backfills, and of no other's", async () => {
  expect(await serverNow()).toEqual({
    address: stack.server.address,
    up: true,
    workers: [],
    build: BUILD,
    backfills: [],
    sessions: [],
  });
  const worker = await stack.worker();
  stack.script('ESM4-2024-01-02-bronze', 'hold');
  const range = '--symbol ES --contract ESM4 --start 2024-01-02 --end 2024-01-03 --id held --detach'.split(
    ' ',
  );
  await spymasterWith(stack.environment(), 'backfill', ...range);
  await stack.until(() => stack.begun('ESM4-2024-01-02-bronze') === 1);
  const server = await serverNow(
    ({ workers, backfills }) => workers[0]?.takes.length === 3 && (backfills[0]?.progress ?? null) !== null,
  );
  expect(server.workers).toEqual([
    {
      process: expect.stringMatching(new RegExp(`^${worker.pid}@`)),
      takes: ['control', 'cpu', 'live'],
      build: BUILD,
    },
  ]);
  expect(server.backfills).toMatchObject([
    { workflowId: 'held', progress: { phase: 'running', counts: { total: 2 } } },
  ]);
  const session = { symbol: 'ES', contract: 'ESH4', tradeDate: '2024-03-06' };
  await stack.start('marketSession', sessionId(LAKE, 'ES', session.tradeDate), session);
  const { sessions } = await serverNow((now) => now.sessions[0]?.progress?.position?.phase === 'following');
  expect(sessions).toMatchObject([
    { progress: { phase: 'following', contract: 'ESH4', position: { position: 7, behind: 0, lagMs: 5 } } },
  ]);
  await shows(
    /^live +session-stack-ES-2024-03-06: following ESH4 2024-03-06 .* 5 ms from the feed \| event 7 of partition 0, none waits$/m,
  );
  const other = temporaryFolder();
  const { code, stdout } = await run({ SPYMASTER_LAKE: other });
  expect(stdout).toMatch(/workers +none of this lake/);
  expect(code).toBe(0);
  // The server still takes it for one that polls.
  await stack.endWorkers();
  expect((await serverNow()).workers).toEqual([]);
  await shows(/held, since .* ET: no worker tells/);
  for (const id of ['held', sessionId(LAKE, 'ES', session.tradeDate)])
    await stack.client.workflow.getHandle(id).terminate();
});

test('a worker that was started from other code is named, with what to do', async () => {
  const worker = await Connection.connect({ address: stack.server.address, interceptors: [] });
  const identity = `${process.pid}@${hostname()}#0123abcd stack ${stack.lake}`;
  const request = { namespace: 'spymaster', identity, taskQueue: { name: controlQueue(LAKE) } };
  const stopped = new AbortController();
  const poll = () => worker.workflowService.pollWorkflowTaskQueue(request);
  const minute = () => worker.withDeadline(Date.now() + 60_000, poll);
  const polled = worker.withAbortSignal(stopped.signal, minute).catch(() => {});
  const { workers } = await serverNow((server) => server.workers.length > 0);
  expect(workers).toMatchObject([{ takes: ['control'], build: '0123abcd' }]);
  await shows(
    RegExp(
      String.raw`for workflows; it runs other code \(0123abcd\) than is here \(${BUILD}\): stop it and start it again`,
    ),
  );
  stopped.abort();
  await polled;
  await worker.close();
});

test('a server that does not answer is told of, and no failure', async () => {
  const NONE =
    'No Temporal server answers at 127.0.0.1:9: start one with `npm start` or `./spymaster server`';
  const away = { TEMPORAL_ADDRESS: '127.0.0.1:9' };
  expect((await status(away)).server).toEqual({
    address: '127.0.0.1:9',
    up: false,
    problem: NONE,
    workers: [],
    build: BUILD,
    backfills: [],
    sessions: [],
  });
  const { stdout, code } = await run(away);
  expect(stdout).toContain(`server      ${NONE}\n`);
  expect(code).toBe(0);
});

test('a lake that is not there is a failure that names it', async () => {
  expect(await run({ SPYMASTER_LAKE: '/nowhere/lake' }, '--json')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('/nowhere/lake'),
  });
});
