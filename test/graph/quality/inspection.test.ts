import { OrderBook } from '../../../graph/book/orderBook';
import { saveState } from '../../../graph/state/blob';
import { MboBatch } from '../../../graph/records/mbo';
import { DayInspector } from '../../../graph/quality/inspection';
import { frameOf } from '../../../graph/session/inputs';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { readDbn } from '../../../lake/raw/dbnFile';
import { record, writeRow, type MboRecord } from '../book/records';
import { dataPath, describeWithData } from '../../support/data';

const frame = frameOf({ contract: 'ESH4', tradeDate: '2024-03-05', settings: DEFAULT_SETTINGS });
const { globexOpen, window } = frame.clock.session;
const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const PRICE = 5_100_000_000_000n;
const TICK = 250_000_000n;
const LAST = 128;
const SNAPSHOT = 32;

const at = (ns: bigint, fields: Partial<MboRecord> = {}): MboRecord =>
  record({ price: PRICE, flags: LAST, tsEvent: ns, tsRecv: ns + 1000n, ...fields });

function inspect(rows: MboRecord[], pieces = rows.length, openingBook?: Uint8Array) {
  const inspector = new DayInspector(frame, openingBook);
  for (let from = 0; from < rows.length; from += pieces) {
    const part = rows.slice(from, from + pieces);
    const batch = new MboBatch(part.length);
    part.forEach((row, i) => writeRow(batch, i, row));
    batch.length = part.length;
    inspector.push(batch);
  }
  return inspector.finish();
}

describe('inspecting a contract-date', () => {
  const open = globexOpen + SECOND;
  const rows = [
    at(open, { id: 1n, side: 'B' }),
    at(open + SECOND, { id: 2n, side: 'A', price: PRICE + TICK }),
    // Crossed for two seconds.
    at(open + 2n * SECOND, { id: 3n, side: 'B', price: PRICE + 2n * TICK }),
    at(open + 4n * SECOND, { id: 3n, side: 'B', price: PRICE + 2n * TICK, action: 'C' }),
    at(open + 3n * MINUTE, { action: 'T', side: 'B', size: 7, flags: 0 }),
    at(open + 3n * MINUTE, { action: 'T', side: 'B', size: 5 }),
  ];

  it.each([1, 2, 6])('counts what arrived, minute by minute, in pieces of %i', (pieces) => {
    const { records, minutes, actions, tradingMinutes, coveredMinutes, rate, latency, first, last } = inspect(
      rows,
      pieces,
    );
    expect([records, first, last]).toEqual([6, open + 1000n, open + 3n * MINUTE + 1000n]);
    expect(actions).toEqual({ add: 3, cancel: 1, trade: 2 });
    expect([tradingMinutes, coveredMinutes]).toEqual([23 * 60, 2]);
    const hour = 60;
    expect(minutes.start).toBe(window.start);
    expect(Array.from(minutes.records.slice(hour, hour + 4))).toEqual([4, 0, 0, 2]);
    expect(Array.from(minutes.volume.slice(hour, hour + 4))).toEqual([0, 0, 0, 12]);
    expect(minutes.trades[hour + 3]).toBe(2);
    expect(minutes.session.slice(hour - 1, hour + 1)).toEqual(['halt', 'overnight']);
    expect(rate).toEqual({ median: 0, p99: 0, highest: 2, highestAt: open + 3n * MINUTE });
    expect(latency).toEqual({ median: 1, p99: 1, longest: 1, negative: 0 });
  });

  it('writes silences and crossed spells down', () => {
    const { silences, book } = inspect(rows);
    expect(silences.map(({ seconds }) => Math.round(seconds))).toEqual([176, 23 * 3600 - 181]);
    expect([book.tradingStates, book.crossedStates]).toEqual([5, 1]);
    expect(book.crossedSpells).toEqual([{ from: open + 2n * SECOND, seconds: 2 }]);
  });

  it('ends a spell the data end in with them', () => {
    const { crossedSpells } = inspect(rows.slice(0, 3)).book;
    expect(crossedSpells).toEqual([{ from: open + 2n * SECOND, seconds: 0 }]);
  });

  it('audits every snapshot by itself, from the book the window began with', () => {
    const before = new OrderBook({ origin: frame.origin, tickNanos: frame.product.tickNanos });
    const batch = new MboBatch(2);
    const older = window.start - MINUTE;
    writeRow(batch, 0, at(older, { action: 'R', side: 'N', flags: SNAPSHOT }));
    writeRow(batch, 1, at(older, { id: 1n, side: 'B', flags: SNAPSHOT | LAST }));
    batch.length = 2;
    before.apply(batch, 0);
    before.apply(batch, 1);

    const snapshot = (ns: bigint, ...ids: bigint[]) => [
      at(ns, { action: 'R', side: 'N', flags: SNAPSHOT }),
      ...ids.map((id, k) =>
        at(ns, { id, side: 'B', flags: SNAPSHOT | (k === ids.length - 1 ? LAST : 0), tsRecv: ns }),
      ),
    ];
    const { rate, book } = inspect(
      [
        at(open, { id: 2n, side: 'B' }),
        ...snapshot(open + MINUTE, 1n, 2n),
        at(open + 2n * MINUTE, { id: 5n, side: 'B' }),
        ...snapshot(open + 3n * MINUTE, 2n, 4n),
      ],
      3,
      saveState(before),
    );
    const { snapshots, counters, state } = book;
    // However many orders a snapshot shows at one time, nothing happened.
    expect(rate.highest).toBe(1);
    expect(snapshots).toMatchObject([
      { at: open + MINUTE + 1000n, audited: true, orders: 2, missing: 0, extra: 0, levelsDiffering: 0 },
      // 1 and 5 are gone, 4 was never told of.
      { at: open + 3n * MINUTE + 1000n, audited: true, orders: 4, missing: 1, extra: 2, levelsDiffering: 1 },
    ]);
    // The snapshot before the window is none of this day's.
    expect(counters).toMatchObject({ snapshots: 2, auditedSnapshots: 2, ordersExtra: 2 });
    expect(state).toBe('live');
  });

  it('finds nothing in nothing', () => {
    const { records, first, coveredMinutes, silences, rate, latency, book } = inspect([]);
    expect([records, first, coveredMinutes]).toEqual([0, null, 0]);
    expect(silences).toHaveLength(1);
    expect(rate).toEqual({ median: 0, p99: 0, highest: 0, highestAt: null });
    expect(latency.median).toBeNaN();
    expect([book.state, book.snapshots]).toEqual(['empty', []]);
  });
});

describeWithData('the ES evening of 2023-12-25', () => {
  it('is inspected as its checkpoints have it', async () => {
    const inspector = new DayInspector(
      frameOf({ contract: 'ESH4', tradeDate: '2023-12-26', settings: DEFAULT_SETTINGS }),
    );
    for (const day of ['20231224', '20231225'])
      await readDbn(dataPath(`esh4-glbx-mdp3-${day}.mbo.dbn.zst`), { mbo: (batch) => inspector.push(batch) });
    const { records, minutes, book, rate } = inspector.finish();
    expect(records).toBe(77_517);
    expect(minutes.volume.reduce((sum, lots) => sum + lots, 0)).toBe(9_892);
    expect(book.snapshots).toHaveLength(2);
    expect(book.state).toBe('live');
    expect(rate.highest).toBeGreaterThan(500);
  });
});
