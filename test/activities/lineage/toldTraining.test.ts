/** What is told of a training: each of its pieces, from Gold to the model. */
import { trainTold } from '../../../activities/lineage/toldTraining';
import {
  familyOf,
  type FoldLoss,
  type JudgedModel,
  type SnapshotReady,
  type TrainingJob,
} from '../../../activities/training/jobs';
import type { RunEvent } from '../../../graph/lineage/runEvent';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import type { Lake } from '../../../lake/lake';
import { plantedApproaches } from '../../graph/models/training/planted';
import { goldLake } from '../../support/goldLake';
import { temporaryFolder } from '../../support/lake';
import { lineageTold } from '../../support/lineageTold';
import { describeWithOpenLineage, refusedEvents } from '../../support/openLineage';

const writer = {
  workflowId: 'weekly-retrain',
  runId: '0b3f2c7e-5d1a-4c55-9a8e-6f1f0a4b2d10',
  fence: 1,
};
const SESSIONS = 12;
const { defaults: parameters } = familyOf('logistic');

let lake: Lake;
let snapshot: SnapshotReady;
let judged: JudgedModel;
const all: RunEvent[] = [];

const settings = () => ({
  lake: lake.store.location,
  features: DEFAULT_SETTINGS,
  lineage: { namespace: 'desk', version: '1.2.3' },
});

/** Runs a piece of a training. */
async function run(job: TrainingJob, signal = new AbortController().signal) {
  let result: unknown;
  const { events, lost } = await lineageTold(async () => {
    result = await trainTold(job, { progress: () => {}, signal }, settings()).catch(
      (error: unknown) => error,
    );
  });
  expect(lost).toEqual([]);
  all.push(...events);
  return { events, result };
}

const statesOf = (events: readonly RunEvent[]) =>
  events.map(({ eventType, job }) => `${job.name} ${eventType}`);
const tables = (datasets: RunEvent['inputs'] | RunEvent['outputs']) =>
  datasets.map(({ name }) => name.slice(lake.store.location.length + 1)).sort();
const oneOf = { product: 'ES', family: 'logistic', seed: 7 } as const;

beforeAll(async () => {
  lake = await goldLake(temporaryFolder(), plantedApproaches(SESSIONS, { strength: 1.2, aSession: 8 }));
});

test('the snapshot reads Gold of every session, and is written once', async () => {
  const taken = await run({ kind: 'snapshot', product: 'ES', writer });
  snapshot = taken.result as SnapshotReady;
  expect(statesOf(taken.events)).toEqual(['train.snapshot START', 'train.snapshot COMPLETE']);
  const [{ run: begun }, { run: ended, inputs, outputs }] = taken.events;
  expect(begun.runId).toBe(ended.runId);
  expect(ended.facets.parent).toMatchObject({
    run: { runId: writer.runId },
    job: { namespace: 'desk', name: writer.workflowId },
  });
  expect(tables(inputs)).toEqual(['gold/episodes', 'gold/outcomes', 'gold/vectors']);
  for (const { inputFacets } of inputs) {
    const { partitions } = inputFacets.subset.inputCondition as { partitions: object[] };
    expect(partitions).toHaveLength(SESSIONS);
  }
  expect(tables(outputs)).toEqual(['gold/training_snapshot']);
  const [{ facets, outputFacets }] = outputs;
  expect(outputFacets.outputStatistics.rowCount).toBe(snapshot.examples);
  expect(facets.lifecycleStateChange.lifecycleStateChange).toBe('CREATE');
  expect(ended.facets.spymaster_training).toMatchObject({ status: 'published', snapshot: snapshot.version });

  const again = await run({ kind: 'snapshot', product: 'ES', writer: { ...writer, fence: 2 } });
  expect(again.events[1]).toMatchObject({
    outputs: [],
    run: { facets: { spymaster_training: { status: 'current' } } },
  });
  expect(again.events[1].run.runId).not.toBe(ended.runId);
});

test('a fold and a judgement read the snapshot; what comes of the judgement is the version of a model', async () => {
  const of = { ...oneOf, snapshot: snapshot.version };
  const fold = await run({ kind: 'fold', ...of, parameters, fold: 1, writer });
  const judgement = await run({
    kind: 'judge',
    ...of,
    trials: [{ parameters, folds: [] }],
    writer,
  });
  judged = judgement.result as JudgedModel;
  expect(statesOf([...fold.events, ...judgement.events])).toEqual([
    'train.fold START',
    'train.fold COMPLETE',
    'train.judge START',
    'train.judge COMPLETE',
  ]);
  for (const { inputs } of [...fold.events, ...judgement.events]) {
    expect(tables(inputs)).toEqual(['gold/training_snapshot']);
    expect(inputs[0].inputFacets.subset.inputCondition).toMatchObject({
      partitions: [{ identifier: `ES/${snapshot.version}` }],
    });
  }
  expect(fold.events[1].outputs).toEqual([]);
  expect(fold.events[1].run.facets.spymaster_training).toMatchObject({
    fold: 1,
    n: (fold.result as FoldLoss).n,
  });
  const [{ name, facets, outputFacets }] = judgement.events[1].outputs;
  expect(name).toBe(`${lake.store.location}/models/versions`);
  expect(facets.lifecycleStateChange.lifecycleStateChange).toBe('CREATE');
  expect(outputFacets.subset.outputCondition).toMatchObject({
    partitions: [{ identifier: `ES/${judged.version.replace('@', '/')}` }],
  });
  expect(outputFacets.outputStatistics.rowCount).toBe(1);
});

test('one that fails or is cancelled ends as that', async () => {
  const missing = { ...oneOf, snapshot: 'none', trials: [{ parameters, folds: [] }], writer };
  const failed = await run({ kind: 'judge', ...missing });
  expect(failed.result).toMatchObject({ code: 'NoInput' });
  expect(statesOf(failed.events)).toEqual(['train.judge START', 'train.judge FAIL']);
  expect(failed.events[1].run.facets.errorMessage.message).toMatch(/^NoInput: /);

  const cancelled = await run(
    { kind: 'judge', ...missing, snapshot: snapshot.version, seed: 8 },
    AbortSignal.abort(),
  );
  expect(statesOf(cancelled.events)).toEqual(['train.judge START', 'train.judge ABORT']);
});

test('nothing is told where nobody wants to know', async () => {
  const { lineage: _, ...quiet } = settings();
  const { events } = await lineageTold(() =>
    trainTold(
      { kind: 'snapshot', product: 'ES', writer },
      { progress: () => {}, signal: new AbortController().signal },
      quiet,
    ),
  );
  expect(events).toEqual([]);
});

describeWithOpenLineage('as published', () => {
  test("OpenLineage's own client takes every event, to the last field", () => {
    expect(all.length).toBeGreaterThan(10);
    expect(refusedEvents(all)).toEqual([]);
  });
});
