/** Sessions that are not like others, followed live: rows are those that batch builds of the same records, and what a day lacks is told. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { previousDayOf } from '../../../activities/stages/inputs';
import { contractOn } from '../../../activities/verify/contractDate';
import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import { silverBars } from '../../../graph/bars/barsTable';
import { encodeMetadata, encodeRecord, type StoredRecord } from '../../../graph/dbn';
import { encodeMbo, MBO_BYTES } from '../../../graph/dbn/mboCodec';
import { Packer } from '../../../graph/feed/packer';
import { decodePacket, type Packet } from '../../../graph/feed/packet';
import { qualityChecks } from '../../../graph/quality/checksTable';
import { bronzeMbo } from '../../../graph/records/mboTable';
import type { MboBatch } from '../../../graph/records/mbo';
import type { Row } from '../../../graph/datasets/schema';
import { featureSettings } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { readDbn } from '../../../lake/raw/dbnFile';
import { SnapshotBooks } from '../../../workers/databento/gateway/snapshotBook';
import { LiveSession } from '../../../workers/live/liveSession';
import type { PlacedPacket } from '../../../workers/live/placed';
import { mapping } from '../../support/feedRecords';
import { contractDateRows, expectSameRows, feedOf, packetsOf } from '../../support/followed';
import { temporaryFolder } from '../../support/lake';
import { ES } from '../../support/products';
import { buildDate, importFolder, simulateLake } from '../../support/simulatedLake';

const features = featureSettings.parse({ bars: { seconds: 60 }, episodes: { sessionWindow: 'all-hours' } });
const MINUTE = 60_000_000_000n;
const utc = (time: string) => BigInt(Date.parse(`${time}Z`)) * 1_000_000n;
const { signal } = new AbortController();

/** A day on whose next the front contract is another, and which has most of the volume of both. */
const EVE = '2024-03-08';
/** Levels that are known from hours before 10:00 ET. */
const EARLY_LEVELS = /^(PM|OR)_/;
/** Ends at 13:15 ET. */
const SHORT = '2024-07-03';

const simulated = async (tradeDate: string) => {
  const folder = temporaryFolder();
  const [raw, lake] = [join(folder, 'raw'), join(folder, 'lake')];
  await simulateLake(raw, lake, { from: tradeDate, days: 1, events: 10_000, seed: 4, options: false });
  return { raw, lake };
};

async function open(lake: Lake, like: string, contract: string, tradeDate: string): Promise<LiveSession> {
  return LiveSession.open({
    lake,
    graph: DATASET_GRAPH,
    features,
    contract,
    tradeDate,
    previousDay: await previousDayOf(await Lake.open(like, TABLES), contract, tradeDate),
    announcer: () => Promise.resolve(() => Promise.resolve(undefined)),
    run: { workflowId: 'live', runId: 'test' },
  });
}

const placed = (packets: readonly Packet[], partition = '0'): PlacedPacket[] =>
  packets.map((packet, sequence) => ({ partition, sequence, packet, received: 1n }));

/** Rows of the contract-date as batch builds them of a lake's raw files. */
async function builtRows(lake: string, contract: string, tradeDate: string) {
  await buildDate({ lake, features }, contract, tradeDate);
  return contractDateRows(await Lake.open(lake, TABLES), { contract, trade_date: tradeDate });
}

/** Follows it to its end, cut into parts. */
async function follow(
  session: LiveSession,
  events: readonly PlacedPacket[],
  before: (event: PlacedPacket) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  for (const [i, event] of events.entries()) {
    await before(event);
    await session.take(event);
    if (i % 13 === 12) await session.cut();
  }
  await session.end();
}

/** Bars of a lake that begin within `[from, to)`, ns UTC. */
const barsWithin = async (lake: Lake, key: Record<string, string>, from: bigint, to: bigint) =>
  (await lake.table(silverBars).readRows({ partition: key })).filter(
    ({ bar_start_utc: at }) => (at as bigint) >= from && (at as bigint) < to,
  );

const checksOf = async (lake: Lake) =>
  new Map(
    (await lake.table(qualityChecks).readRows()).map((row) => [row.check_name as string, row] as const),
  );

/** Order messages of files one after the other, altered or left out, as one file. */
async function writeAltered(
  from: readonly string[],
  to: string,
  alter: (batch: MboBatch, i: number) => boolean,
  first: () => readonly Uint8Array[] = () => [],
): Promise<void> {
  const pieces: Uint8Array[] = [];
  let head: Uint8Array | undefined;
  for (const file of from)
    await readDbn(
      file,
      {
        // That of the last has the symbols of the whole day.
        metadata: (found) => void (head = encodeMetadata({ ...found, version: 3 })),
        mbo: (batch) => {
          for (let i = 0; i < batch.length; i++) {
            if (!alter(batch, i)) continue;
            if (pieces.length === 0) pieces.push(...first());
            const bytes = new Uint8Array(MBO_BYTES);
            encodeMbo(batch, i, i + 1, bytes, 0);
            pieces.push(bytes);
          }
        },
      },
      { signal },
    );
  writeFileSync(to, Buffer.concat([head!, ...pieces]));
}

const mboFilesOf = (raw: string) =>
  readdirSync(raw)
    .filter((name) => name.includes('.mbo.'))
    .sort()
    .map((name) => join(raw, name));

describe('on the eve of a roll', () => {
  let eve: { raw: string; lake: string };
  let old: Record<string, string[]>;
  beforeAll(async () => {
    eve = await simulated(EVE);
    old = await builtRows(eve.lake, 'ESH4', EVE);
  });

  test('two contracts are followed side by side, and the next day the other one leads', async () => {
    const lake = await Lake.open(eve.lake, TABLES);
    expect(await contractOn(lake, { symbol: 'ES', date: EVE })).toBe('ESH4');
    expect(await contractOn(lake, { symbol: 'ES', date: '2024-03-11' })).toBe('ESM4');
    const next = await builtRows(eve.lake, 'ESM4', EVE);
    let records = 0;
    const flushes = () => ++records % 307 === 0;
    const packets = await feedOf(lake, ES, [EVE], { mostBytes: 40_000, flushes });
    const live = await Lake.open(temporaryFolder(), TABLES);
    const sessions = new Map(
      await Promise.all(
        ['ESH4', 'ESM4'].map(
          async (contract) => [contract, await open(live, eve.lake, contract, EVE)] as const,
        ),
      ),
    );
    for (const [i, event] of placed(packets).entries()) {
      await sessions.get(event.packet.contract)?.take(event);
      if (i % 29 === 28) await Promise.all([...sessions.values()].map((session) => session.cut()));
    }
    await Promise.all([...sessions.values()].map((session) => session.end()));
    for (const [contract, expected] of [
      ['ESH4', old],
      ['ESM4', next],
    ] as const) {
      expect(expected[bronzeMbo.name].length).toBeGreaterThan(500);
      expectSameRows(await contractDateRows(live, { contract, trade_date: EVE }), expected);
    }
  });

  test('a book that is joined in the middle of the day begins with a snapshot, and what the day lacks is told', async () => {
    const began = utc(`${EVE}T15:00`);
    const key = { contract: 'ESH4', trade_date: EVE };
    const folder = temporaryFolder();
    const [raw, built] = [join(folder, 'raw'), join(folder, 'lake')];
    mkdirSync(raw);
    const books = new SnapshotBooks();
    const record = new Uint8Array(MBO_BYTES);
    const view = new DataView(record.buffer);
    await writeAltered(
      mboFilesOf(eve.raw),
      join(raw, 'joined.mbo.dbn'),
      (batch, i) => {
        if (batch.tsRecv[i] >= began) return true;
        encodeMbo(batch, i, i + 1, record, 0);
        books.take(view, 0);
        return false;
      },
      () => books.records(() => true, began),
    );
    await importFolder(raw, built);
    const expected = await builtRows(built, 'ESH4', EVE);
    const lake = await Lake.open(temporaryFolder(), TABLES);
    const session = await open(lake, built, 'ESH4', EVE);
    const { product } = lake.products.contractOf('ESH4', EVE);
    const packets = await feedOf(await Lake.open(built, TABLES), product, [EVE], {
      mostBytes: 20_000,
      flushes: () => false,
    });
    await follow(session, placed(packets.filter(({ contract }) => contract === 'ESH4')));
    expectSameRows(await contractDateRows(lake, key), expected);

    const end = began + 600n * MINUTE;
    const whole = await barsWithin(await Lake.open(eve.lake, TABLES), key, began + MINUTE, end);
    const joined = await barsWithin(lake, key, began + MINUTE, end);
    expect(whole.length).toBeGreaterThan(100);
    const quotes = (rows: readonly Row[]) =>
      rows.map(({ bar_start_utc: at, bid, bid_sz, bid_n, ask, ask_sz, ask_n, trades }) =>
        [at, bid, bid_sz, bid_n, ask, ask_sz, ask_n, trades].map(String),
      );
    expect(quotes(joined)).toEqual(quotes(whole));
    // What premarket and opening range were is not known.
    const levelsOf = (rows: Record<string, string[]>) =>
      rows['gold.episodes'].map((row) => (JSON.parse(row) as { level_kind: string }).level_kind);
    expect(levelsOf(old)).toEqual(expect.arrayContaining([expect.stringMatching(EARLY_LEVELS)]));
    expect(levelsOf(expected).filter((kind) => EARLY_LEVELS.test(kind))).toEqual([]);
    expect(levelsOf(expected).length).toBeGreaterThan(0);

    const checks = await checksOf(lake);
    expect(checks.get('coverage')).toMatchObject({ passed: false });
    expect(checks.get('gaps')).toMatchObject({ passed: false });
    expect(checks.get('gaps')!.message).toContain('the data begin late');
  });
});

test('a halt and an early close: nothing is traded while they last, and the day goes on or ends as in a build', async () => {
  const { raw } = await simulated(SHORT);
  const [halted, resumed, close] = ['14:30', '14:55', '17:15'].map((time) => utc(`${SHORT}T${time}`));
  const key = { contract: 'ESU4', trade_date: SHORT };
  const folder = temporaryFolder();
  const [files, built] = [join(folder, 'raw'), join(folder, 'lake')];
  mkdirSync(files);
  await writeAltered(mboFilesOf(raw), join(files, 'halted.mbo.dbn'), (batch, i) => {
    if (batch.tsRecv[i] < halted) return true;
    batch.tsRecv[i] += resumed - halted;
    batch.tsEvent[i] += resumed - halted;
    return batch.tsRecv[i] <= close;
  });
  await importFolder(files, built);
  const expected = await builtRows(built, 'ESU4', SHORT);
  const lake = await Lake.open(temporaryFolder(), TABLES);
  const session = await open(lake, built, 'ESU4', SHORT);
  // The exchange tells of both; what it tells comes among what is told of options.
  const packets = withStatus(lake, await packetsOf(files, 'ESU4', 150), [halted, resumed, close]);
  const told = placed(
    packets.filter(({ contract }) => contract === 'ES.OPT'),
    '3',
  );
  expect(told.reduce((sum, { packet }) => sum + packet.count, 0)).toBe(3);
  const supply = async (event: PlacedPacket) => {
    while (session.needsOptions(event)) await session.takeOption(told.shift()!);
  };
  await follow(session, placed(packets.filter(({ contract }) => contract === 'ESU4')), supply);
  expectSameRows(await contractDateRows(lake, key), expected);

  const during = await barsWithin(lake, key, halted + MINUTE, resumed);
  expect(during).toHaveLength(24);
  expect(during.every(({ last_events, trades }) => Number(last_events) + Number(trades) === 0)).toBe(true);
  expect(new Set(during.map(({ bid, ask }) => `${String(bid)} ${String(ask)}`)).size).toBe(1);
  const after = await barsWithin(lake, key, resumed, close);
  expect(after.some(({ trades }) => Number(trades) > 0)).toBe(true);
  const closed = await barsWithin(lake, key, close + MINUTE, close + 600n * MINUTE);
  expect(closed.filter(({ trading_state }) => trading_state !== 'closed')).toEqual([]);
  const gaps = (await checksOf(lake)).get('gaps')!;
  expect(gaps).toMatchObject({ passed: false });
  expect(Number(gaps.value)).toBeGreaterThanOrEqual(Number((resumed - halted) / 1_000_000_000n));
});

/** The packets of a contract, packed anew with a record of its trading status at some times. */
function withStatus(lake: Lake, packets: readonly Packet[], times: readonly bigint[]): Packet[] {
  const found: Packet[] = [];
  const packer = new Packer({
    dataset: 'XSIM.MDP3',
    products: lake.products,
    run: 7n,
    mostBytes: 100_000,
    now: () => 1n,
    emit: ({ body }) => found.push(decodePacket(body)),
  });
  const id = new DataView(packets[0].records.buffer, packets[0].records.byteOffset).getUint32(4, true);
  packer.push(mapping(id, 'ESU4'), 3, false);
  const due = [...times];
  for (const { records, firstTsRecv } of packets) {
    for (; due.length > 0 && due[0] <= firstTsRecv; due.shift())
      packer.push(encodeRecord(statusRecord(id, due[0])), 3, false);
    packer.push(records, 3, false);
    packer.flush();
  }
  for (const time of due) packer.push(encodeRecord(statusRecord(id, time)), 3, false);
  packer.flush();
  return found;
}

const statusRecord = (instrumentId: number, time: bigint) =>
  ({
    type: 'status',
    publisherId: 1,
    instrumentId,
    tsEvent: time,
    tsRecv: time,
    action: 8,
    reason: 0,
    tradingEvent: 0,
    isTrading: 'N',
    isQuoting: 'N',
    isShortSellRestricted: '~',
  }) as unknown as StoredRecord;
