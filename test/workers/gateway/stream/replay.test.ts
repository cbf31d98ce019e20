/** A session of the lake, played back: at every time it shows what Bronze and the other tables say was known by then, and no more. */
import { TABLES } from '../../../../graph/catalog/declaration';
import { OrderBook } from '../../../../graph/book/orderBook';
import { ASK, BID } from '../../../../graph/book/side';
import { goldEpisodes } from '../../../../graph/episodes/episodeTables';
import { NS_PER_MINUTE } from '../../../../graph/market/time';
import { bronzeMbo } from '../../../../graph/records/mboTable';
import { frameOf } from '../../../../graph/session/inputs';
import { DEFAULT_SETTINGS } from '../../../../graph/settings';
import { decodeFrame } from '../../../../graph/screen/marketFrame';
import type { ScreenMessage } from '../../../../graph/screen/messages';
import { ShownMarket } from '../../../../graph/screen/shownMarket';
import { restoreState } from '../../../../graph/state/blob';
import { openingBookOf } from '../../../../activities/stages/session';
import { Lake } from '../../../../lake/lake';
import { AlertDesk } from '../../../../workers/gateway/alerts/alertDesk';
import { Gateway } from '../../../../workers/gateway/server';
import { stream } from '../../../../workers/gateway/stream/stream';
import { Screens } from '../../../../workers/gateway/stream/screens';
import { SpymasterError } from '../../../../graph/errors';
import { BUILT_DATE, builtLake } from '../../../support/builtLake';
import { temporaryFolder } from '../../../support/lake';
import { until } from '../../../support/until';
import { StreamClient } from './streamClient';

const CONTRACT = 'ESH4';
const KEY = { contract: CONTRACT, trade_date: BUILT_DATE };
const frame = frameOf({ contract: CONTRACT, tradeDate: BUILT_DATE, settings: DEFAULT_SETTINGS });
const { origin, clock, product } = frame;

let lake: Lake;
let gateway: Gateway;
let screens: Screens;
let address: string;
const faults: unknown[] = [];

beforeAll(async () => {
  lake = await Lake.open(await builtLake(), TABLES);
  const onFault = (error: unknown) => void faults.push(error);
  const connection = () => {
    throw new SpymasterError('StoreUnavailable', 'No Event Hubs');
  };
  screens = new Screens({ lake, features: DEFAULT_SETTINGS, desk: new AlertDesk(), connection, onFault });
  const parts = [stream(screens, onFault)];
  gateway = new Gateway({ rate: 1000, application: temporaryFolder(), onFault, parts });
  address = await gateway.listen('127.0.0.1', 0);
});
afterAll(async () => {
  await gateway.close();
  await screens.close();
  expect(faults).toEqual([]);
});

/** The book after every record that was captured by a time. */
async function bookAt(at: number): Promise<OrderBook> {
  const book = new OrderBook({ tickNanos: product.tickNanos, origin });
  const opening = await openingBookOf(lake, KEY, new AbortController().signal);
  if (opening) restoreState(book, opening);
  await lake.table(bronzeMbo).readMbo(KEY, (batch) => {
    for (let i = 0; i < batch.length; i++)
      if (origin.offset(batch.tsRecvWords, i) <= at) book.apply(batch, i);
  });
  return book;
}

async function expectBook({ market }: Pick<StreamClient, 'market'>, at: number): Promise<void> {
  const book = await bookAt(at);
  for (const side of [BID, ASK] as const) {
    const expected: number[][] = [];
    book.forEachLevel(side, -Infinity, Infinity, (...level) => expected.push(level));
    const shown = [...market.levels(side)].map(([price, { size, orders }]) => [price, size, orders]);
    expect(shown.sort((a, b) => a[0] - b[0])).toEqual(expected.sort((a, b) => a[0] - b[0]));
  }
}

async function opened(at?: number): Promise<StreamClient> {
  const client = await StreamClient.connect(address);
  client.ask({
    do: 'replay',
    contract: CONTRACT,
    date: BUILT_DATE,
    ...(at !== undefined && { at: String(origin.absolute(at)) }),
  });
  const ready = await client.told('ready');
  // The market comes behind it, and how it is played behind that.
  await until(() => client.frames > 0 && client.last('status')?.at === ready.at);
  return client;
}

test('it begins at the open, paused, with what was known by then', async () => {
  const client = await opened();
  expect(client.last('hello')).toMatchObject({ mode: 'replay', contract: CONTRACT, tradeDate: BUILT_DATE });
  expect(client.last('status')).toMatchObject({ state: 'paused', at: clock.rthOpen });
  await expectBook(client, clock.rthOpen);
  for (const { start } of client.all('bars')) for (const at of start) expect(at).toBeLessThan(clock.rthOpen);
  expect(client.all('episode')).toEqual([]);
  client.close();
});

test('at its end it has told every episode of Gold, with an answer each', async () => {
  const client = await opened(clock.windowEnd);
  expect(client.last('status')).toMatchObject({ state: 'ended', progress: 1 });
  await expectBook(client, client.last('status')!.at!);
  const rows = await lake.table(goldEpisodes).readRows({ partition: KEY, columns: ['episode_id'] });
  const ids = rows.map(({ episode_id: id }) => id as string).sort();
  expect(ids.length).toBeGreaterThan(0);
  const told = client.all('episode').map(({ id }) => id);
  expect(told.sort()).toEqual(ids);
  const answers = client.all('answer').filter(({ result }) => result.trigger === 'touch');
  expect(answers.map(({ result }) => result.episode.id).sort()).toEqual(ids);
  expect(answers[0].result.model).toMatchObject({ missing: expect.stringContaining('replay') as string });
  client.close();
});

test('played on, no frame is missing', async () => {
  const client = await opened(clock.rthOpen);
  client.ask({ do: 'play', speed: 200 });
  await until(() => client.frames > 20);
  client.ask({ do: 'pause' });
  await until(() => client.last('status')?.state === 'paused' && client.last('status')!.at! > clock.rthOpen);
  await expectBook(client, client.last('status')!.at!);
  expect(client.gaps).toBe(0);
  expect(client.all('bars').length).toBeGreaterThan(1);
  client.close();
});

test('what a busy screen was not shown comes when it has time, though it was paused meanwhile', async () => {
  const market = new ShownMarket();
  const status = { at: null as number | null };
  let leftOut = 0;
  const outlet = {
    isBusy: false,
    message: (message: ScreenMessage) => message.kind === 'status' && (status.at = message.at),
    frame: (bytes: Uint8Array<ArrayBuffer>) => market.take(decodeFrame(bytes.buffer)),
    leftOut: () => leftOut++,
  };
  const watch = await screens.replay(CONTRACT, BUILT_DATE, outlet, undefined);
  await watch.begin();
  const shown = market.frame!.records;
  outlet.isBusy = true;
  await watch.request({ do: 'play', speed: 200 });
  await until(() => leftOut > 20);
  await watch.request({ do: 'pause' });
  outlet.isBusy = false;
  await until(() => market.frame!.records > shown);
  await expectBook({ market }, status.at!);
  await watch.end();
});

test('it goes where it is told to, forth and back, and from touch to touch', async () => {
  const client = await opened(clock.rthOpen);
  for (const minutes of [90, 20]) {
    const ready = client.all('ready').length;
    const at = clock.rthOpen + minutes * NS_PER_MINUTE;
    client.ask({ do: 'seek', at });
    expect(await client.told('ready', ready + 1)).toMatchObject({ at });
    await until(() => client.last('status')?.at === at);
    await expectBook(client, at);
  }
  // Beyond the session are its ends.
  for (const [at, end] of [
    [-1e18, clock.windowStart],
    [clock.rthOpen, clock.rthOpen],
  ]) {
    const ready = client.all('ready').length;
    client.ask({ do: 'seek', at });
    expect(await client.told('ready', ready + 1)).toMatchObject({ at: end });
  }
  const ready = client.all('ready').length;
  client.ask({ do: 'step', to: 'next' });
  const { at } = await client.told('ready', ready + 1);
  const touches = (await lake.table(goldEpisodes).readRows({ partition: KEY, columns: ['touch_ts'] })).map(
    ({ touch_ts: touch }) => Number((touch as bigint) - origin.ns),
  );
  expect(touches).toContain(at! + 5e9);
  client.close();
});

test('how depth lay is told up to what is shown', async () => {
  const at = clock.rthOpen + 10 * NS_PER_MINUTE;
  const client = await opened(at);
  client.ask({ do: 'depth', from: clock.rthOpen, to: clock.rthClose, seconds: 10 });
  await until(() => client.depths.length > 0);
  const [{ start, seconds, columns }] = client.depths;
  expect({ start, seconds, columns: columns.length }).toEqual({
    start: clock.rthOpen,
    seconds: 10,
    columns: 60,
  });
  const book = await bookAt(at);
  expect(columns.at(-1)!.bestBid).toBe(book.bestPrice(BID));
  client.close();
});

test('two screens play the same session, each by itself', async () => {
  const [one, two] = [await opened(clock.rthOpen), await opened(clock.rthOpen + NS_PER_MINUTE)];
  one.ask({ do: 'play', speed: 10 });
  await until(() => one.last('status')?.state === 'playing' && (one.last('status')?.at ?? 0) > clock.rthOpen);
  expect(two.last('status')).toMatchObject({ state: 'paused', at: clock.rthOpen + NS_PER_MINUTE });
  one.ask({ do: 'pause' });
  await until(() => one.last('status')?.state === 'paused');
  await expectBook(one, one.last('status')!.at!);
  one.close();
  two.close();
});

test.each([
  ['what is no JSON', '{', /is JSON/],
  ['a request there is none of', '{"do":"fly"}', /do/],
  ['too much depth', '{"do":"depth","from":0,"to":1e15,"seconds":1}', /seconds must be more/],
  [
    'a session there is none of',
    '{"do":"replay","contract":"ESH4","date":"2024-03-20"}',
    /no order messages/,
  ],
  ['a weekend', '{"do":"replay","contract":"ESH4","date":"2024-03-09"}', /no trade date \(weekend\)/],
  ['a contract there is none of', '{"do":"replay","contract":"XX","date":"2024-03-05"}', /XX/],
  ['to play what is not opened', '{"do":"play","speed":1}', /only a replay/],
  ['the live market without hubs', '{"do":"live"}', /No Event Hubs/],
])('%s is refused, and the screen goes on', async (_, request, expected) => {
  const client = await StreamClient.connect(address);
  client.send(request);
  expect((await client.told('error')).message).toMatch(expected);
  client.send(Uint8Array.of(1, 2, 3));
  await client.told('error', 2);
  expect(client.closed).toBe(false);
  client.close();
});
