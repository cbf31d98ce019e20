/** The market of the hub on screens: the book of the packets, whatever is missed, and what a live worker says of it. */
import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { Registry } from 'prom-client';
import { TABLES } from '../../../../graph/catalog/declaration';
import { OrderBook } from '../../../../graph/book/orderBook';
import { ASK, BID } from '../../../../graph/book/side';
import { DbnDecoder } from '../../../../graph/dbn/decoder';
import { fileMetadata } from '../../../../graph/dbn/metadata';
import { encodePacket, type Packet } from '../../../../graph/feed/packet';
import { bronzeOpeningBooks, openingBookRows } from '../../../../graph/records/openingBooksTable';
import { saveState } from '../../../../graph/state/blob';
import { frameOf } from '../../../../graph/session/inputs';
import { DEFAULT_SETTINGS } from '../../../../graph/settings';
import { HUBS } from '../../../../infra/eventhubs/hubs';
import { Lake } from '../../../../lake/lake';
import { AlertDesk } from '../../../../workers/gateway/alerts/alertDesk';
import { GatewayMetrics } from '../../../../workers/gateway/gatewayMetrics';
import { Gateway } from '../../../../workers/gateway/server';
import { beginningOfDate } from '../../../../workers/gateway/stream/hubContents';
import { Screens } from '../../../../workers/gateway/stream/screens';
import { stream } from '../../../../workers/gateway/stream/stream';
import { startPeer, type TestPeer } from '../../../support/eventHubs';
import { packetsOf } from '../../../support/followed';
import { commitOptions, temporaryFolder } from '../../../support/lake';
import { samplesOf } from '../../../support/prometheus';
import { spymaster } from '../../../support/spymaster';
import { until } from '../../../support/until';
import { StreamClient } from './streamClient';

const CONTRACT = 'ESH4';
const TRADE_DATE = '2024-03-06';
const NEXT_DATE = '2024-03-07';
const frame = frameOf({ contract: CONTRACT, tradeDate: TRADE_DATE, settings: DEFAULT_SETTINGS });

let hubs: TestPeer;
let lake: Lake;
let gateway: Gateway;
let screens: Screens;
let address: string;
let packets: Packet[];
/** Of the trade date after it. */
let nextPackets: Packet[];
const faults: unknown[] = [];
const registry = new Registry();
const onFault = (error: unknown) => void faults.push(error);
const connection = async () => hubs.peer.connectionString;

beforeAll(async () => {
  const raw = temporaryFolder();
  const size = ['--days', '2', '--events', '10000', '--no-options'];
  const made = await spymaster({}, 'simulate', '--out', raw, '--from', TRADE_DATE, ...size);
  if (made.code !== 0) throw new Error(made.stderr);
  const all = await packetsOf(raw, CONTRACT, 200);
  packets = all.filter(({ lastTsRecv }) => lastTsRecv < frame.clock.session.window.end);
  nextPackets = all.slice(packets.length);
  hubs = await startPeer({ hubs: [...HUBS] });
  lake = await Lake.open(temporaryFolder(), TABLES);
  const metrics = new GatewayMetrics(registry);
  const desk = new AlertDesk();
  screens = new Screens({ lake, features: DEFAULT_SETTINGS, desk, connection, onFault, metrics });
  const parts = [stream(screens, onFault, metrics)];
  gateway = new Gateway({ rate: 1000, application: temporaryFolder(), onFault, parts, metrics });
  address = await gateway.listen('127.0.0.1', 0);
});
afterAll(async () => {
  await gateway.close();
  await screens.close();
  await hubs.peer.stop();
  hubs.remove();
  expect(faults).toEqual([]);
});

const send = (from: number, to: number) => sendAll(packets.slice(from, to));

async function sendAll(sent: readonly Packet[]): Promise<void> {
  const producer = new EventHubProducerClient(hubs.peer.connectionString, 'mbo_raw');
  for (const packet of sent)
    await producer.sendBatch([{ body: Buffer.from(encodePacket(packet)) }], { partitionKey: CONTRACT });
  await producer.close();
}

/** The book after packets. */
function bookAfter(sent: readonly Packet[]): OrderBook {
  const book = new OrderBook({ tickNanos: frame.product.tickNanos, origin: frame.origin });
  const none = {
    dataset: '',
    schema: null,
    start: 0n,
    end: null,
    symbols: new Array<string>(),
  };
  const mbo = (batch: Parameters<OrderBook['apply']>[0]) => {
    for (let i = 0; i < batch.length; i++) book.apply(batch, i);
  };
  const decoder = new DbnDecoder({ mbo }, { metadata: fileMetadata({ ...none, version: 3, tsOut: false }) });
  for (const { records } of sent) decoder.push(records);
  return book;
}

async function expectBook(client: StreamClient, count: number): Promise<void> {
  const sent = packets.slice(0, count);
  const records = sent.reduce((sum, packet) => sum + packet.count, 0);
  await until(() => client.market.frame?.records === records);
  expectShown(client, bookAfter(sent));
}

function expectShown(client: StreamClient, book: OrderBook): void {
  for (const side of [BID, ASK] as const) {
    const expected: number[][] = [];
    book.forEachLevel(side, -Infinity, Infinity, (...level) => expected.push(level));
    const shown = [...client.market.levels(side)].map(([price, { size, orders }]) => [price, size, orders]);
    expect(shown.sort((a, b) => a[0] - b[0])).toEqual(expected.sort((a, b) => a[0] - b[0]));
  }
}

test('before anything is there, a screen is told what brings it', async () => {
  const client = await StreamClient.connect(address);
  client.ask({ do: 'live' });
  expect((await client.told('error')).message).toMatch(/mbo_raw is empty.*spymaster feed/);
  client.close();
});

test('to ask how the hub is has no market followed', async () => {
  const unwatched = { contract: CONTRACT, state: 'not watched', detail: null, at: null, lagMs: null };
  expect(await screens.hub()).toEqual({ problem: null, markets: [] });
  await send(0, 1);
  for (let k = 0; k < 2; k++) expect(await screens.hub()).toEqual({ problem: null, markets: [unwatched] });
  const none = new Screens({
    lake,
    features: DEFAULT_SETTINGS,
    desk: new AlertDesk(),
    connection: () => Promise.reject(new Error('no such namespace')),
    onFault,
  });
  expect(await none.hub()).toEqual({ problem: 'no such namespace', markets: [] });
  await none.close();
});

test('hubs that do not answer are told of in words, to screens too', async () => {
  const away = hubs.peer.connectionString.replace(/:\d+/, ':1');
  const told: unknown[] = [];
  const none = new Screens({
    lake,
    features: DEFAULT_SETTINGS,
    desk: new AlertDesk(),
    connection: () => Promise.resolve(away),
    onFault: (error) => void told.push(error),
  });
  const expected = /^Event Hubs do not answer: /;
  expect((await none.hub()).problem).toMatch(expected);
  const outlet = {
    isBusy: false,
    message: () => undefined,
    frame: () => undefined,
    leftOut: () => undefined,
  };
  await expect(none.live(undefined, outlet)).rejects.toThrow(expected);
  await none.live(CONTRACT, outlet);
  await until(() => told.length > 0);
  expect(told[0]).toMatchObject({ code: 'StoreUnavailable', message: expect.stringMatching(expected) });
  expect((await none.hub()).markets).toEqual([
    expect.objectContaining({ state: 'waiting', detail: expect.stringMatching(expected) }),
  ]);
  await none.close();
});

test('a screen holds the book as it goes on, and so does one that comes later', async () => {
  const half = Math.floor(packets.length / 2);
  await send(1, half);
  const early = await StreamClient.connect(address);
  early.ask({ do: 'live' });
  await early.told('hello');
  await expectBook(early, half);
  await send(half, packets.length - 10);
  await expectBook(early, packets.length - 10);
  const late = await StreamClient.connect(address);
  late.ask({ do: 'live', contract: CONTRACT });
  await expectBook(late, packets.length - 10);
  await until(() => late.last('status')?.state === 'live');
  await send(packets.length - 10, packets.length);
  await Promise.all([early, late].map((client) => expectBook(client, packets.length)));
  expect(early.gaps + late.gaps).toBe(0);
  expect(early.prints.length).toBeGreaterThan(50);
  expect(late.prints).toEqual(early.prints);
  const starts = (client: StreamClient) => client.all('bars').flatMap(({ start }) => start);
  expect(starts(late)).toEqual(starts(early));
  expect(late.last('levels')!.levels).toEqual(early.last('levels')!.levels);
  expect(late.all('episode')).toEqual(early.all('episode'));
  expect(late.last('status')).toMatchObject({ state: 'live' });
  early.ask({ do: 'depth', from: frame.clock.rthOpen, to: frame.clock.rthOpen + 60e9, seconds: 1 });
  await until(() => early.depths.length > 0);
  expect(early.depths[0].columns).toHaveLength(60);
  early.close();
  late.close();
});

test('whoever watches for alerts is told of every touch and approach, whether or not he came in time', async () => {
  const [late, watched] = [await StreamClient.connect(address), await StreamClient.connect(address)];
  late.ask({ do: 'live', contract: CONTRACT });
  await expectBook(late, packets.length);
  const touches = late.all('episode').map(({ id }) => `${id}/touch`);
  expect(touches.length).toBeGreaterThan(0);
  watched.ask({ do: 'alerts' });
  await watched.told('ready');
  const told = watched.all('alert').map(({ alert }) => alert);
  expect(told.filter(({ trigger }) => trigger === 'touch').map(({ id }) => id)).toEqual(touches);
  expect(told.some(({ trigger }) => trigger === 'approach')).toBe(true);
  expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  expect(watched.frames).toBe(0);
  late.close();
  watched.close();
});

test('a contract that is asked for and does not come is followed as long as somebody waits for it', async () => {
  const markets = async () => (await screens.hub()).markets.map(({ contract }) => contract).sort();
  const [one, other] = [await StreamClient.connect(address), await StreamClient.connect(address)];
  for (const client of [one, other]) {
    client.ask({ do: 'live', contract: 'NQH4' });
    await client.told('status');
  }
  expect(await markets()).toEqual([CONTRACT, 'NQH4']);
  one.close();
  other.ask({ do: 'live', contract: CONTRACT });
  await expectBook(other, packets.length);
  await until(async () => (await markets()).length === 1);
  // What has come is followed on, though nobody watches.
  other.close();
  const again = await StreamClient.connect(address);
  again.ask({ do: 'live', contract: 'NQH4' });
  await again.told('status');
  expect(await markets()).toEqual([CONTRACT, 'NQH4']);
  again.close();
  await until(async () => (await markets()).length === 1);
});

test('how long nothing has come is told to who looks later too', async () => {
  const [one, other] = [await StreamClient.connect(address), await StreamClient.connect(address)];
  const quiet = (client: StreamClient) => client.last('status')?.quietMs ?? -1;
  const asked = Date.now();
  one.ask({ do: 'live', contract: CONTRACT });
  await until(() => quiet(one) >= 0);
  const first = quiet(one);
  await until(() => quiet(one) > first);
  other.ask({ do: 'live', contract: CONTRACT });
  await until(() => quiet(other) > first);
  expect(quiet(other) - first).toBeLessThanOrEqual(Date.now() - asked);
  one.close();
  other.close();
});

test('a screen that asks for the whole gets it', async () => {
  const client = await StreamClient.connect(address);
  client.ask({ do: 'live' });
  await expectBook(client, packets.length);
  const { number } = client.market.frame!;
  client.ask({ do: 'whole' });
  await until(() => client.market.frame!.number > number);
  expect(client.market.frame!.whole).toBe(true);
  client.close();
});

test('Prometheus is told of screens, of their frames, and of requests', async () => {
  const told = async () => samplesOf(await registry.metrics());
  const shown = (await told()).get('spymaster_web_frame_seconds_count');
  expect(shown).toBeGreaterThan(0);
  await until(async () => (await told()).get('spymaster_web_screens') === 0);
  const client = await StreamClient.connect(address);
  client.ask({ do: 'live' });
  await expectBook(client, packets.length);
  const before = await told();
  expect(before.get('spymaster_web_screens')).toBe(1);
  const { number } = client.market.frame!;
  client.ask({ do: 'whole' });
  await until(() => client.market.frame!.number > number);
  const after = await told();
  for (const metric of ['spymaster_web_resyncs_total', 'spymaster_web_frames_total{kind="whole"}'])
    expect(after.get(metric)).toBe(before.get(metric)! + 1);
  // What nobody had to wait for is no latency.
  expect(after.get('spymaster_web_frame_seconds_count')).toBe(shown);
  client.close();

  await fetch(`${address}/api/health`);
  const request = 'spymaster_web_requests_total{route="/api/health",status="200"}';
  await until(async () => (await told()).get(request) === 1);
});

test('the next session begins with the book this one ended with, wherever a gateway begins to read', async () => {
  const next = frameOf({ contract: CONTRACT, tradeDate: NEXT_DATE, settings: DEFAULT_SETTINGS });
  const book = bookAfter([...packets, ...nextPackets]);
  const end = Number(nextPackets.at(-1)!.lastTsRecv - next.origin.ns);
  const expectNext = async (client: StreamClient) => {
    await until(
      () => client.last('hello')?.tradeDate === NEXT_DATE && client.market.frame?.capturedAt === end,
    );
    expectShown(client, book);
    return [client.market.frame!.records, client.market.frame!.volume, client.prints];
  };
  const early = await StreamClient.connect(address);
  early.ask({ do: 'live' });
  await early.told('hello');
  await sendAll(nextPackets);
  const shown = await expectNext(early);
  early.close();

  // Others begin at the beginning of the hub, or where the lake has the book that the session opened with.
  for (const isKnown of [false, true]) {
    if (isKnown) await keepOpeningBook(bookAfter(packets));
    const other = new Screens({
      lake,
      features: DEFAULT_SETTINGS,
      desk: new AlertDesk(),
      connection,
      onFault,
    });
    const another = new Gateway({
      rate: 1000,
      application: temporaryFolder(),
      onFault,
      parts: [stream(other, onFault)],
    });
    const late = await StreamClient.connect(await another.listen('127.0.0.1', 0));
    late.ask({ do: 'live', contract: CONTRACT });
    expect(await expectNext(late)).toEqual(shown);
    late.close();
    await another.close();
    await other.close();
  }
});

async function keepOpeningBook(book: OrderBook): Promise<void> {
  const rows = openingBookRows();
  rows.push({ ts: frame.clock.session.window.end, orders: book.orderCount, state: saveState(book) });
  const key = { contract: CONTRACT, trade_date: NEXT_DATE };
  await lake.table(bronzeOpeningBooks).overwritePartition(key, [rows.take()], commitOptions());
}

test('where a trade date begins in the hub is found among the events of others', async () => {
  const consumer = new EventHubConsumerClient('$Default', hubs.peer.connectionString, 'mbo_raw');
  const { product } = frame;
  const next = await beginningOfDate(consumer, CONTRACT, product, NEXT_DATE);
  expect(next).toBeLessThanOrEqual(packets.length);
  expect(next).toBeGreaterThan(packets.length - 33);
  await consumer.close();
});

test('what keeps the markets of the hub from being followed is told, and said of the hub', async () => {
  const told: unknown[] = [];
  const lost = new Error('no way in any more');
  let asked = 0;
  const other = new Screens({
    lake,
    features: DEFAULT_SETTINGS,
    desk: new AlertDesk(),
    // Asked for before the markets are, with them, and then by the first of them.
    connection: async () => {
      if (++asked > 2) throw lost;
      return connection();
    },
    onFault: (error) => void told.push(error),
  });
  other.followAll();
  await until(() => told.length > 0);
  expect(told).toEqual([lost]);
  expect((await other.hub()).problem).toBe(lost.message);
  await other.close();
});
