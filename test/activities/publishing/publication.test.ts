/** Builds of one layer that meet: whichever way they interleave, the lake holds one of them, whole. */
import { localFence } from '../../../activities/publishing/fence';
import { InputsRead } from '../../../activities/publishing/inputsRead';
import { LastBuilds } from '../../../activities/publishing/lastBuilds';
import { Publication } from '../../../activities/publishing/publication';
import { recordFailure } from '../../../activities/publishing/recordFailure';
import type { Dataset } from '../../../graph/catalog/dataset';
import { DatasetGraph } from '../../../graph/catalog/datasetGraph';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import { opsPartitions } from '../../../graph/catalog/partitionsTable';
import { contractDate } from '../../../graph/datasets/units';
import type { TableContract } from '../../../graph/datasets/schema';
import { freshnessOf } from '../../../graph/planning/planner';
import { qualityChecks } from '../../../graph/quality/checksTable';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { temporaryFolder } from '../../support/lake';
import { random } from '../../support/sessions';
import { TableBuilder } from '../../support/tables';

const contract = (name: string): TableContract => ({
  name: `silver.${name}`,
  description: 'A number.',
  version: 1,
  columns: [
    { name: 'n', type: 'int64', unit: 'count', meaning: 'Number of the build' },
    { name: 'contract', type: 'string', unit: '', meaning: 'Contract' },
    { name: 'trade_date', type: 'date', unit: '', meaning: 'Trade date' },
  ],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'n'],
});
const LAYER = ['a', 'b', 'c'].map(contract);
const GRAPH = new DatasetGraph(
  LAYER.map((table): Dataset => ({
    name: table.name,
    layer: 'silver',
    unit: 'contract-date',
    description: table.description,
    table,
    upstream: [],
    settings: [],
    operator: { kind: 'driver', module: 'test' },
    codeVersion: 1,
  })),
);
const PARTITION = contractDate('ESH4', '2024-03-05');
const SILVER = { layer: 'silver', partition: PARTITION } as const;
const NOW = Date.parse('2024-05-01T00:00:00Z');

const open = (folder: string) => Lake.open(folder, [...LAYER, opsPartitions, qualityChecks]);
const runOf = (n: number) => ({ workflowId: 'test', runId: `run-${n}` });
const numbered = (table: TableContract, n: number) => {
  const rows = new TableBuilder(table);
  rows.push({ n: BigInt(n) });
  return rows.build();
};

/** Build number `n`, as a process of its own would see the lake. */
async function begin(folder: string, n: number, fence: number, run = runOf(n)): Promise<Publication> {
  const lake = await open(folder);
  const inputs = await InputsRead.begin(lake, () => []);
  const provenance = { code: {}, settings: { n }, inputs: {} };
  return Publication.begin(
    lake,
    GRAPH,
    { ...SILVER, fence, run },
    provenance,
    inputs,
    new AbortController().signal,
  );
}

async function build(publication: Publication, n: number, pause = () => Promise.resolve()) {
  for (const table of LAYER) {
    await pause();
    await publication.table(table, [numbered(table, n)]);
  }
  await pause();
  return publication.end([]);
}

const entry = async (folder: string) => (await LastBuilds.read(await open(folder))).of('silver', PARTITION);
/** The build that each table of the layer is of. */
const written = async (folder: string) => {
  const lake = await open(folder);
  const rows = await Promise.all(LAYER.map((table) => lake.table(table).readRows()));
  return rows.map((found) => found.map(({ n }) => Number(n)));
};
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no failure',
    (error: { code?: string }) => error.code,
  );
const failure = (folder: string, n: number, type: string, since: number) =>
  recordFailure(
    { ...SILVER, scope: PARTITION, run: runOf(n), since, type, message: 'gone' },
    { lake: folder, features: DEFAULT_SETTINGS },
    DATASET_GRAPH,
  );

test.each([1, 2, 3, 4, 5, 6])(
  'of builds at once one wins, and no other leaves a trace (seed %i)',
  async (seed) => {
    const folder = temporaryFolder();
    const next = random(seed);
    const pause = async () => {
      for (let turns = Math.floor(next() * 40); turns > 0; turns--) await new Promise(setImmediate);
    };
    const numbers = [1, 2, 3, 4, 5];
    // Two of them begin in the same millisecond, and so with the same fence.
    const ends = await Promise.all(
      numbers.map(async (n) => {
        await pause();
        return codeOf(begin(folder, n, localFence(NOW + (n >> 1))).then((begun) => build(begun, n, pause)));
      }),
    );
    const last = await entry(folder);
    expect(last?.status).toBe('published');
    const winner = numbers.find((n) => last?.runId === `run-${n}`)!;
    expect(ends[winner - 1]).toBe('no failure');
    expect(await written(folder)).toEqual(LAYER.map(() => [winner]));
    expect(ends.filter((end) => end !== 'no failure' && end !== 'Fenced')).toEqual([]);
  },
);

test('a build that is cut short leaves a layer that is not published, and is built again as if it never had been', async () => {
  const folder = temporaryFolder();
  const first = await begin(folder, 1, localFence(NOW));
  const { digest } = await build(first, 1);
  const second = await begin(folder, 2, localFence(NOW + 1));
  expect(second.current()).toBeUndefined();
  await second.table(LAYER[0], [numbered(LAYER[0], 2)]);
  // Killed here; then the settings are those of the first build again.
  const third = await begin(folder, 1, localFence(NOW + 2));
  expect((await entry(folder))?.status).toBe('building');
  expect(freshnessOf(await entry(folder), digest)).toBe('missing');
  expect(third.current()).toBeUndefined();
  await build(third, 1);
  expect(await written(folder)).toEqual([[1], [1], [1]]);
});

test('a build that ends before it replaces a table leaves what was published', async () => {
  const folder = temporaryFolder();
  await build(await begin(folder, 1, localFence(NOW)), 1);
  const second = await begin(folder, 2, localFence(NOW + 1));
  const disk = Promise.reject(new Error('disk full'));
  await expect(second.table(LAYER[0], () => disk)).rejects.toThrow('disk full');
  expect((await entry(folder))?.status).toBe('published');
  expect(await written(folder)).toEqual([[1], [1], [1]]);
});

test('a build by a clock that was years ahead is in nobody’s way', async () => {
  const folder = temporaryFolder();
  await build(await begin(folder, 1, localFence(Date.parse('2036-01-01T00:00:00Z'))), 1);
  await build(await begin(folder, 2, localFence(NOW)), 2);
  await build(await begin(folder, 3, localFence(NOW)), 3);
  expect(await written(folder)).toEqual([[3], [3], [3]]);
});

test('an attempt that wakes up after the next one of its run has begun to write loses, however late it begins', async () => {
  const folder = temporaryFolder();
  const [first, second] = [localFence(NOW) + 1, localFence(NOW) + 2];
  const asleep = await begin(folder, 1, first, runOf(9));
  const retried = await begin(folder, 2, second, runOf(9));
  await retried.table(LAYER[0], [numbered(LAYER[0], 2)]);
  expect(await codeOf(build(asleep, 1))).toBe('Fenced');
  expect(await codeOf(begin(folder, 1, first, runOf(9)))).toBe('Fenced');
  await build(retried, 2);
  expect(await codeOf(build(asleep, 1))).toBe('Fenced');
  expect(await written(folder)).toEqual([[2], [2], [2]]);
});

describe('a failure', () => {
  it('is recorded over what was built before, and over what the failed build has begun', async () => {
    const folder = temporaryFolder();
    await build(await begin(folder, 1, localFence(NOW)), 1);
    await failure(folder, 2, 'WorkerCrashed', Date.now() + 1);
    expect(await entry(folder)).toMatchObject({ status: 'failed', reason: 'WorkerCrashed: gone' });
    await (await begin(folder, 3, localFence(NOW))).table(LAYER[0], [numbered(LAYER[0], 3)]);
    await failure(folder, 3, 'StoreUnavailable', 0);
    expect(await entry(folder)).toMatchObject({ status: 'failed', runId: 'run-3' });
  });

  it('of a build that was fenced off, or overtaken by another since it began, is not', async () => {
    const folder = temporaryFolder();
    const since = Date.now();
    await build(await begin(folder, 1, localFence(NOW)), 1);
    await failure(folder, 2, 'Fenced', Date.now() + 1);
    await failure(folder, 2, 'CorruptDbn', since);
    await failure(folder, 1, 'WorkerCrashed', 0);
    expect(await entry(folder)).toMatchObject({ status: 'published', runId: 'run-1' });
  });

  it('is in the way of no other build, not even of one that began earlier', async () => {
    const folder = temporaryFolder();
    const earlier = await begin(folder, 1, localFence(NOW));
    await failure(folder, 2, 'CorruptDbn', Date.now());
    await build(earlier, 1);
    expect(await entry(folder)).toMatchObject({ status: 'published', runId: 'run-1' });
  });
});

test('what was computed from a layer that was built anew meanwhile is not published', async () => {
  const folder = temporaryFolder();
  await build(await begin(folder, 1, localFence(NOW)), 1);
  const lake = await open(folder);
  const inputs = await InputsRead.begin(lake, () => [SILVER]);
  const reader = { layer: 'gold', partition: PARTITION, fence: localFence(NOW), run: runOf(2) } as const;
  const provenance = { code: {}, settings: {}, inputs: {} };
  const { signal } = new AbortController();
  const read = () => Publication.begin(lake, GRAPH, reader, provenance, inputs, signal);
  await (await read()).end([]);
  await (await begin(folder, 3, localFence(NOW))).table(LAYER[0], [numbered(LAYER[0], 3)]);
  await expect((await read()).end([])).rejects.toMatchObject({
    code: 'InputChanged',
    message: expect.stringContaining('silver of ESH4 2024-03-05') as string,
  });
});

it('leaves no rows where there is nothing to build from any more', async () => {
  const folder = temporaryFolder();
  await build(await begin(folder, 1, localFence(NOW)), 1);
  const ended = await (await begin(folder, 2, localFence(NOW + 1))).noData('the raw file is gone');
  expect(ended).toMatchObject({ status: 'no_data', reason: 'the raw file is gone' });
  expect(await written(folder)).toEqual([[], [], []]);
  expect(await entry(folder)).toMatchObject({ status: 'no_data', runId: 'run-2' });
});
