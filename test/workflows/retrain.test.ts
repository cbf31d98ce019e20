/** A training on a real server, with real fits: what is planted becomes champion through the gate, what is not does not. */
import { Stack } from '../support/temporal/stack';
import { goldLake } from '../support/goldLake';
import { TABLES } from '../../graph/catalog/declaration';
import { Lake } from '../../lake/lake';
import { ModelRegistry } from '../../activities/models/registry';
import { trainingProgressQuery } from '../../workflows/messages';
import type { RetrainResult } from '../../workflows/retrain';
import { plantedApproaches } from '../graph/models/training/planted';

/** Where no server is. */
const AWAY = 'http://127.0.0.1:1';

let stack: Stack;
/** The training of what is planted, and what came of it. */
let planted: Awaited<ReturnType<Stack['start']>>;
let trained: RetrainResult;
beforeAll(async () => {
  stack = await Stack.start();
  await goldLake(stack.lake, plantedApproaches(40, { strength: 1.2 }));
  process.env.MLFLOW_TRACKING_URI = AWAY;
  process.env.WORKER_LOG = 'WARN';
  await stack.worker();
  planted = await stack.start('retrain', 'retrain-planted', FAST);
  trained = (await planted.result()) as RetrainResult;
});
afterAll(() => stack.stop());

const FAST = { symbol: 'ES', families: ['logistic'], trials: 3, parallel: 2 };
const registry = async () => new ModelRegistry(await Lake.open(stack.lake, TABLES));

test('searches, judges, publishes and promotes what passes the gate', async () => {
  const { snapshot, models, decision, tracking } = trained;
  // An MLflow server that is away costs nothing but what it would have been told.
  const problem = `The MLflow server at ${AWAY} does not answer`;
  expect(tracking).toEqual({ trackingUri: AWAY, problem });
  await stack.until(() => stack.logged.includes(`not tracked in MLflow: ${problem}`));
  expect(snapshot).toMatchObject({ sessions: 40, examples: 480 });
  const [model] = models;
  expect(model.gainOverBaseline.low).toBeGreaterThan(0);
  expect(decision).toMatchObject({ promoted: model.version, champion: model.version });
  const record = await (await registry()).resolve('ES', 'champion');
  expect(record).toMatchObject({ model: 'logistic', training: { snapshot: snapshot.version } });
  expect(record.evaluation.sessions.map(({ session }) => session)).not.toContain(snapshot.firstSession);
  expect((await planted.query(trainingProgressQuery)).families).toMatchObject({
    logistic: { trials: 3, of: 3 },
  });
  // The server lists them a moment later.
  const query = "WorkflowType = 'trainTrial' AND ParentWorkflowId = 'retrain-planted'";
  await stack.until(async () => (await stack.client.workflow.count(query)).count === 3);
});

test('the same training again is the same model, and publishes no other', async () => {
  const before = (await (await registry()).list()).length;
  const handle = await stack.start('retrain', 'retrain-again', FAST);
  const { models } = (await handle.result()) as RetrainResult;
  const { version } = await (await registry()).resolve('ES', 'logistic');
  expect(models[0].version).toBe(`logistic@${version}`);
  expect((await (await registry()).list()).length).toBe(before);
});

test('without enough sessions it fails by name, and a wrong request too', async () => {
  const few = await stack.start('retrain', 'retrain-few', { ...FAST, end: '2024-01-04' });
  await expect(few.result()).rejects.toMatchObject({
    cause: { cause: { type: 'NoInput', message: expect.stringContaining('3 sessions') as string } },
  });
  const wrong = await stack.start('retrain', 'retrain-wrong', { ...FAST, families: ['oracle'] });
  await expect(wrong.result()).rejects.toMatchObject({ cause: { cause: { type: 'BadArgument' } } });
});
