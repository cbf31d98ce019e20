/** A session followed with its options: events of two partitions give the rows that batch builds of the files. */
import { join } from 'node:path';
import { previousDayOf } from '../../../activities/stages/inputs';
import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import { qualityChecks } from '../../../graph/quality/checksTable';
import { featureSettings } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { LiveSession } from '../../../workers/live/liveSession';
import type { PlacedPacket } from '../../../workers/live/placed';
import { contractDateRows, expectSameRows, feedOf } from '../../support/followed';
import { temporaryFolder } from '../../support/lake';
import { buildDate, simulateLake } from '../../support/simulatedLake';

const CONTRACT = 'ESH4';
const TRADE_DATE = '2024-03-05';
const KEY = { contract: CONTRACT, trade_date: TRADE_DATE };
const OF_OPTIONS = ['bronze.definitions', 'bronze.option_trades', 'bronze.statistics'];
const features = featureSettings.parse({ bars: { seconds: 60 }, episodes: { sessionWindow: 'all-hours' } });

let batch: Lake;
let contract: PlacedPacket[];
let options: PlacedPacket[];
let expected: Record<string, string[]>;

beforeAll(async () => {
  const folder = temporaryFolder();
  const built = join(folder, 'lake');
  await simulateLake(join(folder, 'raw'), built, { from: TRADE_DATE, days: 1, events: 10_000, seed: 3 });
  await buildDate({ lake: built, features }, CONTRACT, TRADE_DATE);
  batch = await Lake.open(built, TABLES);
  expected = await contractDateRows(batch, KEY, true);
  let records = 0;
  // Packets end at moments of their own, and when they are full.
  const flushes = () => ++records % 701 === 0;
  const { product } = batch.products.contractOf(CONTRACT, TRADE_DATE);
  const packets = await feedOf(batch, product, [TRADE_DATE], { mostBytes: 40_000, flushes });
  const lane = (name: string, partition: string) =>
    packets
      .filter((packet) => packet.contract === name)
      .map((packet, i): PlacedPacket => ({ partition, sequence: 2 * i, packet, received: 1n }));
  [contract, options] = [lane(CONTRACT, '1'), lane('ES.OPT', '3')];
});

async function open(folder: string): Promise<LiveSession> {
  return LiveSession.open({
    lake: await Lake.open(folder, TABLES),
    graph: DATASET_GRAPH,
    features,
    contract: CONTRACT,
    tradeDate: TRADE_DATE,
    previousDay: await previousDayOf(batch, CONTRACT, TRADE_DATE),
    announcer: () => Promise.resolve(() => Promise.resolve(undefined)),
    run: { workflowId: 'live', runId: 'test' },
  });
}

/** Takes events about options as far as the session asks for them. */
async function supply(session: LiveSession, next?: PlacedPacket): Promise<void> {
  for (const event of options) {
    if (!session.needsOptions(next)) return;
    await session.takeOption(event);
  }
}

async function take(session: LiveSession, events: readonly PlacedPacket[], every = Infinity): Promise<void> {
  await supply(session);
  for (const [i, event] of events.entries()) {
    await supply(session, event);
    await session.take(event);
    if (i % every === every - 1) await session.cut();
  }
}

async function end(session: LiveSession): Promise<void> {
  for (const event of options) await session.takeOption(event);
  await session.end();
}

const rowsOf = async (folder: string) => contractDateRows(await Lake.open(folder, TABLES), KEY, true);

async function checksOf(folder: string): Promise<Record<string, number>> {
  const rows = await (await Lake.open(folder, TABLES)).table(qualityChecks).readRows();
  return Object.fromEntries(rows.map(({ check_name, value }) => [check_name as string, value as number]));
}

test('the same rows as of the files, and what options say is in them', async () => {
  for (const table of OF_OPTIONS) expect(expected[table].length).toBeGreaterThan(20);
  expect(expected['gold.vectors'].length).toBeGreaterThan(2);
  expect(contract.some(({ packet }) => packet.optionsBefore > 5)).toBe(true);
  const folder = temporaryFolder();
  const session = await open(folder);
  await take(session, contract, 9);
  await end(session);
  expectSameRows(await rowsOf(folder), expected);
  expect(await checksOf(folder)).toMatchObject({ option_record_count: 0, feed_options: 0, feed_packets: 0 });
});

test('another worker goes on from both places', async () => {
  const folder = temporaryFolder();
  for (const part of [0.2, 0.5, 0.8]) {
    const session = await open(folder);
    const left = contract.filter(({ sequence }) => sequence > session.position);
    await take(session, left.slice(0, Math.floor(part * left.length)), 7);
    await session.settled();
  }
  const session = await open(folder);
  expect(session.beginnings.options).toBeGreaterThan(0);
  await take(session, contract);
  await end(session);
  expectSameRows(await rowsOf(folder), expected);
});

test('options that lag are gone without, and told; they count from when they have come', async () => {
  const folder = temporaryFolder();
  const session = await open(folder);
  const [early, late] = [Math.floor(contract.length / 3), Math.floor(contract.length / 2)];
  await take(session, contract.slice(0, early));
  expect(await session.setApart(true)).toBe(true);
  await take(session, contract.slice(early, late));
  const without = session.counts.withoutOptions;
  expect(without).toBe(contract.slice(early, late).reduce((sum, { packet }) => sum + packet.count, 0));
  await session.setApart(false);
  await take(session, contract.slice(late));
  await end(session);
  const found = await rowsOf(folder);
  // What Bronze has is the same, in the order it came.
  for (const table of ['bronze.mbo', ...OF_OPTIONS]) expect(found[table]).toEqual(expected[table]);
  const { feed_options: told } = await checksOf(folder);
  expect(told).toBeGreaterThan(without);
});
