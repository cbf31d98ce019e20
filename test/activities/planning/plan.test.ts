/** Same inputs, same rows, whatever the order and concurrency in which dates are built. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { planBackfill } from '../../../activities/planning/plan';
import { parseBackfill, type BackfillInput } from '../../../activities/planning/requests';
import { LastBuilds } from '../../../activities/publishing/lastBuilds';
import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import { keyText } from '../../../graph/datasets/units';
import { featureSettings } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { temporaryFolder } from '../../support/lake';
import { runPlan } from '../../support/runPlan';
import { simulateLake } from '../../support/simulatedLake';

const DATES = ['2024-03-05', '2024-03-06', '2024-03-07'];
const [FIRST, SECOND, LAST] = DATES;
// Long bars: a day is computed quickly.
const features = featureSettings.parse({ bars: { seconds: 60 }, episodes: { sessionWindow: 'all-hours' } });
const imported = join(temporaryFolder(), 'lake');

beforeAll(async () => {
  const folder = join(temporaryFolder(), 'raw');
  await simulateLake(folder, imported, { from: FIRST, days: 3, events: 10_000, seed: 5, options: false });
});

/** A lake of its own in which nothing was built yet. */
function freshLake() {
  const lake = join(temporaryFolder(), 'lake');
  cpSync(imported, lake, { recursive: true });
  return { lake, features };
}
type Settings = ReturnType<typeof freshLake>;

const plan = (settings: Settings, input: Partial<BackfillInput> = {}) =>
  planBackfill(
    parseBackfill({ symbol: 'ES', start: FIRST, end: LAST, reprocess: 'stale', ...input }),
    settings,
  );
const build = async (settings: Settings, input: Partial<BackfillInput> = {}) =>
  runPlan(await plan(settings, input), settings);

/** Digests of all builds, and of every table that is built the number of its rows and a digest of them, in whatever order they are. */
async function contents({ lake }: Settings) {
  const opened = await Lake.open(lake, TABLES);
  const builds = (await LastBuilds.read(opened)).all();
  const digests = builds.map(({ layer, partition, status, digest }) => [
    layer,
    keyText(partition),
    status,
    digest,
  ]);
  const tables: Record<string, { rows: number; digest: string }> = {};
  for (const { name, layer, table } of DATASET_GRAPH.datasets)
    if (layer !== 'raw' && layer !== 'ops') {
      const columns = table!.columns.map((column) => column.name).filter((column) => !DIFFERS.has(column));
      const [{ rows, digest }] = await opened.query(
        `SELECT count(*) AS rows, sum(hash(${columns.join(', ')})::HUGEINT)::VARCHAR AS digest FROM ${name}`,
      );
      tables[name] = { rows: Number(rows), digest: digest as string };
    }
  return { digests: digests.map((parts) => parts.join(' ')).sort(), tables };
}

/** The time at which a row was found is another each time. */
const DIFFERS: ReadonlySet<string> = new Set(['found_at']);

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, k) => permutations(items.toSpliced(k, 1)).map((rest) => [item, ...rest]));

describe('the order of building', () => {
  let expected: Awaited<ReturnType<typeof contents>>;

  beforeAll(async () => {
    const settings = freshLake();
    await build(settings, { concurrency: 3 });
    expected = await contents(settings);
  });

  it('is none: a backfill builds the dates side by side, and what reads several of them after those', async () => {
    expect(expected.tables['gold.vectors'].rows).toBeGreaterThan(10);
    // Of the second date, the third, and the one after the range; nothing comes before the first.
    expect(expected.tables['gold.normalisation'].rows).toBe(3 * 144);
    const { items } = await plan(freshLake());
    expect(items.map(({ scope, after }) => [keyText(scope), after])).toEqual([
      ...DATES.map((date) => [`ESH4/${date}`, []]),
      ['ES/2024-03-05..2024-03-08', [[0, 2]]],
    ]);
  });

  it.each(permutations(DATES))(
    'makes no difference: %s, %s, %s',
    async (...order) => {
      const settings = freshLake();
      for (const date of order) await build(settings, { start: date, end: date });
      // What was built before dates it reads is stale by now, and nothing else is.
      await build(settings);
      expect((await plan(settings)).items).toEqual([]);
      expect(await contents(settings)).toEqual(expected);
    },
    600_000,
  );

  it('shows where a date is built before one that it reads: what is stale, and because of what', async () => {
    const settings = freshLake();
    await build(settings, { start: SECOND, end: SECOND });
    await build(settings, { start: FIRST, end: FIRST });
    const { items } = await plan(settings, { end: SECOND });
    expect(items).toEqual([
      {
        scope: { unit: 'product-date', key: { product: 'ES', trade_date: '2024-03-07..2024-03-07' } },
        layers: ['normalisation'],
        reason: 'stale',
        because: ['gold ESH4/2024-03-05 came in'],
        after: [],
      },
    ]);
  });

  it('makes what reads a rebuilt date stale, and nothing else', async () => {
    const settings = freshLake();
    await build(settings);
    // A level of the user's own on every date is another setting of the first date's rows and of all others.
    const others = {
      ...settings,
      features: featureSettings.parse({ ...features, levels: { roundStepTicks: 100 } }),
    };
    const range = parseBackfill({ symbol: 'ES', start: FIRST, end: FIRST, reprocess: 'stale' });
    await runPlan(await planBackfill(range, others), others);
    const { items } = await plan(settings, { start: SECOND });
    expect(items).toMatchObject([
      { layers: ['normalisation'], reason: 'stale', because: ['gold ESH4/2024-03-05 was built anew'] },
    ]);
  });
});
