/** Other products than ES, from DBN to Gold through the stages, and verified there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planBackfill } from '../../../activities/planning/plan';
import { parseBackfill } from '../../../activities/planning/requests';
import { verifyAsOf } from '../../../activities/verify/asOf';
import { verifyLabels } from '../../../activities/verify/labels';
import { verifyParity } from '../../../activities/verify/parity';
import { silverBars } from '../../../graph/bars/barsTable';
import { goldEpisodes } from '../../../graph/episodes/episodeTables';
import { silverLevels } from '../../../graph/levels/levelsTable';
import { TABLES } from '../../../graph/catalog/declaration';
import { layersOf } from '../../../graph/datasets/layers';
import { featureSettings } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { buildDate, QUIETLY, simulateLake } from '../../support/simulatedLake';

const DATE = '2024-03-06';
/** A price that crosses zero in the day, as that of May crude did on 2020-04-20. */
const CROSSING = { symbol: 'CL', contract: 'CLM0', date: '2020-04-20', price: 0.2, tick: 0.01 };
const DAYS = [
  { symbol: 'CL', contract: 'CLJ4', date: DATE, tick: 0.01, rth: [14, 19.5] },
  { symbol: 'GC', contract: 'GCJ4', date: DATE, tick: 0.1, rth: [13 + 1 / 3, 18.5] },
  { symbol: 'ZN', contract: 'ZNM4', date: DATE, tick: 0.015625, rth: [13 + 1 / 3, 20] },
];

let folder: string;
let lake: Lake;
const features = featureSettings.parse({
  levels: { kinds: ['PM_HIGH', 'PM_LOW', 'SMA_90', 'EMA_20', 'ROUND'] },
});
const settings = () => ({ lake: join(folder, 'lake'), features });
const rowsOf = (table: typeof silverBars, contract: string, tradeDate: string) =>
  lake.table(table).readRows({ partition: { contract, trade_date: tradeDate } });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spymaster-products-'));
  for (const { symbol, contract, date } of DAYS) {
    await simulateLake(join(folder, symbol), join(folder, 'lake'), {
      symbol,
      from: date,
      days: 1,
      events: 30_000,
      seed: 2,
    });
    await buildDate(settings(), contract, date);
  }
  const { symbol, contract, date: from, price } = CROSSING;
  await simulateLake(join(folder, 'zero'), join(folder, 'lake'), {
    symbol,
    price,
    from,
    days: 1,
    events: 30_000,
    seed: 4,
  });
  await buildDate(settings(), contract, from);
  lake = await Lake.open(join(folder, 'lake'), TABLES);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(DAYS)('a day of $symbol', ({ symbol, contract, date, tick, rth: [open, close] }) => {
  it('has bars on its tick, in its own regular hours', async () => {
    const bars = await rowsOf(silverBars, contract, date);
    expect(bars.length).toBeGreaterThan(10_000);
    // A mid lies on a tick or between two.
    const halves = bars.flatMap(({ mid }) => (mid === null ? [] : [(2 * (mid as number)) / tick]));
    expect(halves.length).toBeGreaterThan(10_000);
    expect(halves.filter((half) => Math.abs(half - Math.round(half)) > 1e-6)).toEqual([]);
    const midnight = BigInt(Date.parse(`${date}T00:00:00Z`)) * 1_000_000n;
    const regular = bars
      .filter(({ session }) => session === 'rth')
      .map((row) => Number((row.bar_start_utc as bigint) - midnight) / 3600e9);
    expect(Math.min(...regular)).toBeCloseTo(open, 9);
    expect(Math.max(...regular)).toBeCloseTo(close - 5 / 3600, 9);
  });

  it('has episodes at its levels', async () => {
    const episodes = await rowsOf(goldEpisodes, contract, date);
    expect(episodes.length).toBeGreaterThan(0);
  });

  it('stays current when days of other products are imported', async () => {
    const layers = layersOf('contract-date');
    const request = parseBackfill({ symbol, contract, start: date, end: date, layers, reprocess: 'stale' });
    expect(await planBackfill(request, settings())).toMatchObject({ items: [], upToDate: 1 });
  });
});

describe('a day that crosses zero', () => {
  const { symbol, contract, date, tick } = CROSSING;

  it('has bars and levels on both sides of it', async () => {
    const mids = (await rowsOf(silverBars, contract, date))
      .map(({ mid }) => mid as number | null)
      .filter((mid) => mid !== null);
    expect(Math.min(...mids)).toBeLessThan(-5 * tick);
    expect(Math.max(...mids)).toBeGreaterThan(5 * tick);
    const rounds = (await rowsOf(silverLevels, contract, date))
      .map(({ level_id: id }) => id as string)
      .filter((id) => id.startsWith('ROUND'));
    expect(rounds).toEqual(expect.arrayContaining(['ROUND@-1.00', 'ROUND@0.00', 'ROUND@1.00']));
  });

  it('is the same streamed and in batch, as of any time, and by SQL', async () => {
    const target = { symbol, contract, tradeDate: date };
    const parity = await verifyParity(settings(), { ...target, seed: 1 }, QUIETLY);
    const asOf = await verifyAsOf(lake, features, { ...target, seed: 1, cuts: 2 }, QUIETLY);
    const labels = await verifyLabels(settings(), target, QUIETLY);
    for (const { comparisons } of [parity, asOf, labels])
      for (const { dataset, differences } of comparisons)
        expect([dataset, differences]).toEqual([dataset, 0]);
    expect(labels.comparisons.some(({ rows }) => rows > 0)).toBe(true);
  });
});
