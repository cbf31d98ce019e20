import type { StoredRecord } from '../../../../graph/dbn';
import {
  ApiKey,
  LiveClient,
  recordsOf,
  type LiveEvent,
  type LiveOptions,
  type Subscription,
} from '../../../../workers/databento';
import { control } from '../../../../workers/databento/gateway/control';
import { LiveGateway, type GatewayOptions } from '../../../../workers/databento/gateway/gateway';
import { someMbo } from '../../../support/dbnFiles';
import { memorySource } from '../../../support/memorySource';
import { ManualClock, TEST_KEY } from '../../../support/scriptedGateway';
import { until } from '../../../support/until';

const RECORDS = someMbo(100);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);
const started: LiveGateway[] = [];
const events: LiveEvent[] = [];
afterEach(async () => {
  events.splice(0);
  await Promise.all(started.splice(0).map((gateway) => gateway.close()));
});

async function serve(
  records: readonly StoredRecord[] = RECORDS,
  options: GatewayOptions = {},
): Promise<LiveGateway> {
  const gateway = await LiveGateway.listen(memorySource(records), { speed: Infinity, ...options });
  started.push(gateway);
  return gateway;
}

const MBO: Subscription = { schema: 'mbo', symbols: ['ESH4'] };

function clientOf(
  { port }: LiveGateway,
  subscription: Subscription = MBO,
  options: Partial<LiveOptions> = {},
): LiveClient {
  const client = new LiveClient({
    key: new ApiKey(TEST_KEY),
    dataset: 'GLBX.MDP3',
    host: '127.0.0.1',
    port,
    stopAtEnd: true,
    reconnect: { firstMs: 0, mostMs: 0, attempts: 5 },
    onEvent: (event) => events.push(event),
    ...options,
  });
  client.subscribe(subscription);
  return client;
}

/** Sequence numbers, actions of a snapshot, and what else comes. */
async function read(client: LiveClient, found: (number | string)[] = []): Promise<(number | string)[]> {
  for await (const item of client) {
    if (item.kind === 'gap') found.push(`gap ${item.reason}`);
    else
      for (const view of recordsOf(item)) {
        const record = view.decode();
        if (record.type !== 'mbo') found.push(record.type);
        else found.push(record.flags & 32 ? `${record.action} ${record.sequence}` : record.sequence);
      }
  }
  return found;
}

const dataOf = (found: readonly (number | string)[]) => found.filter((one) => typeof one === 'number');

test('a client gets names, an acknowledgement and every record, then the end', async () => {
  const found = await read(clientOf(await serve()));
  expect(found).toEqual(['symbol-mapping', 'system', ...range(0, 100)]);
  expect(events).toMatchObject([
    { kind: 'connected' },
    { kind: 'mapping', record: { instrumentId: 17077, stypeInSymbol: 'ESH4', stypeOutSymbol: 'ESH4' } },
    { kind: 'system', record: { code: 1, msg: 'Subscription request 0 for mbo data succeeded' } },
  ]);
});

test('only what is subscribed to is sent, however it is named', async () => {
  const mixed = RECORDS.map((record, k) => (k % 3 === 0 ? { ...record, instrumentId: 5 } : record));
  const ofNq = range(0, 100).filter((k) => k % 3 === 0);
  const asked: Subscription[] = [
    { schema: 'mbo', symbols: ['NQ.FUT'], stypeIn: 'parent' },
    { schema: 'mbo', symbols: ['5'], stypeIn: 'instrument_id' },
    { schema: 'mbo', symbols: ['NQH4'] },
  ];
  for (const one of asked) expect(dataOf(await read(clientOf(await serve(mixed), one)))).toEqual(ofNq);
  const all = clientOf(await serve(mixed), { schema: 'mbo', symbols: 'ALL_SYMBOLS' });
  expect(dataOf(await read(all))).toEqual(range(0, 100));
});

test('what cannot be subscribed to is told in the stream, and the session goes on', async () => {
  const client = clientOf(await serve(), { schema: 'mbo', symbols: ['XX', 'ESH4'] });
  client.subscribe({ schema: 'trades', symbols: ['ESH4'] });
  expect(dataOf(await read(client))).toEqual(range(0, 100));
  expect(events.filter(({ kind }) => kind === 'error')).toMatchObject([
    { record: { code: 4, err: 'Failed to resolve symbol: XX' } },
    { record: { code: 5, err: 'Invalid subscription: no trades is served here, but mbo, definition' } },
  ]);
});

test.each([
  ['another key', { key: new ApiKey(TEST_KEY.replace('unit', 'xxxx')) }, /Authentication failed/],
  ['another dataset', { dataset: 'XNAS.ITCH' }, /Dataset XNAS.ITCH is not served here/],
] as const)('%s is refused', async (_, options, message) => {
  const gateway = await serve(RECORDS, { key: new ApiKey(TEST_KEY) });
  await expect(read(clientOf(gateway, MBO, options))).rejects.toThrow(message);
  expect(dataOf(await read(clientOf(gateway)))).toHaveLength(100);
});

test('each record carries the time it was sent at where that is asked for', async () => {
  const client = clientOf(await serve(), MBO, { tsOut: true });
  const times: (bigint | null)[] = [];
  for await (const item of client) {
    if (item.kind === 'gap') continue;
    expect(item.metadata.tsOut).toBe(true);
    for (const view of recordsOf(item)) if (view.type === 'mbo') times.push(view.tsOut);
  }
  expect(times).toHaveLength(100);
  for (const time of times) expect(time).toBeGreaterThan(RECORDS[0].tsRecv);
});

test.each(['1000', 'max'])('at speed %s the market stands still when its time has come', async (speed) => {
  const gateway = await serve();
  control(gateway, `speed ${speed}`);
  control(gateway, `pause ${RECORDS[40].tsRecv}`);
  const found: (number | string)[] = [];
  const all = read(clientOf(gateway), found);
  await until(() => gateway.playback.paused);
  await until(() => dataOf(found).length === 41);
  expect(gateway.playback.now).toBe(RECORDS[40].tsRecv);
  // It goes on to there; after a resume it might be further before that is said.
  control(gateway, `pause ${RECORDS[60].tsRecv}`);
  await until(() => gateway.playback.paused && dataOf(found).length === 61);
  // What is behind cannot be waited for.
  control(gateway, `pause ${RECORDS[50].tsRecv}`);
  expect(control(gateway, 'status')).toMatch(/paused/);
  control(gateway, `seek ${RECORDS[80].tsRecv}`);
  expect(dataOf(await all).filter((sequence) => sequence <= 60)).toEqual(range(0, 61));
  expect(dataOf(found)).toContain(99);
});

test('the market runs at its speed: records come when their time has come', async () => {
  const clock = new ManualClock();
  const gateway = await serve(RECORDS, { speed: 2, clock });
  const found: (number | string)[] = [];
  const all = read(clientOf(gateway), found);
  await until(() => dataOf(found).length === 1);
  // Records are a millisecond apart: ten of them take five at double speed.
  clock.advance(5);
  await until(() => dataOf(found).length === 11);
  control(gateway, 'pause');
  clock.advance(1000);
  control(gateway, 'speed 1');
  expect(control(gateway, 'status')).toMatch(/paused; session 1 \(spymaster\): 11 records/);
  control(gateway, 'resume');
  clock.advance(1);
  await until(() => dataOf(found).length === 12);
  control(gateway, 'speed max');
  expect(dataOf(await all)).toEqual(range(0, 100));
});

test('a session that comes later lives in the present; history is for those who ask, and the book in a snapshot', async () => {
  const clock = new ManualClock();
  const gateway = await serve(RECORDS, { speed: 1, clock });
  const first: (number | string)[] = [];
  const all = read(clientOf(gateway), first);
  await until(() => dataOf(first).length === 1);
  clock.advance(49);
  await until(() => dataOf(first).length === 50);

  const late: (number | string)[] = [];
  const history: (number | string)[] = [];
  const book: (number | string)[] = [];
  const others = [
    read(clientOf(gateway), late),
    read(clientOf(gateway, { ...MBO, start: RECORDS[20].tsEvent }), history),
    read(clientOf(gateway, { ...MBO, snapshot: true }), book),
  ];
  await until(() => gateway.streaming.length === 4 && book.length > 50);
  control(gateway, 'speed max');
  await Promise.all([all, ...others]);
  expect(dataOf(first)).toEqual(range(0, 100));
  expect(dataOf(late)).toEqual(range(49, 100));
  expect(dataOf(history)).toEqual(range(20, 100));
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'system', record: expect.objectContaining({ code: 3 }) }),
  );
  // Every record of this market adds an order.
  expect(book.filter((one) => /^[RA] /.test(String(one)))).toEqual([
    'R 0',
    ...range(0, 49).map((k) => `A ${k}`),
  ]);
  expect(dataOf(book)).toEqual(range(49, 100));
});

test('after its end the market begins anew for who comes next, and shows its history to who asks', async () => {
  const gateway = await serve();
  for (const _ of [1, 2]) expect(dataOf(await read(clientOf(gateway)))).toEqual(range(0, 100));
  const replayed = clientOf(gateway, { ...MBO, start: RECORDS[90].tsEvent });
  expect(dataOf(await read(replayed))).toEqual(range(90, 100));
});

test('a market that nobody has seen yet begins where the first client goes on, unless it ends before that', async () => {
  const gateway = await serve(RECORDS, { speed: 1, clock: new ManualClock() });
  const found: (number | string)[] = [];
  const first = read(clientOf(gateway, { ...MBO, start: RECORDS[70].tsRecv }), found);
  await until(() => dataOf(found).length > 0);
  // Those after it are not due yet.
  expect(dataOf(found)).toEqual([70]);
  control(gateway, 'speed max');
  await first;
  expect(found.filter((one) => one !== 'system' && one !== 'symbol-mapping')).toEqual(range(70, 100));
  const later = await serve();
  const start = RECORDS[99].tsRecv + 1n;
  expect(dataOf(await read(clientOf(later, { ...MBO, start })))).toEqual(range(0, 100));
});

test('after a jump the books of then come, and what follows', async () => {
  const gateway = await serve(RECORDS, { speed: 1, clock: new ManualClock() });
  const found: (number | string)[] = [];
  const all = read(clientOf(gateway), found);
  await until(() => dataOf(found).length === 1);
  control(gateway, `seek ${RECORDS[80].tsRecv}`);
  await until(() => dataOf(found).length === 2);
  control(gateway, `seek ${RECORDS[10].tsRecv}`);
  await until(() => dataOf(found).length === 3);
  control(gateway, 'speed max');
  await all;
  expect(dataOf(found)).toEqual([0, 80, ...range(10, 100)]);
  expect(found.filter((one) => one === 'A 79')).toHaveLength(1);
  expect(found.filter((one) => one === 'A 9')).toHaveLength(2);
});

test('what comes after a jump is all sent, however late a session hears of it', async () => {
  const clock = new ManualClock();
  const gateway = await serve(RECORDS, { speed: 1, clock });
  const found: (number | string)[] = [];
  const all = read(clientOf(gateway), found);
  await until(() => dataOf(found).length === 1);
  control(gateway, `seek ${RECORDS[80].tsRecv}`);
  clock.advance(9);
  await until(() => dataOf(found).includes(89));
  control(gateway, 'speed max');
  await all;
  expect(dataOf(found)).toEqual([0, ...range(80, 100)]);
  expect(found).not.toContain('A 80');
});

test('a market that jumps before anybody is there begins where it jumped to', async () => {
  const gateway = await serve();
  control(gateway, `seek ${RECORDS[60].tsRecv}`);
  const found = await read(clientOf(gateway));
  expect(dataOf(found)).toEqual(range(60, 100));
  expect(found.filter((one) => String(one).startsWith('A '))).toHaveLength(60);
});

test('it may begin at another time than its source, with the books of then', async () => {
  const found = await read(clientOf(await serve(RECORDS, { from: RECORDS[60].tsRecv })));
  expect(dataOf(found)).toEqual(range(60, 100));
  expect(found.filter((one) => String(one).startsWith('A '))).toHaveLength(60);
});

describe('on demand', () => {
  /** A session that has been sent ten records of a market that stands still. */
  async function running(options: Partial<LiveOptions> = {}) {
    const clock = new ManualClock();
    const gateway = await serve(RECORDS, { speed: 1, clock });
    const found: (number | string)[] = [];
    const all = read(clientOf(gateway, MBO, options), found);
    await until(() => dataOf(found).length === 1);
    clock.advance(9);
    await until(() => dataOf(found).length === 10);
    return { clock, gateway, found, all };
  }

  test.each(['cut', 'end'])(
    'sessions are ended by %s, and a client that resumes misses nothing',
    async (how) => {
      const { gateway, all } = await running({ stopAtEnd: how === 'cut' });
      control(gateway, how);
      await until(() => events.filter(({ kind }) => kind === 'connected').length === 2);
      control(gateway, 'speed max');
      if (how === 'end') {
        // Without an end of its own this client would resume for ever.
        await until(() => gateway.playback.ended);
        await gateway.close();
        const failure = await all.catch((error: unknown) => error);
        expect(failure).toMatchObject({ code: 'StoreUnavailable' });
      } else expect(dataOf(await all)).toEqual(range(0, 100));
      expect(events.some(({ kind }) => kind === 'gap')).toBe(false);
    },
  );

  test('a session is cut within a record under way', async () => {
    const { gateway, clock, all } = await running();
    gateway.streaming[0].outlet.faults.cutNext();
    clock.advance(3);
    await until(() => events.filter(({ kind }) => kind === 'connected').length === 2);
    control(gateway, 'speed max');
    expect(dataOf(await all)).toEqual(range(0, 100));
  });

  test('records come twice, or not at all and told so', async () => {
    const { gateway, all } = await running();
    control(gateway, 'duplicate 1');
    control(gateway, 'skip 3');
    control(gateway, 'slow');
    control(gateway, 'speed max');
    const found = await all;
    expect(found.indexOf('gap slow_reader')).toBeGreaterThan(0);
    // The block that was under way ends with record 13.
    expect(dataOf(found)).toEqual([...range(0, 10), 13, 13, ...range(14, 100)]);
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'system', record: expect.objectContaining({ code: 2 }) }),
    );
  });

  test('a stalled session is silent, without heartbeats, and goes on', async () => {
    const { gateway, clock, found, all } = await running({ heartbeatSeconds: 10 });
    control(gateway, 'stall');
    clock.advance(20_000);
    expect(dataOf(found)).toHaveLength(10);
    control(gateway, 'resume');
    expect(dataOf(await all)).toEqual(range(0, 100));
    expect(events.filter((event) => event.kind === 'system' && event.record.code === 0)).toEqual([]);
  });

  test('a heartbeat comes when nothing else does', async () => {
    const { gateway, clock, all } = await running({ heartbeatSeconds: 10 });
    control(gateway, 'pause');
    await until(() => clock.waits.includes(10_000));
    clock.advance(10_000);
    await until(() => events.some((event) => event.kind === 'system' && event.record.code === 0));
    control(gateway, 'resume');
    control(gateway, 'speed max');
    expect(dataOf(await all)).toEqual(range(0, 100));
  });

  test('clients are refused though their key is right', async () => {
    const gateway = await serve();
    control(gateway, 'refuse');
    await expect(read(clientOf(gateway))).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(dataOf(await read(clientOf(gateway)))).toHaveLength(100);
  });
});

test.each(['dance', 'speed fast', 'seek noon', 'pause now', 'skip -1'])('%j is no control', async (line) => {
  const gateway = await serve();
  expect(() => control(gateway, line)).toThrow(expect.objectContaining({ code: 'BadArgument' }));
});
