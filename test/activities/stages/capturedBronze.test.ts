/** A date without raw files is built from what a live worker has captured of it; raw files that come later take its place. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { planBackfill } from '../../../activities/planning/plan';
import { parseBackfill } from '../../../activities/planning/requests';
import { LastBuilds, requirePublished } from '../../../activities/publishing/lastBuilds';
import { recordFailure } from '../../../activities/publishing/recordFailure';
import { TABLES } from '../../../graph/catalog/declaration';
import { dataOf } from '../../../graph/catalog/provenance';
import { contractDate } from '../../../graph/datasets/units';
import type { Packet } from '../../../graph/feed/packet';
import { qualityChecks } from '../../../graph/quality/checksTable';
import { featureSettings } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { contractDateRows, expectSameRows, packetsOf } from '../../support/followed';
import { temporaryFolder } from '../../support/lake';
import { buildDate, importFolder, simulateLake } from '../../support/simulatedLake';
import { streamDate } from '../../support/streamedDate';

const CONTRACT = 'ESH4';
const TRADE_DATE = '2024-03-05';
const KEY = { contract: CONTRACT, trade_date: TRADE_DATE };
const DATE = { contract: CONTRACT, tradeDate: TRADE_DATE };
const PARTITION = contractDate(CONTRACT, TRADE_DATE);
const features = featureSettings.parse({ bars: { seconds: 60 }, episodes: { sessionWindow: 'all-hours' } });

let raw: string;
let packets: Packet[];
let expected: Record<string, string[]>;
beforeAll(async () => {
  const folder = temporaryFolder();
  const built = join(folder, 'lake');
  raw = join(folder, 'raw');
  await simulateLake(raw, built, { from: TRADE_DATE, days: 1, events: 10_000, seed: 3, options: false });
  for (const name of readdirSync(raw)) if (!name.includes('.mbo.')) rmSync(join(raw, name));
  await buildDate({ lake: built, features }, CONTRACT, TRADE_DATE);
  expected = await contractDateRows(await Lake.open(built, TABLES), KEY);
  packets = await packetsOf(raw, CONTRACT, 400);
});

const planOf = (lake: string) => {
  const request = { symbol: 'ES', contract: CONTRACT, start: TRADE_DATE, end: TRADE_DATE };
  return planBackfill(parseBackfill({ ...request, reprocess: 'stale' }), { lake, features });
};

test('built as from raw files, current, and known to be simulated; raw files that come in make it stale', async () => {
  const folder = temporaryFolder();
  const lake = await Lake.open(folder, TABLES);
  await streamDate(lake, features, DATE, packets);
  expect((await planOf(folder)).withoutData).toEqual([TRADE_DATE]);
  // A build of it that failed leaves what was captured to the next one.
  const run = { workflowId: 'session', runId: 'first' };
  const failed = { layer: 'bronze', scope: PARTITION, run, since: Date.now() + 1000 } as const;
  await recordFailure({ ...failed, type: 'StoreUnavailable', message: 'gone' }, { lake: folder, features });
  expect((await LastBuilds.read(lake)).of('bronze', PARTITION)?.status).toBe('failed');

  await buildDate({ lake: folder, features }, CONTRACT, TRADE_DATE);
  expectSameRows(await contractDateRows(lake, KEY), expected);
  const bronze = await requirePublished(lake, 'bronze', PARTITION);
  expect(dataOf(bronze.provenance)).toBe('simulated');
  expect(bronze.rows).toBe(expected['bronze.mbo'].length + expected['bronze.opening_books'].length);
  const checks = await lake
    .table(qualityChecks)
    .readRows({ partition: { layer: 'bronze', partition: `${CONTRACT}/${TRADE_DATE}` } });
  expect(checks.find(({ check_name }) => check_name === 'record_count')).toMatchObject({ passed: true });
  expect(await planOf(folder)).toMatchObject({ upToDate: 1, withoutData: [] });

  await importFolder(raw, folder);
  const [item] = (await planOf(folder)).items;
  expect(item).toMatchObject({ layers: ['bronze', 'silver', 'gold'], reason: 'stale' });
  expect(item.because.join()).toContain('came in');
});
