/** What is wrong with what the hub brings is told in the lake, once, and the rest goes on. */
import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import { decodePacket, type Packet } from '../../../graph/feed/packet';
import { Packer, type FeedMessage } from '../../../graph/feed/packer';
import { qualityChecks } from '../../../graph/quality/checksTable';
import { Flag } from '../../../graph/records/mbo';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { listLetters } from '../../../lake/deadLetters/letters';
import { Lake } from '../../../lake/lake';
import { LiveSession } from '../../../workers/live/liveSession';
import type { PlacedEvent, PlacedPacket, Poison } from '../../../workers/live/placed';
import { mapping, openInterest, order } from '../../support/feedRecords';
import { temporaryFolder } from '../../support/lake';

const CONTRACT = 'ESH4';
const TRADE_DATE = '2024-03-06';
/** 10:00 ET, ns UTC. */
const TEN = BigInt(Date.parse('2024-03-06T15:00:00Z')) * 1_000_000n;
const SECOND = 1_000_000_000n;
/** In an order message. */
const FLAGS_AT = 36;

async function open(folder: string): Promise<LiveSession> {
  return LiveSession.open({
    lake: await Lake.open(folder, TABLES),
    graph: DATASET_GRAPH,
    features: DEFAULT_SETTINGS,
    contract: CONTRACT,
    tradeDate: TRADE_DATE,
    announcer: () => Promise.resolve(() => Promise.resolve(undefined)),
    run: { workflowId: 'live', runId: 'test' },
  });
}

/** Packets of one record each, of the contract, of its options and set aside, in the order of their times. */
function feed(lake: Lake, count: number, run = 7n, from = TEN): Packet[] {
  const packets: Packet[] = [];
  const packer = new Packer({
    dataset: 'GLBX.MDP3',
    products: lake.products,
    run,
    mostBytes: 10_000,
    now: () => 1n,
    emit: ({ body }: FeedMessage) => packets.push(decodePacket(body)),
  });
  const push = (bytes: Uint8Array) => {
    packer.push(bytes, 3, false);
    packer.flush();
  };
  push(mapping(1, CONTRACT));
  push(mapping(2, 'ESH4 C5100', 'ES.OPT'));
  for (let i = 0; i < count; i++) push(order(1, i, from + BigInt(i) * SECOND));
  push(order(9, count, from + BigInt(count) * SECOND));
  push(openInterest(2, from + BigInt(count + 1) * SECOND));
  return packets;
}

const of = (packets: readonly Packet[], contract: string, partition: string): PlacedPacket[] =>
  packets
    .filter((packet) => packet.contract === contract)
    .map((packet, i) => ({ partition, sequence: 10 * i, packet, received: 1n }));

const poison = (partition: string, sequence: number, text: string): Poison => ({
  partition,
  sequence,
  received: 1n,
  body: Buffer.from(text),
  fault: 'The event is no packet of the feed: its beginning is none',
});

const lettersIn = async (folder: string) =>
  (await listLetters(await Lake.open(folder, TABLES))).map(({ reason, source, byte_offset, bytes }) => ({
    reason,
    place: `${String(source)} ${String(byte_offset)}`,
    bytes: Buffer.from(bytes as Uint8Array).toString('latin1'),
  }));

async function checksIn(folder: string): Promise<Map<string, { value: number; message: string }>> {
  const rows = await (await Lake.open(folder, TABLES)).table(qualityChecks).readRows();
  return new Map(
    rows.map((row) => [
      row.check_name as string,
      { value: row.value as number, message: row.message as string },
    ]),
  );
}

const recordsIn = async (folder: string) =>
  (await (await Lake.open(folder, TABLES)).table(bronzeMbo).readRows()).length;

async function takeAll(session: LiveSession, events: readonly PlacedEvent[]): Promise<void> {
  for (const event of events) await session.take(event);
}

test('events that are no packets are in the dead letters once, whoever comes to them however often', async () => {
  const folder = temporaryFolder();
  const packets = feed(await Lake.open(folder, TABLES), 6);
  const own = of(packets, CONTRACT, '2');
  const events = [...own.slice(0, 3), poison('2', 25, 'first'), ...own.slice(3), poison('2', 55, 'second')];
  const first = await open(folder);
  await takeAll(first, events.slice(0, 5));
  first.takeAside(poison('0', 4, 'aside'));
  await first.cut();
  await first.settled();
  // What the next one has taken and not kept comes again.
  const second = await open(folder);
  await takeAll(second, events);
  const third = await open(folder);
  await takeAll(third, events);
  third.takeAside(poison('0', 4, 'aside'));
  await third.takeOption(poison('3', 7, 'of options'));
  await third.end();
  expect(await recordsIn(folder)).toBe(6);
  expect((await lettersIn(folder)).sort((a, b) => (a.place < b.place ? -1 : 1))).toEqual([
    { reason: 'no_packet', place: 'mbo_raw/0 4', bytes: 'aside' },
    { reason: 'no_packet', place: 'mbo_raw/2 25', bytes: 'first' },
    { reason: 'no_packet', place: 'mbo_raw/2 55', bytes: 'second' },
    { reason: 'no_packet', place: 'mbo_raw/3 7', bytes: 'of options' },
  ]);
  expect((await checksIn(folder)).get('feed_unreadable')?.value).toBe(4);
});

test('a record that is none of its type is set aside, and those beside it are used', async () => {
  const folder = temporaryFolder();
  const own = of(feed(await Lake.open(folder, TABLES), 5), CONTRACT, '2');
  const joined = Buffer.concat(own.map(({ packet }) => packet.records));
  // The length of the third record stays, its type is another's.
  const bad = joined.subarray(2 * 56, 3 * 56);
  bad[1] = 0x17;
  const packet: Packet = { ...own[0].packet, records: joined, count: 5 };
  const session = await open(folder);
  await session.take({ ...own[0], packet });
  await session.take({ ...own[1], packet: { ...own[4].packet, number: 1 } });
  await session.end();
  expect(await recordsIn(folder)).toBe(5);
  expect(await lettersIn(folder)).toEqual([
    { reason: 'record_corrupt', place: 'mbo_raw/2 0', bytes: Buffer.from(bad).toString('latin1') },
  ]);
  expect((await checksIn(folder)).get('feed_unreadable')).toEqual({
    value: 1,
    message: '1 events and records of the live feed could not be read',
  });
});

test('records of instruments nobody knows are in the dead letters of their day', async () => {
  const folder = temporaryFolder();
  const packets = feed(await Lake.open(folder, TABLES), 2);
  const [aside] = of(packets, 'dead_letters', '0');
  const session = await open(folder);
  await takeAll(session, of(packets, CONTRACT, '2'));
  session.takeAside(aside);
  session.takeAside({
    ...aside,
    sequence: 5,
    packet: { ...aside.packet, firstTsRecv: TEN - 86_400n * SECOND },
  });
  await session.end();
  const [letter, ...others] = await listLetters(await Lake.open(folder, TABLES));
  expect(others).toEqual([]);
  expect(letter).toMatchObject({ reason: 'symbol_unmapped', record_type: 'mbo', instrument_id: 9n });
  expect(letter.ts_recv).toBe(TEN + 2n * SECOND);
});

test('what is told of an option that no definition of the day names is set aside at the end', async () => {
  const folder = temporaryFolder();
  const packets = feed(await Lake.open(folder, TABLES), 2);
  const session = await open(folder);
  await takeAll(session, of(packets, CONTRACT, '2'));
  for (const event of of(packets, 'ES.OPT', '3')) await session.takeOption(event);
  await session.cut();
  await session.settled();
  expect(await lettersIn(folder)).toEqual([]);
  await (await open(folder)).end();
  expect(await lettersIn(folder)).toMatchObject([{ reason: 'instrument_undefined', place: 'mbo_raw/3 0' }]);
  expect((await checksIn(folder)).get('option_dead_letters')?.value).toBe(1);
});

test('gaps and missing packets are checks of the day while it goes on', async () => {
  const folder = temporaryFolder();
  const own = of(feed(await Lake.open(folder, TABLES), 9), CONTRACT, '2');
  const gap = (at: number, seconds: number, reason: string): PlacedPacket => ({
    ...own[at],
    packet: {
      ...own[at].packet,
      kind: 'gap',
      reason,
      firstTsRecv: TEN,
      lastTsRecv: TEN + BigInt(seconds) * SECOND,
      count: 0,
      records: new Uint8Array(),
    },
  });
  const session = await open(folder);
  // Of 2 nothing is known; 5 and 6 come the wrong way round: the earlier one is too late.
  await takeAll(session, [own[0], own[1], gap(3, 4, 'no_overlap'), gap(4, 30, 'expired')]);
  await takeAll(session, [{ ...own[6], sequence: 50 }, { ...own[5], sequence: 60 }, own[7]]);
  await session.cut();
  await session.settled();
  const checks = await checksIn(folder);
  expect(checks.get('feed_gaps')).toEqual({
    value: 2,
    message:
      '2 gaps told by the live feed: the longest from 2024-03-06 10:00:00 ET to 2024-03-06 10:00:30 ET (expired)',
  });
  expect(checks.get('feed_packets')).toEqual({
    value: 2,
    message: '2 packets of the live feed missing beside 6 that came',
  });
  expect(session.counts).toMatchObject({ missing: 4, duplicates: 1 });
});

test('a date that is replayed after a later one is followed, and has nothing of that', async () => {
  const folder = temporaryFolder();
  const lake = await Lake.open(folder, TABLES);
  const session = await open(folder);
  const { end } = session.frame.clock.session.window;
  // The next date begins with the books of the instant at which this one ends.
  const [book] = of(feed(lake, 1, 7n, end), CONTRACT, '2');
  book.packet.records[FLAGS_AT] |= Flag.Snapshot;
  const later = of(feed(lake, 4, 8n, end + SECOND), CONTRACT, '2');
  const own = of(feed(lake, 6, 9n), CONTRACT, '2');
  const events = [book, ...later].map((event, i) => ({ ...event, sequence: i }));
  await takeAll(session, events);
  expect(session.hasBegun).toBe(false);
  await takeAll(
    session,
    own.map((event, i) => ({ ...event, sequence: events.length + i })),
  );
  await session.end();
  expect(session.counts.repeated).toBe(0);
  expect(await recordsIn(folder)).toBe(6);
});
