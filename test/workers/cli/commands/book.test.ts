import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMbo, encodeMetadata, fileMetadata, MBO_BYTES } from '../../../../graph/dbn';
import { dataPath, describeWithData } from '../../../support/data';
import { spymasterHere } from '../../../support/spymaster';
import {
  batchOf,
  ES_1224,
  ES_1225,
  LAST,
  type MboRecord,
  record,
  SNAPSHOT,
} from '../../../graph/book/records';

interface BookJson {
  instrumentId: number;
  publisherId: number;
  symbol: string | null;
  tsEvent: string;
  bids: { price: string; size: number; orders: number }[];
  asks: { price: string; size: number; orders: number }[];
  bidLevels: number;
  askLevels: number;
  orderCount: number;
  quality: Record<string, string | number | null>;
}

const run = (...args: string[]) => spymasterHere('book', ...args);

const books = async (...args: string[]): Promise<BookJson[]> =>
  (JSON.parse((await run(...args, '--json')).stdout) as { books: BookJson[] }).books;

describeWithData('spymaster book over real files', () => {
  const files = [dataPath(ES_1225), dataPath(ES_1224)];

  it('prints the published end state as exactly the promised JSON, whatever the order of the files', async () => {
    const [book, ...others] = await books(...files, '--depth', '1');
    expect(others).toEqual([]);
    const { quality, ...rest } = book;
    expect(rest).toEqual({
      instrumentId: 17_077,
      publisherId: 1,
      symbol: 'ESH4',
      tsEvent: '1703548799446724905',
      bids: [{ price: '4810', size: 22, orders: 22 }],
      asks: [{ price: '4810.25', size: 28, orders: 18 }],
      bidLevels: 922,
      askLevels: 565,
      orderCount: 11_217,
    });
    expect(quality).toMatchObject({
      state: 'live',
      crossed: 891,
      auditedOrders: 8725,
      ordersMissing: 0,
      offTickPrices: 0,
      firstCrossedAt: '1703543995216798489',
    });
  });

  it.each([
    ['2023-12-25T23:00:01Z', 8862, '4800.75', '4801.5'],
    ['1703545800000000000', 10_161, '4807', '4807.5'],
    ['2023-12-25T18:30:00-05:00', 10_877, '4810.25', '4810.5'],
    // The snapshot counts by its time of capture, a day after its orders' last moves.
    ['2023-12-24T23:00:00Z', 8725, '4799', '4799.5'],
  ])('stands at %s as measured', async (at, orders, bid, ask) => {
    const [book] = await books(...files, '--at', at);
    expect([book.orderCount, book.bids[0].price, book.asks[0].price]).toEqual([orders, bid, ask]);
    expect(book.quality.snapshots).toBe(at.startsWith('2023-12-24') ? 1 : 2);
  });

  it('draws a ladder with asks above bids', async () => {
    const lines = (await run(...files, '--depth', '2')).stdout.split('\n');
    expect(lines.slice(1, 6)).toEqual([
      'orders  bid lots    price  ask lots  orders',
      '                  4810.50        40      27',
      '                  4810.25        28      18',
      '    22        22  4810.00',
      '    22        47  4809.75',
    ]);
  });
});

describe('spymaster book over files made here', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'book-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const START = 1_700_000_000_000_000_000n;
  const metadata = fileMetadata({
    dataset: 'GLBX.MDP3',
    schema: 'mbo',
    start: START,
    end: null,
    symbols: ['AAA', 'BBB'],
    mappings: ['AAA', 'BBB'].map((rawSymbol, k) => ({
      rawSymbol,
      intervals: [{ startDate: '2023-11-14', endDate: '2023-11-16', symbol: String(k + 1) }],
    })),
  });

  function write(name: string, start: bigint, rows: Partial<MboRecord>[]): string {
    const batch = batchOf(
      rows.map((row, k) => record({ tsEvent: start + BigInt(k), tsRecv: start + BigInt(k), ...row })),
    );
    const head = encodeMetadata({ ...metadata, start });
    const file = new Uint8Array(head.length + rows.length * MBO_BYTES);
    file.set(head);
    encodeMbo(batch, 0, batch.length, file, head.length);
    const path = join(folder, name);
    writeFileSync(path, file);
    return path;
  }

  it('keeps a book per publisher and instrument, with prices no double holds', async () => {
    const first = write('first.dbn', START, [
      { action: 'R', side: 'N' },
      { id: 1n, price: 9_007_199_254_740_993n },
      { id: 2n, price: -1n },
      { instrumentId: 2, id: 1n, side: 'A', price: 123_456_789n, size: 4_000_000_000 },
    ]);
    const second = write('second.dbn', START + 1000n, [
      { publisherId: 2, id: 1n, price: 5n },
      { id: 3n, price: 7n, size: 3 },
    ]);
    const [a, b, c, ...others] = await books(second, first);
    expect(others).toEqual([]);
    expect([a.instrumentId, a.publisherId, a.symbol, a.orderCount]).toEqual([1, 1, 'AAA', 2]);
    expect(a.bids).toEqual([
      { price: '0.000000007', size: 3, orders: 1 },
      { price: '-0.000000001', size: 1, orders: 1 },
    ]);
    // 2^53 + 1 on a tick of 1e-9: refused, not rounded.
    expect(a.quality.refusedPriceOutOfRange).toBe(1);
    expect([b.symbol, b.asks, b.quality.state]).toEqual([
      'BBB',
      [{ price: '0.123456789', size: 4_000_000_000, orders: 1 }],
      'warming',
    ]);
    expect([c.instrumentId, c.publisherId, c.tsEvent]).toEqual([1, 2, String(START + 1000n)]);
  });

  it('takes the tick from definitions, whenever their file was made', async () => {
    const odd = write('odd.dbn', START, [
      { action: 'R', side: 'N' },
      { id: 1n, price: 18_014_398_750_000_000n },
    ]);
    expect((await books(odd))[0].quality.refusedPriceOutOfRange).toBe(1);
    const path = join(folder, 'definition.dbn');
    const head = encodeMetadata({ ...metadata, schema: 'definition', start: START + 5n });
    writeFileSync(path, Buffer.concat([head, definitionOf(1, 250_000_000n)]));
    expect((await books(odd, path))[0].bids).toEqual([{ price: '18014398.75', size: 1, orders: 1 }]);
  });

  it('stops each book at its first event after the time asked for', async () => {
    const file = write('at.dbn', START, [
      { flags: SNAPSHOT | LAST, id: 1n, price: 5n, tsEvent: START - 10n ** 15n },
      { id: 2n, price: 6n },
      { instrumentId: 2, id: 1n, price: 6n },
      { id: 3n, price: 7n },
      // Late by the engine's clock, but after an event that was too late.
      { id: 4n, price: 8n, tsEvent: START },
    ]);
    const [one, two] = await books(file, '--at', String(START + 2n));
    expect([one.orderCount, two.orderCount]).toEqual([2, 1]);
    expect(one.tsEvent).toBe(String(START + 1n));
    expect(await run(file, '--at', String(START - 1n))).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('no MBO record up to that time'),
    });
  });
});

/** A definition (version 3) with nothing in it but the instrument and its tick. */
function definitionOf(instrumentId: number, tick: bigint): Uint8Array {
  const bytes = new Uint8Array(520);
  const view = new DataView(bytes.buffer);
  bytes[0] = bytes.length / 4;
  bytes[1] = 0x13;
  view.setUint16(2, 1, true);
  view.setUint32(4, instrumentId, true);
  view.setBigInt64(24, tick, true);
  bytes.set(new TextEncoder().encode('AAA'), 238);
  return bytes;
}
