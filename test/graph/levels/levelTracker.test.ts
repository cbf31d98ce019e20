import fc from 'fast-check';
import { absenceText } from '../../../graph/levels/absence';
import { RecordCoverage } from '../../../graph/levels/coverage';
import { LEVEL_COLUMNS, silverLevels } from '../../../graph/levels/levelsTable';
import { TableRows } from '../../../graph/datasets/column';
import { LEVEL_KINDS } from '../../../graph/levels/kinds';
import type { LevelInterval } from '../../../graph/levels/level';
import { LevelTracker, type LevelTrackerOptions } from '../../../graph/levels/levelTracker';
import type { SessionClock } from '../../../graph/market/calendar';
import { featureSettings } from '../../../graph/settings';
import { restoreState, saveState } from '../../../graph/state/blob';
import { at, clockOf, fractions, tradeTick, walks, WHOLE, type Tick } from '../../support/sessions';
import { ES } from '../../support/products';

const MINUTE = 60e9;
const everything = featureSettings.parse({
  levels: { kinds: LEVEL_KINDS.filter((kind) => kind !== 'USER'), userPrices: { ES: [4805, 4790.25] } },
}).levels;

const options = (clock: SessionClock, extra: Partial<LevelTrackerOptions> = {}): LevelTrackerOptions => ({
  clock,
  product: ES,
  settings: everything,
  previousDay: { high: 19_260, low: 19_150 },
  coverage: WHOLE,
  ...extra,
});

const pricesOf = (tracker: LevelTracker) =>
  Object.fromEntries(tracker.levels.map(({ id, price }) => [id, price]));

/** The levels at `q`, worked out from scratch from all trades before it: slow, and written from the definitions. */
function levelsFromScratch(clock: SessionClock, trades: Tick[], q: number): Record<string, number> {
  const seen: Tick[] = [];
  for (const { t, price } of trades) seen.push({ t: Math.max(t, seen.at(-1)?.t ?? t), price });
  const before = seen.filter(({ t }) => t <= q);
  const result: Record<string, number> = {
    PD_HIGH: 19_260,
    PD_LOW: 19_150,
    'USER@4805.00': 19_220,
    'USER@4790.25': 19_161,
  };
  const range = (from: number, to: number) =>
    before.filter(({ t }) => t >= from && t < to).map(({ price }) => price);
  const put = (name: string, from: number, to: number) => {
    const prices = range(from, to);
    if (q < to || prices.length === 0) return;
    result[`${name}_HIGH`] = Math.max(...prices);
    result[`${name}_LOW`] = Math.min(...prices);
  };
  put('PM', clock.premarketStart, clock.rthOpen);
  put('ON', -Infinity, clock.rthOpen);
  put('OR', clock.rthOpen, clock.orEnd);
  for (const { price } of before)
    for (const round of [Math.floor(price / 200), Math.ceil(price / 200)])
      result[`ROUND@${(round * 50).toFixed(2)}`] = round * 200;

  // What becomes known at the close of the session comes too late to be a level of it.
  const lastMoment = Math.min(q, clock.globexClose - 1);
  const closes: number[] = [];
  const first = before[0];
  if (first) {
    const originNs = Number(clock.origin.ns % BigInt(2 * MINUTE));
    const firstBin = Math.floor((first.t + originNs) / (2 * MINUTE)) * 2 * MINUTE - originNs;
    for (let end = firstBin + 2 * MINUTE; end <= lastMoment; end += 2 * MINUTE) {
      const inBin = range(end - 2 * MINUTE, end);
      const open = clock.session.hours.some(({ open, close }) => {
        const start = clock.origin.absolute(end - 2 * MINUTE);
        return open <= start && start < close;
      });
      if (inBin.length > 0) closes.push(inBin[inBin.length - 1]);
      else if (open) closes.push(closes[closes.length - 1]);
    }
  }
  if (closes.length >= 90) result.SMA_90 = closes.slice(-90).reduce((a, b) => a + b) / 90;
  if (closes.length >= 20) {
    let mean = closes[0];
    for (const close of closes.slice(1)) mean += (2 / 21) * (close - mean);
    result.EMA_20 = mean;
  }
  return result;
}

describe('levels', () => {
  const dates = ['2024-07-10', '2025-09-02', '2024-12-24', '2024-03-11'];

  it.each(dates)('of %s equal those worked out from scratch at any time', (date) => {
    const clock = clockOf(date);
    fc.assert(
      fc.property(
        walks(clock.globexOpen, clock.globexClose, 150),
        fc.array(fractions, { minLength: 1, maxLength: 6 }),
        (trades, shares) => {
          const times = shares
            .map((f) => Math.round(clock.globexOpen + f * (clock.windowEnd - clock.globexOpen)))
            .sort((a, b) => a - b);
          const tracker = new LevelTracker(options(clock));
          let fed = 0;
          let latest = -Infinity;
          for (const q of times) {
            // What has arrived by q: a late event comes only after those before it in the feed.
            while (fed < trades.length && Math.max(latest, trades[fed].t) <= q) {
              latest = Math.max(latest, trades[fed].t);
              tracker.push(tradeTick(trades[fed++]));
            }
            tracker.advanceTo(q);
            expect(pricesOf(tracker)).toEqual(levelsFromScratch(clock, trades.slice(0, fed), q));
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('exist from the moment a trader could know them', () => {
    const clock = clockOf('2024-07-10');
    const tracker = new LevelTracker(options(clock));
    const ids = () =>
      tracker.levels.map(({ id }) => id).filter((id) => !id.includes('@') && !id.includes('_9'));
    tracker.push(tradeTick({ t: at(clock, '2024-07-10T07:59:59'), price: 19_210 }));
    tracker.push(tradeTick({ t: at(clock, '2024-07-10T08:00:00'), price: 19_200 }));
    tracker.push(tradeTick({ t: at(clock, '2024-07-10T13:29:59'), price: 19_205 }));
    expect(ids()).toEqual(['PD_HIGH', 'PD_LOW', 'EMA_20']);
    tracker.advanceTo(at(clock, '2024-07-10T13:30:00'));
    expect(ids()).toEqual(['PD_HIGH', 'PD_LOW', 'EMA_20', 'PM_HIGH', 'PM_LOW', 'ON_HIGH', 'ON_LOW']);
    expect(pricesOf(tracker)).toMatchObject({
      PM_HIGH: 19_205,
      PM_LOW: 19_200,
      ON_HIGH: 19_210,
      ON_LOW: 19_200,
    });
    tracker.push(tradeTick({ t: at(clock, '2024-07-10T13:30:00'), price: 19_230 }));
    tracker.push(tradeTick({ t: at(clock, '2024-07-10T13:44:59'), price: 19_190 }));
    expect(ids()).not.toContain('OR_HIGH');
    tracker.push(tradeTick({ t: at(clock, '2024-07-10T13:45:00'), price: 19_500 }));
    expect(pricesOf(tracker)).toMatchObject({ OR_HIGH: 19_230, OR_LOW: 19_190, PM_HIGH: 19_205 });
    const level = (id: string) => tracker.levels.find((l) => l.id === id);
    expect(level('OR_HIGH')).toMatchObject({ knownFrom: clock.orEnd, validFrom: clock.orEnd });
    expect(level('PM_LOW')).toMatchObject({ knownFrom: clock.rthOpen, validFrom: clock.rthOpen });
    // The previous RTH ended at 16:00 ET, an hour before this window began.
    expect(level('PD_HIGH')).toMatchObject({ knownFrom: -60 * MINUTE, validFrom: 0 });
  });

  it('know no previous day, no pre-market and no opening range that they were not given', () => {
    const clock = clockOf('2024-07-10');
    const tracker = new LevelTracker(options(clock, { previousDay: undefined }));
    tracker.push(tradeTick({ t: at(clock, '2024-07-10T15:00'), price: 19_200 }));
    tracker.advanceTo(clock.windowEnd);
    const names = tracker.levels.map(({ id }) => id);
    expect(names.filter((id) => /^(PD|PM|ON|OR)_/.test(id))).toEqual([]);
  });

  it('of a stretch of time exist only where the data cover it, and tell what is missing', () => {
    const clock = clockOf('2024-07-10');
    const ranges = (from: number, to: number, hole: [number, number] = [0, 0]) => {
      const coverage = new RecordCoverage(clock);
      const tracker = new LevelTracker(options(clock, { coverage }));
      for (let t = from; t < to; t += 20e9) {
        if (t > hole[0] && t < hole[1]) continue;
        coverage.captured(t);
        tracker.push({ t, recv: t, price: 19_200 });
      }
      const names = tracker.levels.map(({ id }) => id).filter((id) => /^(PM|ON|OR)_HIGH/.test(id));
      const absent = tracker.absent().map((range) => `${range.kinds[0]} ${absenceText(range, clock.origin)}`);
      return { names, absent };
    };
    const { globexOpen, premarketStart, rthOpen, orEnd, globexClose } = clock;
    expect(ranges(globexOpen - MINUTE, globexClose)).toEqual({
      names: ['PM_HIGH', 'ON_HIGH', 'OR_HIGH'],
      absent: [],
    });
    expect(ranges(rthOpen + 7 * MINUTE, globexClose)).toEqual({
      names: [],
      absent: [
        'PM_HIGH the data begin at 2024-07-10 09:37:00 ET, after 2024-07-10 04:00:00 ET',
        'ON_HIGH the data begin at 2024-07-10 09:37:00 ET, after 2024-07-09 18:00:00 ET',
        'OR_HIGH the data begin at 2024-07-10 09:37:00 ET, after 2024-07-10 09:30:00 ET',
      ],
    });
    expect(ranges(premarketStart, orEnd - MINUTE)).toEqual({
      names: ['PM_HIGH'],
      absent: [
        'ON_HIGH the data begin at 2024-07-10 04:00:00 ET, after 2024-07-09 18:00:00 ET',
        'OR_HIGH the data end at 2024-07-10 09:43:40 ET, before 2024-07-10 09:45:00 ET',
      ],
    });
    // Across the end of the opening range, so that the first record after the hole is the one that ends it.
    expect(ranges(globexOpen - MINUTE, globexClose, [orEnd - 2 * MINUTE, orEnd + MINUTE])).toEqual({
      names: ['PM_HIGH', 'ON_HIGH'],
      absent: ['OR_HIGH there are no records from 2024-07-10 09:43:00 ET to 2024-07-10 09:46:00 ET'],
    });
  });

  it('know the ranges so far only as far as the data cover them', () => {
    const clock = clockOf('2024-07-10');
    const rangesFrom = (from: number) => {
      const coverage = new RecordCoverage(clock);
      const tracker = new LevelTracker(options(clock, { coverage }));
      const { rthOpen } = clock;
      for (let t = from; t <= rthOpen + MINUTE; t += 20e9) {
        coverage.captured(t);
        tracker.push({ t, recv: t, price: t < rthOpen ? 100 : 107 });
      }
      return [tracker.rangeOf('premarket'), tracker.rangeOf('opening')];
    };
    const opening = { high: 107, low: 107 };
    expect(rangesFrom(clock.premarketStart)).toEqual([{ high: 100, low: 100 }, opening]);
    expect(rangesFrom(clock.premarketStart + MINUTE)).toEqual([null, opening]);
    expect(rangesFrom(clock.rthOpen + 20e9)).toEqual([null, null]);
  });

  it('list the previous day always, but watch only what is switched on', () => {
    const clock = clockOf('2024-07-10');
    const tracker = new LevelTracker(
      options(clock, {
        settings: featureSettings.parse({ levels: { userPrices: { ES: [4800], NQ: [20000] } } }).levels,
      }),
    );
    tracker.push(tradeTick({ t: at(clock, '2024-07-10T08:00'), price: 19_200 }));
    tracker.advanceTo(clock.rthOpen);
    expect(tracker.levels.filter(({ watched }) => watched).map(({ id }) => id)).toEqual([
      'USER@4800.00',
      'EMA_20',
      'SMA_90',
      'PM_HIGH',
      'PM_LOW',
    ]);
    expect(tracker.levels.filter(({ watched }) => !watched).map(({ id }) => id)).toEqual([
      'PD_HIGH',
      'PD_LOW',
    ]);
  });

  it('need three hours of closes for the simple average, forty minutes for the exponential', () => {
    const clock = clockOf('2024-07-10');
    const tracker = new LevelTracker(options(clock));
    tracker.push(tradeTick({ t: clock.globexOpen + 1, price: 19_200 }));
    const known = (id: string) => tracker.levels.find((level) => level.id === id)?.knownFrom;
    tracker.advanceTo(clock.globexClose);
    expect(known('EMA_20')).toBe(clock.globexOpen + 40 * MINUTE);
    expect(known('SMA_90')).toBe(clock.globexOpen + 180 * MINUTE);
  });
});

/** The intervals of a tracker that has seen the whole session. */
function ended(tracker: LevelTracker, clock: SessionClock): LevelInterval[] {
  tracker.advanceTo(clock.windowEnd);
  tracker.finish();
  return tracker.take().map(({ interval }) => interval);
}

/** All intervals of a run over `trades`, its time advanced as often as `advances` says. */
function intervals(clock: SessionClock, trades: Tick[], advances: number[] = []): LevelInterval[] {
  const tracker = new LevelTracker(options(clock));
  let latest = -Infinity;
  let a = 0;
  for (const { t, price } of trades) {
    latest = Math.max(latest, t);
    while (a < advances.length && advances[a] <= latest) tracker.advanceTo(advances[a++]);
    tracker.push(tradeTick({ t, price }));
  }
  return ended(tracker, clock);
}

describe('intervals', () => {
  const clock = clockOf('2025-09-02');
  const trades = walks(clock.globexOpen, clock.globexClose, 200);

  it('of one level follow one another without gap until the end of the session', () => {
    fc.assert(
      fc.property(trades, (ticks) => {
        const rows = intervals(clock, ticks);
        for (const id of new Set(rows.map((row) => row.id))) {
          const own = rows.filter((row) => row.id === id);
          const wrong = own.filter(
            (row, i) =>
              row.validTo !== (own[i + 1]?.validFrom ?? clock.globexClose) ||
              row.validTo <= row.validFrom ||
              row.knownFrom > row.validFrom ||
              row.price === own[i - 1]?.price,
          );
          expect(wrong).toEqual([]);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('do not depend on how often time is advanced', () => {
    fc.assert(
      fc.property(trades, fc.array(fractions, { maxLength: 40 }), (ticks, fs) => {
        const advances = fs.map((f) => f * clock.globexClose).sort((a, b) => a - b);
        expect(intervals(clock, ticks, advances)).toEqual(intervals(clock, ticks));
      }),
      { numRuns: 20 },
    );
  });

  it('that began by a time are the same without the trades after it', () => {
    fc.assert(
      fc.property(trades, fractions, (ticks, fraction) => {
        const cut = Math.round(fraction * ticks.length);
        const now = Math.max(-Infinity, ...ticks.slice(0, cut).map(({ t }) => t));
        const begun = (rows: LevelInterval[]) =>
          rows
            .filter(({ validFrom }) => validFrom <= now)
            .map(({ validTo, ...row }) => ({ ...row, validTo: validTo <= now ? validTo : null }))
            .sort((a, b) => a.validFrom - b.validFrom || (a.id < b.id ? -1 : 1));
        // A round number may begin at `now` itself by a later trade of the same instant.
        const known = (rows: LevelInterval[]) =>
          begun(rows).filter((row) => row.kind !== 'ROUND' || row.validFrom < now);
        expect(known(intervals(clock, ticks.slice(0, cut)))).toEqual(known(intervals(clock, ticks)));
      }),
      { numRuns: 25 },
    );
  });

  it('mirror when prices do', () => {
    const kinds = (['PM', 'OR', 'ON', 'PD'] as const).map((name) => [`${name}_HIGH`, `${name}_LOW`]);
    const other = new Map(
      kinds.flatMap(
        ([high, low]) =>
          [
            [high, low],
            [low, high],
          ] as [string, string][],
      ),
    );
    const run = (ticks: Tick[], sign: 1 | -1) => {
      const tracker = new LevelTracker(
        options(clock, {
          settings: featureSettings.parse({ levels: { kinds: [...other.keys(), 'SMA_90', 'EMA_20'] } })
            .levels,
          previousDay: sign === 1 ? { high: 60, low: -20 } : { high: 20, low: -60 },
        }),
      );
      for (const { t, price } of ticks) tracker.push(tradeTick({ t, price: price * sign }));
      return ended(tracker, clock)
        .map(({ kind, price, validFrom, validTo }) => ({
          kind: sign === 1 ? kind : (other.get(kind) ?? kind),
          price: price * sign + 0,
          validFrom,
          validTo,
        }))
        .sort((a, b) => a.validFrom - b.validFrom || (a.kind < b.kind ? -1 : 1));
    };
    fc.assert(
      fc.property(walks(clock.globexOpen, clock.globexClose, 200, 0), (ticks) => {
        expect(run(ticks, -1)).toEqual(run(ticks, 1));
      }),
      { numRuns: 15 },
    );
  });

  it('go on identically after being saved and restored anywhere', () => {
    fc.assert(
      fc.property(trades, fractions, (ticks, fraction) => {
        const rows: LevelInterval[] = [];
        let tracker = new LevelTracker(options(clock));
        const cut = Math.floor(fraction * ticks.length);
        ticks.forEach((tick, i) => {
          if (i === cut) {
            rows.push(...tracker.take().map(({ interval }) => interval));
            tracker = restoreState(new LevelTracker(options(clock)), saveState(tracker));
          }
          tracker.push(tradeTick(tick));
        });
        rows.push(...ended(tracker, clock));
        expect(rows).toEqual(intervals(clock, ticks));
      }),
      { numRuns: 25 },
    );
  });

  it('refuse a saved state of another version', () => {
    const saved = saveState(new LevelTracker(options(clock)));
    // Behind the magic word and the name of the section, its length first.
    saved[4 + 1 + 'levels'.length] = 99;
    expect(() => restoreState(new LevelTracker(options(clock)), saved)).toThrow(
      expect.objectContaining({
        code: 'CorruptState',
        details: expect.objectContaining({ expected: 'version 1, not 99' }),
      }) as Error,
    );
  });

  it('become rows of silver.levels in points and UTC', () => {
    const day = clockOf('2024-07-10');
    const tracker = new LevelTracker(options(day));
    tracker.push(tradeTick({ t: at(day, '2024-07-10T08:00'), price: 19_201 }));
    const found = ended(tracker, day);
    const rows = new TableRows(silverLevels, LEVEL_COLUMNS);
    for (const event of found) rows.push({ event, origin: day.origin, tickNanos: ES.tickNanos });
    const { columns, rowCount } = rows.take();
    const i = (columns.level_id as string[]).indexOf('PM_HIGH');
    expect(rowCount).toBe(found.length);
    expect((columns.price as Float64Array)[i]).toBe(4800.25);
    expect((columns.valid_from as BigInt64Array)[i]).toBe(day.session.rthOpen);
    expect((columns.valid_to as BigInt64Array)[i]).toBe(day.session.globexClose);
  });
});
