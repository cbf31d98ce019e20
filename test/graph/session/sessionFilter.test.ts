import { Flag, MboBatch } from '../../../graph/records/mbo';
import { SessionFilter } from '../../../graph/session/sessionFilter';
import { frameOf } from '../../../graph/session/inputs';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { record, writeRow, type MboRecord } from '../book/records';

const frame = frameOf({ contract: 'ESH4', tradeDate: '2024-03-05', settings: DEFAULT_SETTINGS });
const { window, rthOpen } = frame.clock.session;
const PRICE = 5_100_000_000_000n;
const SECOND = 1_000_000_000n;

const add = ({ tsRecv = rthOpen, ...fields }: Partial<MboRecord>): MboRecord =>
  record({ instrumentId: 7, id: 1n, price: PRICE, tsRecv, tsEvent: tsRecv, ...fields });

function sift(rows: MboRecord[], pieces = rows.length) {
  const kept: bigint[] = [];
  const rejected: [bigint, string, number][] = [];
  const filter = new SessionFilter(frame, {
    keep: (batch, from, to) => {
      for (let i = from; i < to; i++) kept.push(batch.orderId[i]);
    },
    reject: (batch, i, reason, before) => rejected.push([batch.orderId[i], reason, before]),
  });
  filter.begin(new Set([7]), new Set([9]));
  for (let at = 0; at < rows.length; at += pieces) {
    const part = rows.slice(at, at + pieces);
    const batch = new MboBatch(part.length);
    part.forEach((row, i) => writeRow(batch, i, row));
    batch.length = part.length;
    filter.push(batch);
  }
  return { kept, rejected, filter };
}

describe('sorting raw records for a contract-date', () => {
  const rows = [
    add({ id: 1n, tsRecv: window.start - SECOND }),
    add({ id: 2n, tsRecv: window.start }),
    add({ id: 3n, tsRecv: window.start + 1n }),
    add({ id: 4n, instrumentId: 8 }),
    add({ id: 5n, size: 0 }),
    add({ id: 6n }),
    add({ id: 7n, instrumentId: 9 }),
    add({ id: 8n, price: PRICE + 1n }),
    add({ id: 9n, tsRecv: rthOpen - SECOND }),
    add({ id: 10n, action: 'X' }),
    add({ id: 11n, tsRecv: window.end }),
    add({ id: 12n, tsRecv: window.end + 1n }),
  ];

  it.each([1, 2, 5, 12])('keeps what belongs to the window, whatever the pieces (%i)', (pieces) => {
    const { kept, rejected } = sift(rows, pieces);
    expect(kept).toEqual([3n, 6n, 11n]);
    expect(rejected).toEqual([
      [5n, 'size_nonpositive', 1],
      [7n, 'symbol_unmapped', 2],
      [8n, 'price_off_tick', 2],
      [9n, 'ts_regressed', 2],
      [10n, 'action_unknown', 2],
    ]);
  });

  it('makes the opening book of what came before the window, its first instant included', () => {
    const { filter } = sift(rows);
    expect(filter.openingBook?.orderCount).toBe(2);
    expect(sift(rows.slice(2)).filter.openingBook).toBeUndefined();
  });

  it('leaves a snapshot at its last instant to the window that begins there', () => {
    const snapshot = { flags: Flag.Snapshot };
    const book = [
      add({ id: 1n, tsRecv: window.end, ...snapshot }),
      add({ id: 2n, tsRecv: window.end, ...snapshot }),
    ];
    expect(sift([...book, add({ id: 3n, tsRecv: window.end })]).kept).toEqual([3n]);
    expect(sift([add({ id: 4n, tsRecv: window.end - 1n, ...snapshot })]).kept).toEqual([4n]);
    expect(sift([add({ id: 5n, tsRecv: window.start, ...snapshot })]).filter.openingBook?.orderCount).toBe(1);
  });

  it('counts what the checks ask for', () => {
    const { filter } = sift(rows);
    expect(filter.facts(0)).toMatchObject({
      records: 3,
      deadLetters: 4,
      unmapped: 1,
      unmappedIds: [9],
      recvRegressions: 1,
      badBookRecords: 0,
    });
    // 18:00 ET to 17:00 ET.
    expect(filter.facts(0).minutesExpected).toBe(23 * 60);
    expect(filter.facts(0).minutesCovered).toBe(1);
  });

  it.each([1, 3, 12])('counts every record once, whatever the pieces (%i)', (pieces) => {
    const facts = sift(rows, pieces).filter.facts(12);
    expect(facts).toMatchObject({ fileRecords: 12, otherInstruments: 1, outsideWindow: 3 });
    const { records, deadLetters, unmapped, otherInstruments, outsideWindow } = facts;
    expect(records + deadLetters + unmapped + otherInstruments + outsideWindow).toBe(12);
  });

  it('keeps out of the opening book what the date before sets aside', () => {
    const before = window.start - SECOND;
    const { filter, rejected } = sift([
      add({ id: 1n, tsRecv: before }),
      add({ id: 2n, tsRecv: before, price: 9_223_372_036_750_000_000n }),
      add({ id: 3n, tsRecv: before, size: 2 ** 32 - 1 }),
      add({ id: 4n, tsRecv: before, tsEvent: before + 86_400n * SECOND }),
      add({ id: 5n }),
    ]);
    expect(filter.openingBook?.orderCount).toBe(1);
    expect(rejected).toEqual([]);
    expect(filter.facts(5)).toMatchObject({ records: 1, outsideWindow: 4 });
  });

  describe('a record that does not say when it was captured', () => {
    const NEVER = 2n ** 64n - 1n;
    const lost = add({ id: 99n, tsRecv: NEVER, tsEvent: rthOpen });
    const early = add({ id: 1n, tsRecv: window.start - SECOND });
    const late = add({ id: 3n, tsRecv: window.end + SECOND });

    it('is set aside by the date of the record before it', () => {
      expect(sift([early, add({ id: 2n }), lost, late]).rejected).toEqual([[99n, 'ts_recv_undefined', 1]]);
      for (const rows of [
        [early, lost, add({ id: 2n })],
        [add({ id: 2n }), late, lost],
      ]) {
        const { rejected, filter } = sift(rows);
        expect(rejected).toEqual([]);
        expect(filter.facts(3)).toMatchObject({ records: 1, outsideWindow: 2 });
      }
    });

    it('is set aside by every date where it is the first of its file', () =>
      expect(sift([lost, early, late]).rejected).toEqual([[99n, 'ts_recv_undefined', 0]]));

    it("and says a day to which the venue's time does not belong, is not of that day", () => {
      const tomorrow = add({ id: 99n, tsRecv: rthOpen + 86_400n * SECOND, tsEvent: rthOpen });
      expect(sift([add({ id: 1n }), tomorrow, add({ id: 2n })])).toMatchObject({
        kept: [1n, 2n],
        rejected: [[99n, 'ts_event_behind', 1]],
      });
    });
  });

  it('does not hold later records to a capture time flagged as unreliable', () => {
    const unreliable = add({ id: 2n, tsRecv: rthOpen + 600n * SECOND, tsEvent: rthOpen, flags: 128 | 8 });
    expect(sift([add({ id: 1n }), unreliable, add({ id: 3n, tsRecv: rthOpen + SECOND })]).rejected).toEqual(
      [],
    );
  });

  it('measures silence inside trading hours only, a late beginning and an early end included', () => {
    const { globexOpen: open, globexClose: close } = frame.clock.session;
    const every = (seconds: bigint, from: bigint, to: bigint) => {
      const rows: MboRecord[] = [];
      for (let t = from; t <= to; t += seconds * SECOND) rows.push(add({ tsRecv: t }));
      return rows;
    };
    const gap = (...rows: MboRecord[][]) => sift(rows.flat()).filter.facts(0).longestGap;
    const day = every(30n, open, close);
    expect(gap(day)).toMatchObject({ seconds: 30 });
    // Captured while Globex is closed, and no sign of life when it opens.
    const preOpen = [add({ tsRecv: window.start + SECOND })];
    expect(gap(preOpen, every(30n, open + 40n * SECOND, close))).toEqual({
      seconds: 40,
      from: open,
      to: open + 40n * SECOND,
      atStart: false,
      atEnd: false,
    });
    expect(gap(every(30n, rthOpen, close))).toEqual({
      seconds: 15.5 * 3600,
      from: open,
      to: rthOpen,
      atStart: true,
      atEnd: false,
    });
    expect(gap(every(30n, open, rthOpen))).toEqual({
      seconds: 7.5 * 3600,
      from: rthOpen,
      to: close,
      atStart: false,
      atEnd: true,
    });
    expect(gap([])).toMatchObject({ seconds: 23 * 3600, atStart: true, atEnd: true });
  });

  it('counts records of a channel that lost packets', () => {
    expect(sift([add({ flags: 128 | 4 }), add({})]).filter.facts(0).badBookRecords).toBe(1);
  });

  it('does not take the break between two sessions of one trade date for silence', () => {
    // The holiday session of Presidents' Day ends at 13:00 ET and belongs to the day after.
    const holiday = frameOf({ contract: 'ESH4', tradeDate: '2024-02-20', settings: DEFAULT_SETTINGS });
    const filter = new SessionFilter(holiday, { keep: () => {}, reject: () => {} });
    filter.begin(new Set([7]), new Set());
    for (const { open, close } of holiday.clock.session.hours) {
      const batch = new MboBatch(10_000);
      for (let t = open; t < close; t += 60n * SECOND)
        writeRow(batch, batch.length++, add({ tsRecv: t, tsEvent: t }));
      filter.push(batch);
    }
    expect(holiday.clock.session.hours.length).toBe(2);
    expect(filter.facts(0).longestGap.seconds).toBe(60);
  });
});
