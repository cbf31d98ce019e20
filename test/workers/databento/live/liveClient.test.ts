import { inspect } from 'node:util';
import { encodeRecord, type StoredRecord } from '../../../../graph/dbn';
import {
  ApiKey,
  LiveClient,
  liveHost,
  recordsOf,
  type LiveEvent,
  type LiveItem,
  type LiveOptions,
} from '../../../../workers/databento';
import { someMbo } from '../../../support/dbnFiles';
import {
  ManualClock,
  scriptedGateway,
  TEST_KEY,
  type ScriptedGateway,
} from '../../../support/scriptedGateway';
import { until } from '../../../support/until';

const events: LiveEvent[] = [];
afterEach(() => events.splice(0));

function clientOf({ port }: ScriptedGateway, options: Partial<LiveOptions> = {}): LiveClient {
  const client = new LiveClient({
    key: new ApiKey(TEST_KEY),
    dataset: 'GLBX.MDP3',
    host: '127.0.0.1',
    port,
    stopAtEnd: true,
    reconnect: { firstMs: 0, mostMs: 0, attempts: 3 },
    onEvent: (event) => events.push(event),
    ...options,
  });
  client.subscribe({ schema: 'mbo', symbols: ['ESH4'], snapshot: options.resume === 'snapshot' });
  return client;
}

/** Sequence numbers of records, and gaps where they come. */
async function read(client: LiveClient, found: (number | string)[] = []): Promise<(number | string)[]> {
  for await (const item of client) found.push(...told(item));
  return found;
}

function told(item: LiveItem): (number | string)[] {
  if (item.kind === 'gap') return [`gap ${item.reason}`];
  return Array.from(recordsOf(item), (view) => {
    const record = view.decode();
    return record.type === 'mbo' ? record.sequence : record.type;
  });
}

const SYSTEM: StoredRecord = {
  type: 'system',
  publisherId: 0,
  instrumentId: 0,
  tsEvent: 0n,
  msg: 'Heartbeat',
  code: 0,
};
const error = (code: number, err: string): StoredRecord => ({
  type: 'error',
  publisherId: 0,
  instrumentId: 0,
  tsEvent: 0n,
  err,
  code,
  isLast: 1,
});
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);

test('records come in the bytes they were sent in, however the connection cuts them', async () => {
  const records = someMbo(500);
  const sent = Buffer.concat(records.map((record) => encodeRecord(record)));
  const gateway = await scriptedGateway((session) => {
    session.metadata();
    for (let at = 0; at < sent.length; at += 101) session.bytes(sent.subarray(at, at + 101));
    session.end();
  });
  const got: Uint8Array[] = [];
  for await (const item of clientOf(gateway)) if (item.kind === 'records') got.push(item.bytes);
  expect(Buffer.concat(got).equals(sent)).toBe(true);
  expect(gateway.sessions[0].auth).toContain(
    '|dataset=GLBX.MDP3|encoding=dbn|compression=none|ts_out=0|client=spymaster|heartbeat_interval_s=30',
  );
  expect(gateway.sessions[0].subscriptions).toEqual([
    'schema=mbo|stype_in=raw_symbol|symbols=ESH4|snapshot=0|is_last=1',
  ]);
});

test('system, mapping and error records are told of and stay in the stream, of gateways of every version', async () => {
  const mapping: StoredRecord = {
    type: 'symbol-mapping',
    publisherId: 0,
    instrumentId: 17077,
    tsEvent: 0n,
    stypeInSymbol: 'ESH4',
    stypeOutSymbol: 'ESH4',
    startTs: 0n,
    endTs: 9n,
  } as StoredRecord;
  const gateway = await scriptedGateway(
    (session) => {
      session.metadata();
      session.send(
        { ...SYSTEM, msg: 'Warning: slow reading' } as StoredRecord,
        mapping,
        error(4, 'Failed to resolve symbol XX'),
        ...someMbo(1),
      );
      session.end();
    },
    { version: 1 },
  );
  expect(await read(clientOf(gateway))).toEqual(['system', 'symbol-mapping', 'error', 0]);
  expect(events).toMatchObject([
    { kind: 'connected', sessionId: '0' },
    { kind: 'system', record: { code: 2 } },
    { kind: 'mapping', record: { instrumentId: 17077, stypeOutSymbol: 'ESH4' } },
    { kind: 'error', record: { code: 4, err: 'Failed to resolve symbol XX' } },
  ]);
});

describe('after a lost connection', () => {
  /** Ten records of which 3 to 6 have the same capture time, as those of one packet have. */
  const records = someMbo(10).map((record, k, all) =>
    k > 2 && k < 7 ? { ...record, tsRecv: all[3].tsRecv } : record,
  );

  test.each(range(1, 10))(
    'each record comes once when it was cut within record %i and what was missed is replayed',
    async (cut) => {
      const gateway = await scriptedGateway((session, n) => {
        session.metadata();
        if (n === 0) {
          session.send(...records.slice(0, cut));
          session.cut();
        } else {
          session.send(...records);
          session.end();
        }
      });
      expect(await read(clientOf(gateway))).toEqual(range(0, 10));
      const start = records[cut - 1].tsRecv - 2_000_000_000n;
      expect(gateway.sessions[1].subscriptions).toEqual([
        `schema=mbo|stype_in=raw_symbol|symbols=ESH4|start=${start}|snapshot=0|is_last=1`,
      ]);
    },
  );

  test('series of instruments and schemas are told apart, and what came before the stream began is left out', async () => {
    const other = (k: number, instrumentId: number): StoredRecord => ({ ...records[k], instrumentId });
    const gateway = await scriptedGateway((session, n) => {
      session.metadata();
      if (n === 0) session.send(records[2], records[3], other(3, 5), records[4]);
      else
        session.send(
          // Before the stream began, of an instrument never seen; then what was seen, and new ones at the time of seen ones.
          other(1, 9),
          records[2],
          other(3, 5),
          other(3, 9),
          records[3],
          records[4],
          other(4, 5),
          records[5],
          records[7],
        );
      if (n === 0) session.cut();
      else session.end();
    });
    expect(await read(clientOf(gateway))).toEqual([2, 3, 3, 4, 3, 4, 5, 7]);
  });

  test('a client of another process goes on behind what was read before', async () => {
    const gateway = await scriptedGateway((session) => {
      session.metadata();
      session.send(...records);
      session.end();
    });
    const client = clientOf(gateway);
    // Not all that was read, but all from some time on; 3 to 6 have one time.
    client.alreadySeen(
      new Uint8Array(Buffer.concat([SYSTEM, ...records.slice(2, 5)].map((one) => encodeRecord(one)))),
    );
    expect(await read(client)).toEqual(range(5, 10));
    expect(gateway.sessions[0].subscriptions[0]).toContain(`|start=${records[4].tsRecv - 2_000_000_000n}|`);
    expect(events.some(({ kind }) => kind === 'gap')).toBe(false);
  });

  test('what it had read further of some instruments than of others comes once', async () => {
    const [a, b] = [records[0].instrumentId, records[0].instrumentId + 1];
    const at = (instrumentId: number, tick: number) => ({
      ...records[0],
      instrumentId,
      sequence: tick,
      tsRecv: records[0].tsRecv + BigInt(tick),
    });
    const all = [at(b, 0), at(a, 1), at(b, 2), at(a, 3), at(a, 3), at(b, 4), at(a, 5), at(b, 6)];
    const gateway = await scriptedGateway((session) => {
      session.metadata();
      session.send(...all);
      session.end();
    });
    const client = clientOf(gateway);
    const bytesOf = (...some: StoredRecord[]) =>
      new Uint8Array(Buffer.concat(some.map((one) => encodeRecord(one))));
    // Of b nothing has been read since; another run had sent some of a again.
    client.alreadySeen(bytesOf(at(a, 1), at(a, 3)), records[0].tsRecv + 1n);
    client.alreadySeen(bytesOf(at(a, 3), at(a, 3), at(a, 5)), records[0].tsRecv + 1n);
    expect(await read(client)).toEqual([2, 4, 6]);
    expect(events.some(({ kind }) => kind === 'gap')).toBe(false);
  });

  test('a gateway whose market is at an earlier time than what was read before is none to go on with', async () => {
    const gateway = await scriptedGateway((session) => {
      session.metadata();
      session.send(...records);
      session.end();
    });
    const client = clientOf(gateway);
    const later = {
      ...records[9],
      tsRecv: (records[9] as { tsRecv: bigint }).tsRecv + 3_600_000_000_000n,
    } as const;
    client.alreadySeen(new Uint8Array(encodeRecord(later)), later.tsRecv);
    await expect(read(client)).rejects.toMatchObject({ code: 'BadArgument', details: { field: 'start' } });
  });

  test('what the gateway no longer has is told to be missing, and a snapshot follows', async () => {
    const book = { ...records[8], flags: 32 | 8 } as StoredRecord;
    const gateway = await scriptedGateway((session) => {
      session.metadata();
      session.send(book, records[9]);
      session.end();
    });
    const client = clientOf(gateway);
    client.alreadySeen(new Uint8Array(encodeRecord(records[0])), records[0].tsRecv);
    client.beginAnew();
    expect(await read(client)).toEqual(['gap replay_refused', 8, 9]);
    expect(gateway.sessions[0].subscriptions[0]).toContain('|snapshot=1|');
  });

  test('a replay that does not reach back to the last record is a gap', async () => {
    const gateway = await scriptedGateway((session, n) => {
      session.metadata();
      session.send(...(n === 0 ? records.slice(0, 2) : records.slice(7)));
      if (n === 0) session.cut();
      else session.end();
    });
    expect(await read(clientOf(gateway))).toEqual([0, 1, 'gap no_overlap', 7, 8, 9]);
    expect(events).toContainEqual({
      kind: 'gap',
      gap: { kind: 'gap', reason: 'no_overlap', from: records[1].tsRecv, to: records[7].tsRecv },
    });
  });

  test('a refused replay is followed by a snapshot, with a gap before it', async () => {
    const book = { ...records[8], flags: 32 | 8 } as StoredRecord;
    const gateway = await scriptedGateway((session, n) => {
      session.metadata();
      if (n === 0) session.send(...records.slice(0, 2));
      if (n === 1) session.send(error(5, 'start is too long ago'));
      if (n === 2) session.send(book, records[9]);
      if (n === 0) session.cut();
      else session.end();
    });
    expect(await read(clientOf(gateway))).toEqual([0, 1, 'gap replay_refused', 8, 9]);
    expect(gateway.sessions[2].subscriptions[0]).toContain('|snapshot=1|');
  });

  test('a new snapshot where one is wanted comes behind a gap', async () => {
    const book = (k: number) => ({ ...records[k], flags: 32 | 8 }) as StoredRecord;
    const gateway = await scriptedGateway((session, n) => {
      session.metadata();
      session.send(...(n === 0 ? [book(0), records[1]] : [book(2), records[7]]));
      if (n === 0) session.cut();
      else session.end();
    });
    expect(await read(clientOf(gateway, { resume: 'snapshot' }))).toEqual([0, 1, 'gap snapshot', 2, 7]);
  });

  test('a snapshot that broke off is taken again', async () => {
    const book = (k: number) => ({ ...records[k], flags: 32 | 8 }) as StoredRecord;
    const gateway = await scriptedGateway((session, n) => {
      session.metadata();
      session.send(...(n === 0 ? [book(0)] : [book(0), book(1), records[7]]));
      if (n === 0) session.cut();
      else session.end();
    });
    const client = clientOf(gateway, { resume: 'snapshot' });
    expect(await read(client)).toEqual([0, 0, 1, 7]);
    expect(gateway.sessions[1].subscriptions[0]).toContain('|snapshot=1|');
  });
});

test('records left out for a slow reader are a gap', async () => {
  const records = someMbo(4);
  const gateway = await scriptedGateway((session) => {
    session.metadata();
    session.send(records[0], error(7, 'Slow client detected for mbo'), records[3]);
    session.end();
  });
  expect(await read(clientOf(gateway))).toEqual([0, 'error', 'gap slow_reader', 3]);
});

test('a gap behind which nothing comes is in the stream too', async () => {
  const gateway = await scriptedGateway((session) => {
    session.metadata();
    session.send(...someMbo(1), error(7, 'Slow client detected for mbo'));
    session.end();
  });
  expect(await read(clientOf(gateway))).toEqual([0, 'error', 'gap slow_reader']);
});

test("unless another is named, the gateway is Databento's of the dataset", () => {
  expect(liveHost('GLBX.MDP3')).toBe('glbx-mdp3.lsg.databento.com');
});

test('a refused key ends it at once and is in no error', async () => {
  const gateway = await scriptedGateway(() => {}, {
    answer: () => `success=0|error=Authentication failed for ${TEST_KEY}.\n`,
  });
  const failure = await read(clientOf(gateway)).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'AccessDenied' });
  expect(inspect(failure, { depth: 9 })).not.toContain('unittest');
  expect(gateway.sessions).toHaveLength(1);
});

test('a deactivated key ends it in the middle', async () => {
  const gateway = await scriptedGateway((session) => {
    session.metadata();
    session.send(...someMbo(1), error(2, 'User or API key deactivated'));
  });
  await expect(read(clientOf(gateway))).rejects.toMatchObject({ code: 'AccessDenied' });
});

test('connecting is tried again, later and later, at random, until it has failed too often', async () => {
  const gateway = await scriptedGateway(() => {}, {
    answer: () => 'success=0|error=User has reached their open connection limit\n',
  });
  const client = clientOf(gateway, {
    reconnect: { firstMs: 8, mostMs: 20, attempts: 3 },
    random: () => 0.5,
  });
  await expect(read(client)).rejects.toMatchObject({ code: 'StoreUnavailable' });
  expect(events.map((event) => event.kind === 'disconnected' && event.retryInMs)).toEqual([4, 8, 10]);
  expect(gateway.sessions).toHaveLength(4);
});

test('a gateway that has nothing new is asked later and later, and at once again after something new', async () => {
  const gateway = await scriptedGateway((session, n) => {
    session.metadata();
    session.send(SYSTEM);
    session.send(...someMbo(n < 4 ? 1 : 2));
    session.end();
  });
  const client = clientOf(gateway, {
    stopAtEnd: false,
    reconnect: { firstMs: 8, mostMs: 40, attempts: 3 },
    random: () => 0.5,
  });
  const waits = () => events.flatMap((event) => (event.kind === 'disconnected' ? [event.retryInMs] : []));
  const all = read(client);
  await until(() => waits().length >= 6);
  client.close();
  expect((await all).filter((told) => typeof told === 'number')).toEqual([0, 1]);
  expect(waits().slice(0, 6)).toEqual([4, 8, 16, 20, 4, 8]);
});

test('a gateway that has been silent for longer than its heartbeats is left', async () => {
  const clock = new ManualClock();
  const gateway = await scriptedGateway((session, n) => {
    session.metadata();
    session.send(...someMbo(2).slice(0, n + 1));
    if (n === 1) session.end();
  });
  const client = clientOf(gateway, { clock, heartbeatSeconds: 10 });
  const found: (number | string)[] = [];
  const all = read(client, found);
  await until(() => found.length === 1 && clock.waits.includes(15_000));
  clock.advance(15_000);
  await until(() => clock.waits.includes(0));
  clock.advance(0);
  expect(await all).toEqual([0, 1]);
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'disconnected', reason: expect.stringContaining('silent for 15 s') }),
  );
});

test('close ends the stream with what has come whole, also while it waits to connect again', async () => {
  const gateway = await scriptedGateway((session) => {
    session.metadata();
    session.send(...someMbo(3));
    session.bytes(encodeRecord(someMbo(4)[3]).subarray(0, 30));
  });
  const client = clientOf(gateway);
  const found: (number | string)[] = [];
  for await (const item of client) {
    found.push(...told(item));
    if (found.length === 3) client.close();
  }
  expect(found).toEqual([0, 1, 2]);

  const clock = new ManualClock();
  const refused = clientOf(
    { ...gateway, port: 1 },
    { clock, reconnect: { firstMs: 1000, mostMs: 1000, attempts: 9 }, random: () => 1 },
  );
  const all = read(refused);
  await until(() => events.some(({ kind }) => kind === 'disconnected'));
  refused.close();
  expect(await all).toEqual([]);
});

test('symbols may be added while it runs, but not from a start on', async () => {
  const gateway = await scriptedGateway((session) => {
    session.metadata();
    session.send(...someMbo(1));
  });
  const client = clientOf(gateway);
  for await (const _ of client) {
    expect(() => client.subscribe({ schema: 'mbo', symbols: ['NQH4'], start: 0n })).toThrow(/comes before/);
    client.subscribe({ schema: 'trades', symbols: ['NQH4'] });
    await until(() => gateway.sessions[0].lines.length === 4);
    client.close();
  }
  expect(gateway.sessions[0].lines[3]).toContain('schema=trades');
});
