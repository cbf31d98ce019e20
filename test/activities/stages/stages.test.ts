/** The stages over a real lake: a small simulated day in, tables out. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineageOf } from '../../../activities/reports/lineage';
import { partitionGrid } from '../../../activities/planning/partitionGrid';
import { planBackfill } from '../../../activities/planning/plan';
import { parseBackfill, type BackfillInput } from '../../../activities/planning/requests';
import { recordFailure } from '../../../activities/publishing/recordFailure';
import type { Layer, StageRequest, StageResult } from '../../../activities/stages/stage';
import { runStage } from '../../../activities/stages/stages';
import { layersOf } from '../../../graph/datasets/layers';
import { productSpan } from '../../../graph/planning/scope';
import { contractDate } from '../../../graph/datasets/units';
import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import type { TableContract } from '../../../graph/datasets/schema';
import { bronzeDeadLetters } from '../../../graph/records/deadLettersTable';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { bronzeOpeningBooks } from '../../../graph/records/openingBooksTable';
import { qualityChecks } from '../../../graph/quality/checksTable';
import { encodeMetadata, MBO_BYTES } from '../../../graph/dbn';
import { featureSettings, type FeatureSettings } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { readDbn } from '../../../lake/raw/dbnFile';
import { PROJECT_ROOT } from '../../../infra/root';
import { damageFile } from '../../support/lake';
import type * as Simulator from '../../../workers/simulator/simulateInto';

// The simulator compresses in threads, which run compiled code.
const { simulateInto } = require(
  join(PROJECT_ROOT, 'dist', 'workers', 'simulator', 'simulateInto.js'),
) as typeof Simulator;

const DATES = ['2024-03-05', '2024-03-06'] as const;
const CONTRACT = 'ESH4';
const LAYERS = layersOf('contract-date');
const features = featureSettings.parse({});
const partition = { contract: CONTRACT, trade_date: DATES[0] };

let folder: string;
let lakeFolder: string;
/** How the layers of the first date ended. */
const built: StageResult[] = [];
let fence = 1;

const context = { progress: () => undefined, signal: new AbortController().signal };

const request = (
  layer: Layer,
  tradeDate: string = DATES[0],
  more: Partial<StageRequest> = {},
): StageRequest => ({
  layer,
  scope: contractDate(CONTRACT, tradeDate),
  fence: fence++,
  run: { workflowId: 'test', runId: 'run' },
  ...more,
});
const stage = (layer: Layer, more: Partial<StageRequest> = {}, settings: FeatureSettings = features) =>
  runStage(request(layer, DATES[0], more), context, { lake: lakeFolder, features: settings });
const rowsOf = async (table: TableContract, of: Record<string, string> = partition) =>
  (await Lake.open(lakeFolder, TABLES)).table(table).readRows({ partition: of });
const plan = (input: Partial<BackfillInput> = {}, settings = features, lake = lakeFolder) =>
  planBackfill(parseBackfill({ symbol: 'ES', start: '2024-03-01', end: '2024-03-07', ...input }), {
    lake,
    features: settings,
  });
const contractDates = (input: Partial<BackfillInput> = {}, settings = features, lake = lakeFolder) =>
  plan({ layers: LAYERS, ...input }, settings, lake);
const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'no failure',
    (error: { code?: string }) => error.code,
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spymaster-stages-'));
  lakeFolder = join(folder, 'lake');
  await simulateInto(join(folder, 'raw'), {
    symbol: 'ES',
    from: DATES[0],
    days: DATES.length,
    events: 30_000,
    strength: 0.8,
    seed: 7,
    options: true,
  });
  const { raw } = await Lake.open(lakeFolder, TABLES);
  for (const name of readdirSync(join(folder, 'raw')))
    if (name.includes('.dbn')) await raw.import(join(folder, 'raw', name));
  for (const layer of LAYERS) built.push(await stage(layer));
  // The second date up to Silver.
  for (const layer of ['bronze', 'silver'] as const)
    await runStage(request(layer, DATES[1]), context, { lake: lakeFolder, features });
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('building a contract-date', () => {
  it('refuses a layer whose input was never built', async () => {
    for (const layer of ['silver', 'gold'] as const)
      expect(
        await codeOf(runStage(request(layer, '2024-03-07'), context, { lake: lakeFolder, features })),
      ).toBe('NoInput');
  });

  it('publishes every table of every layer; so thin a day is only warned of', async () => {
    expect(built.map(({ layer }) => layer)).toEqual(LAYERS);
    for (const result of built) {
      const { layer } = result;
      expect([result.status, result.reason]).toEqual(['published', undefined]);
      expect(result.checks.filter(({ passed, severity }) => !passed && severity === 'blocking')).toEqual([]);
      expect(Object.keys(result.rows)).toEqual(
        expect.arrayContaining(DATASET_GRAPH.tablesOf(layer).map(({ name }) => name)),
      );
    }
    const { rows } = await stage('gold', { force: true });
    expect(rows['gold.outcomes']).toBe(3 * rows['gold.episodes']);
  });

  it('builds nothing from a file of the layer below that cannot be read whole', async () => {
    const lake = await Lake.open(lakeFolder, TABLES);
    const bronze = lake.table(bronzeMbo);
    const [file] = (await bronze.snapshot()).filesOf(partition);
    const path = await bronze.files.pathOf(file);
    const whole = readFileSync(path);
    const silver = DATASET_GRAPH.tablesOf('silver').map((table) => lake.table(table));
    const versions = () => Promise.all(silver.map(async (table) => (await table.snapshot()).version));
    const before = await versions();
    try {
      damageFile(path);
      await expect(stage('silver', { force: true })).rejects.toMatchObject({
        code: 'CorruptTable',
        details: { file: path },
      });
    } finally {
      writeFileSync(path, whole);
    }
    expect(await versions()).toEqual(before);
  });

  it('does nothing when inputs, code and settings are what they were', async () => {
    for (const layer of LAYERS) expect((await stage(layer)).status).toBe('current');
  });

  it('keeps every record of the window: those of the raw files, and no other', async () => {
    let expected = 0;
    const { raw } = await Lake.open(lakeFolder, TABLES);
    for (const { file, instrument } of (await raw.catalog()).pieces(CONTRACT, DATES[0])) {
      const day = instrument.days.find(({ tradeDate }) => tradeDate === DATES[0]);
      expected += day?.records.mbo ?? 0;
      expect(file.schema).toBe('mbo');
    }
    const snapshot = await (await Lake.open(lakeFolder, TABLES)).table(bronzeMbo).snapshot();
    expect(snapshot.partition(partition)?.rows).toBe(expected);
  });

  it('starts the second date from the book the first one left', async () => {
    const [opening] = await rowsOf(bronzeOpeningBooks, { ...partition, trade_date: DATES[1] });
    expect(Number(opening.orders)).toBeGreaterThan(100);
    const checks = await rowsOf(qualityChecks, {
      layer: 'silver',
      partition: `${CONTRACT}/${DATES[1]}`,
    });
    const audit = checks.find(({ check_name }) => check_name === 'snapshot_audit');
    expect(audit).toMatchObject({ passed: true, value: 0 });
  });

  it('lets an attempt with a lower fence lose, and says so', async () => {
    expect(await codeOf(stage('gold', { force: true, fence: 0 }))).toBe('Fenced');
    expect((await stage('gold')).status).toBe('current');
  });

  it('stops when it is cancelled, and leaves the table as it was', async () => {
    const before = await (await Lake.open(lakeFolder, TABLES)).table(bronzeMbo).snapshot();
    const abort = new AbortController();
    const progress = () => abort.abort();
    const work = runStage(
      request('bronze', DATES[0], { force: true }),
      { progress, signal: abort.signal },
      { lake: lakeFolder, features },
    );
    expect(await codeOf(work)).toBe('Cancelled');
    const after = await (await Lake.open(lakeFolder, TABLES)).table(bronzeMbo).snapshot();
    expect(after.version).toBe(before.version);
  });

  it('tells the lineage of a vector down to the raw files', async () => {
    const root = await lineageOf(
      await Lake.open(lakeFolder, TABLES),
      DATASET_GRAPH,
      'gold.vectors',
      `${CONTRACT}/${DATES[0]}`,
    );
    const names = new Set<string>();
    const walk = (node: typeof root) => {
      names.add(node.dataset === 'raw.dbn' ? node.key : node.dataset);
      node.upstream.forEach(walk);
    };
    walk(root);
    expect([...names]).toEqual(
      expect.arrayContaining([
        'gold.vectors',
        'gold.outcomes',
        'gold.episodes',
        'silver.vacuum',
        'silver.levels',
        'bronze.mbo',
        'xsim-mdp3-20240305.mbo.dbn.zst',
      ]),
    );
    expect(
      await codeOf(lineageOf(await Lake.open(lakeFolder, TABLES), DATASET_GRAPH, 'gold.nothing', 'x/y')),
    ).toBe('UnknownTable');
    expect(
      await codeOf(lineageOf(await Lake.open(lakeFolder, TABLES), DATASET_GRAPH, 'gold.outcomes', 'ESH4')),
    ).toBe('BadArgument');
  });
});

describe('planning from the lake', () => {
  it('plans what is missing, and names the dates without data', async () => {
    const { items, upToDate, withoutData } = await plan();
    expect(items).toEqual([
      {
        scope: contractDate(CONTRACT, DATES[1]),
        layers: ['gold'],
        reason: 'missing',
        because: [],
        after: [],
      },
      // What a session begins with, for those of the range and the one after it; once the dates it reads are built.
      {
        scope: productSpan('ES', DATES[0], '2024-03-07'),
        layers: ['normalisation'],
        reason: 'missing',
        because: [],
        after: [[0, 0]],
      },
    ]);
    expect(upToDate).toBe(1);
    expect(withoutData).toEqual(['2024-03-01', '2024-03-04', '2024-03-07']);
  });

  it('finds what other settings have made stale, from the layer on that they touch', async () => {
    const other = featureSettings.parse({ episodes: { barrierTicks: 24 } });
    const { items } = await contractDates({ reprocess: 'stale', end: DATES[0] }, other);
    expect(items).toEqual([
      {
        scope: contractDate(CONTRACT, DATES[0]),
        layers: ['gold'],
        reason: 'stale',
        because: ['setting episodes.barrierTicks: 20, now 24'],
        after: [],
      },
    ]);
    const bars = featureSettings.parse({ bars: { seconds: 10 } });
    const [item] = (await contractDates({ reprocess: 'stale', end: DATES[0] }, bars)).items;
    expect(item.layers).toEqual(['silver', 'gold']);
    expect(item.because).toEqual(['setting bars.seconds: 5, now 10']);
  });

  it('plans a recorded failure again only when asked to', async () => {
    const lake = join(folder, 'failed');
    cpSync(lakeFolder, lake, { recursive: true });
    const { layer, scope, run } = request('gold', DATES[1]);
    await recordFailure(
      { layer, scope, run, since: Date.now(), type: 'WorkerCrashed', message: 'gone' },
      { lake, features },
    );
    expect((await contractDates({}, features, lake)).items).toEqual([]);
    expect((await contractDates({ reprocess: 'failed' }, features, lake)).items).toMatchObject([
      { scope: contractDate(CONTRACT, DATES[1]), layers: ['gold'], reason: 'failed' },
    ]);
    const grid = await partitionGrid({ lake, features });
    expect(grid.find(({ layer, tradeDate }) => layer === 'gold' && tradeDate === DATES[1])).toMatchObject({
      status: 'failed',
      reason: 'WorkerCrashed: gone',
    });
  });

  it('refuses a contract of another product', async () => {
    expect(await codeOf(plan({ contract: 'NQH4' }))).toBe('BadArgument');
  });
});

describe('records that cannot be used', () => {
  /** A lake of the same day in which every n-th record has a price between two ticks. */
  async function damaged(every: number): Promise<string> {
    const location = join(folder, `damaged-${every}`);
    const { raw } = await Lake.open(location, TABLES);
    for (const name of readdirSync(join(folder, 'raw')).filter((file) => file.includes('.mbo.'))) {
      const parts: Uint8Array[] = [];
      let index = 0;
      await readDbn(join(folder, 'raw', name), {
        metadata: (metadata) => void parts.push(encodeMetadata(metadata)),
        // Without `mbo`, records come as bytes.
        record: ({ bytes }) => {
          const copy = Uint8Array.from(bytes);
          if (copy.length === MBO_BYTES && copy[38] === 0x41 && ++index % every === 0) copy[24] ^= 1;
          parts.push(copy);
        },
      });
      const path = join(folder, name.replace('.zst', ''));
      writeFileSync(path, Buffer.concat(parts));
      await raw.import(path);
    }
    return location;
  }

  it('go to the dead letters with reason, place and bytes, and the rest goes on', async () => {
    const lake = await damaged(1000);
    const result = await runStage(request('bronze'), context, { lake, features });
    expect(result.status).toBe('published');
    const letters = await (await Lake.open(lake, TABLES)).table(bronzeDeadLetters).readRows({ partition });
    expect(letters.length).toBe(result.rows['bronze.dead_letters']);
    expect(letters.length).toBeGreaterThan(5);
    expect(new Set(letters.map(({ reason }) => reason))).toEqual(new Set(['price_off_tick']));
    expect(letters[0]).toMatchObject({
      field: 'price',
      expected: 'a multiple of 0.25',
      position: expect.any(BigInt),
    });
    expect((letters[0].bytes as Uint8Array).length).toBe(MBO_BYTES);
  });

  it('keep the partition from being published when they are too many', async () => {
    const lake = await damaged(20);
    const result = await runStage(request('bronze'), context, { lake, features });
    expect(result.status).toBe('blocked');
    expect(result.reason).toMatch(/records could not be used/);
    const opened = await Lake.open(lake, TABLES);
    expect((await opened.table(bronzeMbo).snapshot()).exists).toBe(false);
    expect((await opened.table(bronzeDeadLetters).readRows({ partition })).length).toBeGreaterThan(100);
    expect(await codeOf(runStage(request('silver'), context, { lake, features }))).toBe('NoInput');
  });
});
