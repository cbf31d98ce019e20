import fc from 'fast-check';
import { BarBuilder, type BarOptions } from '../../../graph/bars/barBuilder';
import { TimeOrigin } from '../../../graph/market/time';
import { restoreState, saveState } from '../../../graph/state/blob';
import { DEFAULT_BAR_DISTANCES } from '../../../graph/bars/distances';
import type { Row } from '../../../graph/datasets/schema';
import { silverBars } from '../../../graph/bars/barsTable';
import { batchOf, LAST, record, SNAPSHOT, type MboRecord } from '../book/records';
import { differences, Driver, options, rowsOf } from './drive';
import { commands, mirror, mirrorAxis, recordsOf, START, TICK } from './market';

const MS = 1_000_000;
const at = (ms: number) => START + BigInt(ms * MS);
const price = (ticks: number) => BigInt(ticks) * TICK;

/** An event of one record, `ms` after the start of the first bar. */
const event = (ms: number, fields: Partial<MboRecord>) => record({ flags: LAST, ...fields, tsEvent: at(ms) });
const add = (ms: number, side: 'B' | 'A', ticks: number, size: number, id: number) =>
  event(ms, { action: 'A', side, price: price(ticks), size, id: BigInt(id) });

const barsOf = (records: MboRecord[], seconds: number) =>
  new Driver(options).feed(batchOf(records)).finish(seconds * 1e9);

const endOf = (records: MboRecord[]) =>
  Number(records.reduce((t, { tsEvent }) => (tsEvent > t ? tsEvent : t), START) - START) + 7e9;

describe('bars in time', () => {
  const quote = [add(1000, 'B', 400, 5, 1), add(1000, 'A', 401, 3, 2)];

  it('lie on the grid of the epoch, whatever the origin', () => {
    const origin = new TimeOrigin(START - 3_123_456_789n);
    const rows = new Driver({ ...options, origin }).feed(batchOf(quote)).finish(9e9);
    expect(rows.map((row) => row.bar_start_utc)).toEqual([START, START + 5_000_000_000n]);
  });

  it('hold what happens from their start on, and not what happens at their end', () => {
    const rows = barsOf([...quote, add(4999.999999, 'B', 400, 1, 3), add(5000, 'B', 400, 10, 4)], 10);
    expect(rows.map((row) => row.add_bid)).toEqual([6, 10]);
  });

  it('exist when nothing happens: state carried, sums zero', () => {
    const rows = barsOf([...quote, add(21_000, 'B', 399, 7, 3)], 25);
    expect(rows).toHaveLength(5);
    const [, empty] = rows;
    for (const { name, type } of silverBars.columns)
      if (type === 'int32' && /^(add|cxl|pull|mod|fill|.*vol|.*trades|last_events)/.test(name))
        expect([name, empty[name]]).toEqual([name, 0]);
    expect(empty).toMatchObject({
      bid: 100,
      bid_sz: 5,
      ask: 100.25,
      spread: 0.25,
      spread_twa: 0.25,
      ofi_l1: 0,
    });
    expect(empty).toMatchObject({ open: NaN, high: NaN, low: NaN, close: NaN });
    expect(empty.imbalance_l1_twa).toBe(0.25);
  });

  it('take an event that comes late into the open bar, and leave closed ones alone', () => {
    const rows = barsOf([...quote, add(6000, 'B', 399, 1, 3), add(2000, 'B', 398, 9, 4)], 10);
    expect(rows.map((row) => [row.add_bid, row.last_events])).toEqual([
      [5, 2],
      [10, 2],
    ]);
  });

  it('take an event whole, although it reaches over their end', () => {
    const [first, second] = [add(4000, 'B', 399, 1, 3), add(5500, 'B', 398, 2, 4)];
    const rows = barsOf([...quote, { ...first, flags: 0 }, second, add(6000, 'A', 402, 4, 5)], 10);
    expect(rows.map((row) => row.add_bid)).toEqual([8, 0]);
    expect(rows[0].depth10_bid).toBe(8);
  });

  it('may have another length', () => {
    const rows = new Driver({ ...options, barNanos: 2e9 }).feed(batchOf(quote)).finish(5e9);
    expect(rows.map((row) => row.bar_start_utc)).toEqual([0n, 2n, 4n].map((s) => START + s * 1_000_000_000n));
  });

  it('begin where the driver says, before the first record', () => {
    const driver = new Driver(options);
    driver.bars.advanceTo(-12e9, driver.book);
    const rows = driver.feed(batchOf(quote)).finish(5e9);
    expect(rows.map((row) => row.bar_start_utc)).toEqual(
      [-15n, -10n, -5n, 0n].map((s) => START + s * 1_000_000_000n),
    );
    expect(rows[0]).toMatchObject({ bid: NaN, bid_sz: 0, book_state: 'empty', spread_twa: NaN });
  });

  it('are not made of nothing', () => {
    expect(barsOf([], 60)).toEqual([]);
  });

  it('before a book that is told anew after a gap do not know for how long its later orders have been there', () => {
    const told = (ms: number, fields: Partial<MboRecord>) =>
      event(ms, { flags: SNAPSHOT, tsRecv: at(20_000), ...fields });
    const rows = barsOf(
      [
        ...quote,
        told(20_000, { action: 'R', side: 'N', size: 0, price: price(0) }),
        told(2_000, { action: 'A', side: 'B', size: 3, price: price(100), id: 51n }),
        told(18_000, { action: 'A', side: 'A', size: 3, price: price(104), id: 52n, flags: SNAPSHOT | LAST }),
        add(21_000, 'B', 99, 1, 53),
      ],
      25,
    );
    expect(rows.map(({ wall_bid_age, big_bid_age }) => [wall_bid_age, big_bid_age])).toEqual(
      [3, 8, 13, 18, 23].map((age) => [age, age]),
    );
    expect(rows.map(({ wall_ask_age, big_ask_age }) => [wall_ask_age, big_ask_age])).toEqual(
      [NaN, NaN, NaN, 2, 7].map((age) => [age, age]),
    );
  });

  it('are not made for years because one timestamp is damaged', () => {
    const driver = new Driver(options).feed(batchOf(quote));
    expect(() => driver.feed(batchOf([add(15 * 86_400_000, 'B', 1, 1, 9)]))).toThrow(
      expect.objectContaining({
        code: 'BadArgument',
        message: expect.stringContaining('days after the open bar'),
      }),
    );
  });

  it('cannot last no time', () => {
    expect(() => new BarBuilder({ ...options, barNanos: 0 })).toThrow(
      expect.objectContaining({ code: 'BadArgument' }),
    );
  });
});

describe('averages over time', () => {
  it('weigh each state by how long it lasted, to the end of the bar', () => {
    const [row] = barsOf(
      [
        add(0, 'B', 400, 5, 1),
        add(1000, 'A', 401, 3, 2),
        event(2000, { action: 'M', side: 'A', price: price(404), size: 3, id: 2n }),
      ],
      5,
    );
    // One tick for a second, four for three; the first second has no ask.
    expect(row.spread_twa).toBe((0.25 * 1 + 1 * 3) / 4);
    expect(row.imbalance_l1_twa).toBe((1 * 1 + 0.25 * 4) / 5);
  });

  it('count what an event late for its bar changed from the last event on', () => {
    const rows = barsOf(
      [
        add(1000, 'B', 400, 5, 1),
        add(1000, 'A', 401, 5, 2),
        add(7000, 'A', 402, 1, 3),
        add(2000, 'B', 400, 10, 4),
      ],
      10,
    );
    expect(rows[1].imbalance_l1_twa).toBe((0.5 * 3) / 5);
  });
});

describe('snapshots', () => {
  const flags = SNAPSHOT | 8;
  const old = { flags, tsEvent: START - 10_000_000_000_000_000n };
  const snapshot = [add(0, 'B', 400, 5, 1), add(0, 'A', 401, 5, 2)].map((r) => ({ ...r, ...old }));

  it('are no flow, move no clock, and are the state of the bars that follow', () => {
    const rows = barsOf([...snapshot, add(7000, 'B', 400, 2, 3)], 10);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      bar_start_utc: at(5000),
      bid_sz: 7,
      add_bid: 2,
      last_events: 1,
      ofi_l1: 2,
    });
    expect(rows[0].spread_twa).toBe(0.25);
  });

  it('over a live book replace its state without order-flow imbalance', () => {
    const live = [add(0, 'B', 399, 50, 7), add(0, 'A', 402, 50, 8)];
    const rows = barsOf([...live, ...snapshot, add(6000, 'B', 398, 2, 3)], 10);
    expect(rows.map((row) => [row.bid, row.ofi_l1, row.add_bid])).toEqual([
      [100, 0, 50],
      [100, 0, 2],
    ]);
  });

  it('leave a book joined without one warming', () => {
    const rows = barsOf([add(0, 'B', 400, 5, 1), ...snapshot, add(6000, 'B', 398, 2, 3)], 10);
    expect(rows.map((row) => row.book_state)).toEqual(['snapshot', 'live']);
    expect(barsOf([add(0, 'B', 400, 5, 1)], 5)[0].book_state).toBe('warming');
  });
});

describe('parts of the session', () => {
  const crossed = [add(0, 'B', 402, 5, 1), add(0, 'A', 401, 3, 2)];

  it('are named by the calendar, and auctions told by a crossed book', () => {
    // Minute 0 is a halt, minute 1 overnight.
    const rows = barsOf([...crossed, add(61_000, 'B', 380, 1, 3)], 65);
    expect(rows[0]).toMatchObject({ session: 'halt', trading_state: 'pre_open' });
    expect(rows[1]).toMatchObject({ session: 'halt', trading_state: 'closed' });
    expect(rows[12]).toMatchObject({ session: 'overnight', trading_state: 'auction' });
    expect(barsOf([add(61_000, 'B', 380, 1, 3)], 65)[0].trading_state).toBe('continuous');
  });
});

describe('bars as an operator', () => {
  const streams = commands(120).map(recordsOf);

  it('saved and restored anywhere, go on exactly as they would have', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(300), { maxLength: 4 }), (records, cuts) => {
        const batch = batchOf(records);
        const whole = new Driver(options).feed(batch);
        const restarted = new Driver(options);
        const stops = cuts.map((cut) => cut % (batch.length + 1)).sort((a, b) => a - b);
        let from = 0;
        for (const stop of stops) {
          restarted.feed(batch, from, stop).restart();
          from = stop;
        }
        restarted.feed(batch, from);
        expect(restarted.save()).toEqual(whole.save());
        expect(restarted.finish(endOf(records))).toEqual(whole.finish(endOf(records)));
      }),
      { numRuns: 50 },
    );
  });

  it('know nothing of what comes after them', () => {
    fc.assert(
      fc.property(streams, fc.nat(300), (records, cut) => {
        const batch = batchOf(records);
        const whole = new Driver(options).feed(batch).finish(endOf(records));
        const part = new Driver(options).feed(batch, 0, cut % (batch.length + 1));
        const closed = rowsOf(part.bars.take());
        expect(closed).toEqual(whole.slice(0, closed.length));
      }),
      { numRuns: 50 },
    );
  });

  it('can be taken in any portions', () => {
    fc.assert(
      fc.property(streams, fc.nat(300), (records, cut) => {
        const batch = batchOf(records);
        const driver = new Driver(options).feed(batch, 0, cut % (batch.length + 1));
        const rows = rowsOf(driver.bars.take());
        rows.push(...driver.feed(batch, cut % (batch.length + 1)).finish(endOf(records)));
        expect(rows).toEqual(new Driver(options).feed(batch).finish(endOf(records)));
      }),
      { numRuns: 25 },
    );
  });

  it('show a mirrored market as the mirror image', () => {
    fc.assert(
      fc.property(streams, (records) => {
        const end = endOf(records);
        const plain = new Driver(options).feed(batchOf(records)).finish(end);
        const mirrored = new Driver(options).feed(batchOf(records.map(mirror))).finish(end);
        const wrong = mirrored.flatMap((row, k) => differences(row, mirrorRow(plain[k])));
        expect(wrong).toEqual([]);
        expect(mirrored).toHaveLength(plain.length);
      }),
      { numRuns: 50 },
    );
  });

  it('refuse a saved form that is damaged, or was saved with other options', () => {
    const bytes = new Driver(options).feed(batchOf([add(0, 'B', 400, 5, 1)])).save();
    const restored = (saved: Uint8Array, other: Partial<BarOptions> = {}) =>
      restoreState(new BarBuilder({ ...options, ...other }), saved);
    const refusal = expect.objectContaining({ code: 'CorruptState' });
    expect(() => restored(bytes.subarray(0, bytes.length - 8))).toThrow(refusal);
    expect(() => restored(bytes.map((byte, k) => (k === 0 ? byte ^ 1 : byte)))).toThrow(refusal);
    expect(() => restored(bytes, { barNanos: 1e9 })).toThrow(refusal);
    expect(() => restored(bytes, { tickNanos: 1 })).toThrow(refusal);
    expect(() => restored(bytes, { origin: new TimeOrigin(START + 1n) })).toThrow(refusal);
    expect(() => restored(bytes, { distances: { ...DEFAULT_BAR_DISTANCES, wallReachTicks: 19 } })).toThrow(
      refusal,
    );
    expect(() => restored(new Uint8Array(3))).toThrow(refusal);
  });

  it('are not saved before their rows are taken', () => {
    const { bars } = new Driver(options).feed(batchOf([add(0, 'B', 400, 5, 1), add(6000, 'B', 400, 5, 2)]));
    expect(() => saveState(bars)).toThrow('1 rows of silver.bars are not taken');
  });
});

const SWAPS: Record<string, string> = {
  bid: 'ask',
  ask: 'bid',
  buy: 'sell',
  sell: 'buy',
  high: 'low',
  low: 'high',
};
const isPrice = (name: string) =>
  /^(open|high|low|close|mid|microprice|weighted_mid|bid|ask|(wall|big)_(bid|ask)|(bid|ask)_px_\d+)$/.test(
    name,
  );

function mirrorRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const swapped = name.replaceAll(/bid|ask|buy|sell|^high$|^low$/g, (word) => SWAPS[word]);
      if (typeof value !== 'number') return [swapped, value];
      if (isPrice(name)) return [swapped, mirrorAxis * 0.25 - value];
      return [swapped, /^(ofi|imbalance)_/.test(name) ? -value : value];
    }),
  );
}
