import { join } from 'node:path';
import { untilBuilt, whileBuilt, type ToldBuild } from '../../../activities/lineage/toldBuild';
import { placeIn } from '../../../activities/lineage/datasets';
import type { Ended } from '../../../activities/publishing/publication';
import type { StageResult } from '../../../activities/stages/stage';
import { sharedLake } from '../../../activities/stages/sharedLake';
import { runStage } from '../../../activities/stages/stages';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import { layersOf } from '../../../graph/datasets/layers';
import { contractDate } from '../../../graph/datasets/units';
import { SpymasterError } from '../../../graph/errors';
import type { RunEvent } from '../../../graph/lineage/runEvent';
import type { Scope } from '../../../graph/planning/scope';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import type { Lake } from '../../../lake/lake';
import { temporaryFolder } from '../../support/lake';
import { lineageTold } from '../../support/lineageTold';
import { describeWithOpenLineage, refusedEvents } from '../../support/openLineage';
import { QUIETLY, simulateLake } from '../../support/simulatedLake';

const LINEAGE = { namespace: 'desk', version: '1.2.3' };
const RUN = { workflowId: 'build-desk-ESH4-2024-03-05', runId: '0b3f2c7e-5d1a-4c55-9a8e-6f1f0a4b2d10' };
const PARTITION = contractDate('ESH4', '2024-03-05');

const folder = temporaryFolder();
const lake = join(folder, 'lake');
const events: RunEvent[] = [];
const lost: string[] = [];
const beforeFirst: RunEvent[] = [];
const results: StageResult[] = [];
let fence = 0;

const build = async (layer: StageResult['layer'], more: { force?: boolean } = {}) =>
  runStage({ layer, scope: PARTITION, fence: ++fence, run: RUN, ...more }, QUIETLY, {
    lake,
    features: DEFAULT_SETTINGS,
    lineage: LINEAGE,
  });

async function toldOf(work: () => Promise<unknown>): Promise<RunEvent[]> {
  const told = await lineageTold(work);
  lost.push(...told.lost);
  return told.events;
}

beforeAll(async () => {
  const day = { from: '2024-03-05', days: 1, events: 10_000, seed: 5, options: false };
  await simulateLake(join(folder, 'raw'), lake, day);
  events.push(
    ...(await toldOf(async () => {
      for (const layer of layersOf('contract-date')) results.push(await build(layer));
    })),
  );
});

const of = (job: string, state: string) =>
  events.find(({ eventType, job: { name } }) => name === `build.${job}` && eventType === state)!;
const tables = (datasets: RunEvent['inputs'] | RunEvent['outputs']) =>
  datasets.map(({ name }) => name.slice(lake.length + 1)).sort();

test('each layer that is built is a run that starts and completes, of the workflow that asked for it', () => {
  expect(lost).toEqual([]);
  expect(events.map(({ eventType, job }) => `${job.name} ${eventType}`)).toEqual([
    'build.bronze START',
    'build.bronze COMPLETE',
    'build.silver START',
    'build.silver COMPLETE',
    'build.gold START',
    'build.gold COMPLETE',
  ]);
  for (const { job, run } of events) {
    expect(job.namespace).toBe('desk');
    expect(run.facets.parent).toMatchObject({
      run: { runId: RUN.runId },
      job: { namespace: 'desk', name: RUN.workflowId },
    });
    expect(run.facets.processing_engine).toMatchObject({ name: 'spymaster', version: '1.2.3' });
  }
  const ids = events.map(({ run }) => run.runId);
  expect([ids[0], ids[2], ids[4]]).toEqual([ids[1], ids[3], ids[5]]);
  expect(new Set(ids).size).toBe(3);
});

test('what a layer writes is what the next one reads, by name, from the raw files on', () => {
  const [bronze] = of('bronze', 'COMPLETE').inputs;
  expect(bronze.name).toMatch(new RegExp(`^${lake}/raw/[0-9a-f]{2}/[0-9a-f]{64}\\.dbn\\.zst$`));
  expect(bronze.inputFacets.inputStatistics.rowCount).toBeGreaterThan(1000);
  const read = new Map<string, string[]>([
    ['silver', DATASET_GRAPH.inputsOf('silver').map(({ dataset }) => dataset)],
    ['gold', DATASET_GRAPH.inputsOf('gold').map(({ dataset }) => dataset)],
  ]);
  for (const [layer, names] of read) {
    const wanted = [...new Set(names.filter((name) => !name.startsWith('raw.')))].sort();
    const { inputs } = of(layer, 'COMPLETE');
    expect(tables(inputs)).toEqual(wanted.map((name) => name.replace('.', '/')));
    for (const { inputFacets } of inputs)
      expect(inputFacets.subset).toMatchObject({
        inputCondition: { type: 'partition', partitions: [{ identifier: 'ESH4/2024-03-05' }] },
      });
    const written = new Set(events.flatMap(({ outputs }) => outputs.map(({ name }) => name)));
    for (const { name } of inputs) expect(written).toContain(name);
  }
});

test('outputs carry the columns of the declaration, the rows that were written, and what the checks found', () => {
  for (const { layer, rows, checks } of results) {
    const { outputs, run } = of(layer, 'COMPLETE');
    expect(tables(outputs)).toEqual(
      Object.keys(rows)
        .map((name) => name.replace('.', '/'))
        .sort(),
    );
    for (const { facets, outputFacets } of outputs) {
      const { name } = (facets.symlinks.identifiers as { name: string }[])[0];
      const { columns, description } = DATASET_GRAPH.table(name);
      expect((facets.schema.fields as { name: string }[]).map((field) => field.name)).toEqual(
        columns.map((column) => column.name),
      );
      expect(facets.documentation.description).toBe(description);
      expect(outputFacets.outputStatistics.rowCount).toBe(rows[name]);
      expect(facets.dataQualityMetrics.rowCount).toBe(rows[name]);
      expect(facets.lifecycleStateChange.lifecycleStateChange).toBe('CREATE');
    }
    expect(((run.facets.test?.tests as { name: string }[]) ?? []).map(({ name }) => name)).toEqual(
      checks.map(({ check }) => check),
    );
  }
  expect(of('bronze', 'COMPLETE').run.facets.test.tests).not.toHaveLength(0);
});

test('a layer that is current is no run; built anew, it overwrites, in a run of its own', async () => {
  expect(await toldOf(() => build('silver'))).toEqual([]);
  const again = await toldOf(() => build('silver', { force: true }));
  expect(again.map(({ eventType }) => eventType)).toEqual(['START', 'COMPLETE']);
  expect(again[0].run.runId).not.toBe(of('silver', 'START').run.runId);
  for (const { facets } of again[1].outputs)
    expect(facets.lifecycleStateChange.lifecycleStateChange).toBe('OVERWRITE');
});

/** A build that ends as a test wants it. */
async function ending(work: (abort: AbortController) => Promise<Ended>, lakeOfIt?: Lake) {
  const abort = new AbortController();
  const about: ToldBuild = {
    lake: lakeOfIt ?? (await sharedLake({ lake, features: DEFAULT_SETTINGS })),
    graph: DATASET_GRAPH,
    layer: 'silver',
    scope: PARTITION,
    provenance: { code: {}, settings: {}, inputs: { 'bronze ESH4/2024-03-05': 'd' } },
    digest: 'd',
    fence: 99,
    run: { workflowId: 'local', runId: '' },
    signal: abort.signal,
  };
  let thrown: unknown;
  const told = await toldOf(() =>
    whileBuilt(LINEAGE, about, () => work(abort)).catch((error: unknown) => (thrown = error)),
  );
  return { told, thrown };
}

const failed = () =>
  ending(() => Promise.reject(new SpymasterError('InputChanged', 'Bronze was built anew meanwhile')));

test('one that fails, is cancelled or is blocked by a check ends as that, and throws what it threw', async () => {
  const { told, thrown } = await failed();
  expect(thrown).toMatchObject({ code: 'InputChanged' });
  expect(told.map(({ eventType }) => eventType)).toEqual(['START', 'FAIL']);
  expect(told[1].run.facets.errorMessage.message).toBe('InputChanged: Bronze was built anew meanwhile');
  expect(told[1].run.facets.parent).toBeUndefined();

  const cancelled = await ending((abort) => {
    abort.abort();
    return Promise.reject(new SpymasterError('Cancelled', 'stopped'));
  });
  expect(cancelled.told.at(-1)).toMatchObject({ eventType: 'ABORT', outputs: [] });

  const check = {
    check: 'coverage',
    severity: 'blocking',
    passed: false,
    value: 0.2,
    limit: 0.9,
    message: 'few',
  } as const;
  const blocked = await ending(() =>
    Promise.resolve({ status: 'blocked', rows: {}, checks: [check], digest: 'd', reason: 'few' }),
  );
  expect(blocked.told.at(-1)).toMatchObject({
    eventType: 'FAIL',
    run: {
      facets: { errorMessage: { message: 'few' }, test: { tests: [{ status: 'fail', severity: 'error' }] } },
    },
  });
});

test('one that fails before its first partition has failed too, and one that has been overtaken', async () => {
  const asked = { layer: 'gold', fence: 1, run: RUN } as const;
  const settings = { lake, features: DEFAULT_SETTINGS, lineage: LINEAGE };
  const failing = (scope: Scope, where = settings) =>
    toldOf(async () => {
      const fails = runStage({ ...asked, scope }, QUIETLY, where);
      await expect(fails).rejects.toBeInstanceOf(SpymasterError);
    });
  const unbuilt = await failing(contractDate('ESH4', '2024-03-06'));
  expect(unbuilt.map(({ eventType, job }) => `${job.name} ${eventType}`)).toEqual([
    'build.gold START',
    'build.gold FAIL',
  ]);
  const [{ run: begun }, { run, inputs, outputs }] = unbuilt;
  expect([run.runId, inputs, outputs]).toEqual([begun.runId, [], []]);
  expect(run.facets.errorMessage.message).toMatch(/^NoInput: bronze of ESH4 2024-03-06/);
  expect(run.facets.spymaster_build).toMatchObject({ partition: 'ESH4 2024-03-06', status: 'failed' });

  // The same run has begun a later attempt at it.
  const overtaken = await failing(PARTITION);
  expect(overtaken.map(({ eventType }) => eventType)).toEqual(['START', 'FAIL']);
  expect(overtaken[1].run.facets.errorMessage.message).toMatch(/^Fenced: /);

  const elsewhere = { ...settings, lake: 'abfss://lake@nowhere' };
  const [, { run: lakeless }] = await failing(PARTITION, elsewhere);
  expect(lakeless.facets.errorMessage.message).toMatch(/^BadConfig: /);
  expect(lost).toEqual([]);
  const cancelled = await toldOf(async () => {
    const abort = AbortSignal.abort();
    const work = () => Promise.reject(new SpymasterError('Cancelled', 'stopped'));
    const about = { graph: DATASET_GRAPH, ...asked, scope: PARTITION, signal: abort };
    await expect(untilBuilt(LINEAGE, about, work)).rejects.toMatchObject({ code: 'Cancelled' });
  });
  expect(cancelled.map(({ eventType }) => eventType)).toEqual(['START', 'ABORT']);
  beforeFirst.push(...unbuilt, ...overtaken, ...cancelled);
});

test('what cannot be found out about a build is said, and the build goes on', async () => {
  const broken = new Proxy({} as Lake, {
    get: () => {
      throw new Error('the disk is gone');
    },
  });
  const done: Ended = { status: 'published', rows: {}, checks: [], digest: 'd' };
  const before = lost.length;
  let ended: Ended | undefined;
  const { thrown } = await ending(async () => (ended = done), broken);
  expect([ended, thrown]).toEqual([done, undefined]);
  expect(lost.slice(before)).toContain('START of build.silver: the disk is gone');
});

test.each([
  ['/data/lake', 'silver/bars', { namespace: 'file', name: '/data/lake/silver/bars' }],
  [
    'abfss://lake@acct.dfs.core.windows.net/desk/',
    'silver/bars',
    { namespace: 'abfss://lake@acct.dfs.core.windows.net', name: 'desk/silver/bars' },
  ],
  [
    'abfss://lake@acct.dfs.core.windows.net',
    'silver/bars',
    { namespace: 'abfss://lake@acct.dfs.core.windows.net', name: 'silver/bars' },
  ],
])('a table of %s is named as OpenLineage names it', (location, path, named) => {
  expect(placeIn(location, path)).toEqual(named);
});

describeWithOpenLineage('as published', () => {
  test("OpenLineage's own client takes every event, to the last field", async () => {
    const { told } = await failed();
    expect(refusedEvents([...events, ...told, ...beforeFirst])).toEqual([]);
  });

  test('it would refuse a field that is not published, one of another type, and one that is missing', () => {
    const [event] = events;
    const { schema, ...facets } = of('silver', 'COMPLETE').outputs[0].facets;
    const [output] = of('silver', 'COMPLETE').outputs;
    const { fields, ...rest } = schema;
    expect(fields).toBeDefined();
    const wrong = [
      { ...event, colour: 'blue' },
      { ...event, run: { ...event.run, runId: 'one' } },
      { ...event, job: { namespace: 'desk' } },
      { ...event, outputs: [{ ...output, facets: { ...facets, schema: { ...rest, fields: 'none' } } }] },
    ];
    expect(refusedEvents(wrong as unknown as RunEvent[])).toHaveLength(wrong.length);
  });
});
