/** The quality report over a small simulated lake, and the page made of it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { qualityReport, verdictOf, type QualityReport } from '../../../activities/reports/qualityReport';
import { barDrift, vectorDrift } from '../../../activities/reports/driftReport';
import { runStage } from '../../../activities/stages/stages';
import { layersOf } from '../../../graph/datasets/layers';
import { contractDate } from '../../../graph/datasets/units';
import { featureSettings } from '../../../graph/settings';
import { PROJECT_ROOT } from '../../../infra/root';
import { TABLES } from '../../../graph/catalog/declaration';
import { Lake } from '../../../lake/lake';
import { qualityPage } from '../../../workers/report/qualityPage';
import type * as Simulator from '../../../workers/simulator/simulateInto';
import { ES } from '../../support/products';

// The simulator compresses in threads, which run compiled code.
const { simulateInto } = require(
  join(PROJECT_ROOT, 'dist', 'workers', 'simulator', 'simulateInto.js'),
) as typeof Simulator;

const [FIRST, SECOND] = ['2024-03-05', '2024-03-06'];
const CONTRACT = 'ESH4';
const context = { progress: () => undefined, signal: new AbortController().signal };

let fence = 0;
let folder: string;
let lake: Lake;
let first: QualityReport;
let second: QualityReport;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spymaster-quality-'));
  const location = join(folder, 'lake');
  await simulateInto(join(folder, 'raw'), {
    symbol: 'ES',
    from: FIRST,
    days: 2,
    events: 20_000,
    strength: 0.8,
    seed: 3,
    options: false,
  });
  lake = await Lake.open(location, TABLES);
  for (const name of readdirSync(join(folder, 'raw')))
    if (name.includes('.dbn')) await lake.raw.import(join(folder, 'raw', name));
  for (const tradeDate of [FIRST, SECOND])
    for (const layer of layersOf('contract-date'))
      await runStage(
        {
          layer,
          scope: contractDate(CONTRACT, tradeDate),
          fence: ++fence,
          run: { workflowId: 'test', runId: 'run' },
        },
        context,
        { lake: location, features: featureSettings.parse({}) },
      );
  first = await qualityReport(lake, CONTRACT, FIRST, context);
  second = await qualityReport(lake, CONTRACT, SECOND, context);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the quality report', () => {
  it('counts what SQL counts', async () => {
    const { inspection, tables } = first;
    const actions = await lake.query(
      `SELECT action, count(*)::INTEGER AS n FROM bronze.mbo WHERE trade_date = '${FIRST}' GROUP BY ALL`,
    );
    const byLetter = Object.fromEntries(actions.map(({ action, n }) => [action, n]));
    expect(inspection?.actions).toMatchObject({ add: byLetter.A, cancel: byLetter.C, trade: byLetter.T });
    const total = actions.reduce((sum, { n }) => sum + Number(n), 0);
    expect(inspection?.records).toBe(total);
    expect(inspection?.minutes.records.reduce((a, b) => a + b, 0)).toBe(total);
    expect(tables).toContainEqual({ table: 'bronze.mbo', rows: total });
  });

  it('has the checks and states of all layers, and finds a sound book', () => {
    expect(first.layers.map(({ layer, status }) => `${layer} ${status}`)).toEqual(
      layersOf('contract-date').map((layer) => `${layer} published`),
    );
    expect(new Set(first.checks.map(({ layer }) => layer))).toEqual(new Set(['bronze', 'silver']));
    expect(first.verdict).not.toBe('blocked');
    expect(first.inspection?.book).toMatchObject({ crossedStates: 0, state: 'live' });
    expect(first.market.length).toBeGreaterThan(1000);
    expect(first.deadLetters).toEqual([]);
  });

  it('compares with the sessions before, and with none where there are none', async () => {
    expect(first.drift.bars).toMatchObject({ sessions: [], features: [] });
    const { sessions, features } = second.drift.bars;
    expect(sessions).toEqual([FIRST]);
    const [{ n, mean }] = await lake.query(
      `SELECT count(volume)::INTEGER AS n, avg(volume) AS mean FROM silver.bars WHERE trade_date = '${SECOND}' AND session = 'rth'`,
    );
    const volume = features.find(({ feature }) => feature === 'volume');
    expect(volume?.current.n).toBe(n);
    expect(volume?.current.mean).toBeCloseTo(Number(mean), 9);
  });

  it('leaves out sessions of other settings or code, and counts them', async () => {
    const date = { contract: CONTRACT, tradeDate: SECOND };
    const drifts = async () => [
      await barDrift(lake, date, context.signal),
      await vectorDrift(lake, date, context.signal),
    ];
    const was = await drifts();
    expect(was.map(({ sessions, leftOut }) => [sessions, leftOut])).toEqual([
      [[FIRST], 0],
      [[FIRST], 0],
    ]);
    const rebuild = (layer: 'silver' | 'gold', settings: object) =>
      runStage(
        {
          layer,
          scope: contractDate(CONTRACT, FIRST),
          fence: ++fence,
          run: { workflowId: 'test', runId: 'run' },
        },
        context,
        { lake: lake.store.location, features: featureSettings.parse(settings) },
      );
    // Barriers are a matter of Gold: bars are as they were.
    await rebuild('gold', { episodes: { barrierTicks: 24 } });
    expect((await drifts()).map(({ sessions, leftOut }) => [sessions, leftOut])).toEqual([
      [[FIRST], 0],
      [[], 1],
    ]);
    await rebuild('silver', { bars: { seconds: 10 } });
    const bars = await barDrift(lake, date, context.signal);
    expect([bars.sessions, bars.leftOut, bars.features]).toEqual([[], 1, []]);
    await rebuild('silver', {});
    await rebuild('gold', {});
    expect(await drifts()).toEqual(was);
  });

  it('blocks on a blocking check alone', () => {
    const check = (passed: boolean, severity: 'blocking' | 'warning') => [{ passed, severity }];
    const published = [{ status: 'published' as const }];
    expect(verdictOf(check(true, 'blocking'), published)).toBe('passed');
    expect(verdictOf(check(false, 'warning'), published)).toBe('warned');
    expect(verdictOf(check(true, 'blocking'), [{ status: 'failed' }])).toBe('warned');
    expect(verdictOf(check(false, 'blocking'), published)).toBe('blocked');
  });

  it('refuses a date that was never built', async () => {
    await expect(qualityReport(lake, CONTRACT, '2024-03-07', context)).rejects.toMatchObject({
      code: 'NoInput',
    });
  });
});

describe('its page', () => {
  it('has every section, and needs nothing from elsewhere', () => {
    const page = qualityPage(second, ES);
    const sections = [...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title);
    expect(sections).toEqual([
      'Summary',
      'Checks',
      'Coverage',
      'Messages',
      'Market',
      'Book',
      'Dead letters',
      'Drift of bars',
      'Drift of vectors',
      'Layers and tables',
    ]);
    expect(page).not.toMatch(/https?:|src=|href=|url\(|@import|<script/);
    expect(page).not.toMatch(/NaN|undefined|\[object/);
    expect(page.match(/<svg viewBox="0 0 960/g)?.length).toBe(4);
  });

  it('says what there is of a date that was never published', () => {
    const reason = 'too <many> dead letters';
    const layers = [{ ...first.layers[0], status: 'blocked' as const, reason }];
    const page = qualityPage({ ...first, verdict: 'blocked', inspection: null, market: [], layers }, ES);
    expect(page).toContain('bronze.mbo of this date is not published');
    expect(page).toContain('too &lt;many&gt; dead letters');
  });
});
