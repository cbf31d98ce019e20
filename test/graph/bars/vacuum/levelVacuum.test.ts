import fc from 'fast-check';
import { type BarDistances, DEFAULT_BAR_DISTANCES } from '../../../../graph/bars/distances';
import { LevelVacuum } from '../../../../graph/bars/vacuum/levelVacuum';
import { restoreState, saveState } from '../../../../graph/state/blob';
import type { Row } from '../../../../graph/datasets/schema';
import { silverVacuum } from '../../../../graph/bars/vacuum/vacuumTable';
import { batchOf, type MboRecord } from '../../book/records';
import { differences, Driver, options, rowsOf, sessionName } from '../drive';
import { commands, mirror, mirrorAxis, recordsOf, START } from '../market';
import { event } from '../families/events';
import { TwinBars } from '../twin';
import { ScriptedLevels, VacuumTwin, type ScriptedLevel } from './twin';

const SCRIPT: ScriptedLevel[] = [
  { id: 'USER@100', kind: 'USER', prices: [[-1e18, 400]] },
  { id: 'USER@90', kind: 'USER', prices: [[-1e18, 360]] },
  { id: 'USER@900', kind: 'USER', prices: [[-1e18, 3600]] },
  {
    id: 'EMA_20',
    kind: 'EMA_20',
    prices: [
      [12e9, 403.25],
      [30e9, 405.75],
      [65e9, 398.5],
    ],
  },
  { id: 'PM_HIGH', kind: 'PM_HIGH', prices: [[61e9, 391]] },
];

/** A driver with the vacuum on its bars; sessions without the halt of the first minute are the caller's to choose. */
function vacuumDriver(script: readonly ScriptedLevel[], barOptions = options, distances?: BarDistances) {
  const levels = new ScriptedLevels(script);
  const vacuum = new LevelVacuum({ ...barOptions, levels, distances });
  return { driver: new Driver({ ...barOptions, watcher: vacuum }), vacuum, levels };
}

function vacuumOf(records: MboRecord[], end: number, script = SCRIPT, barOptions = options): Row[] {
  const { driver, vacuum } = vacuumDriver(script, barOptions);
  driver.feed(batchOf(records)).finish(end);
  return rowsOf(vacuum.take());
}

const endOf = (records: MboRecord[]) =>
  Number(records.reduce((t, { tsEvent }) => (tsEvent > t ? tsEvent : t), START) - START) + 7e9;

describe('the vacuum against its twin', () => {
  it('agrees in every column on any stream', () => {
    fc.assert(
      fc.property(commands(200), (run) => {
        const records = recordsOf(run);
        if (records.length === 0) return;
        const twin = new VacuumTwin(SCRIPT, sessionName);
        const bars = new TwinBars({ barNanos: 5e9, sessionAt: sessionName, onBar: twin.onBar });
        for (const next of records) bars.push(next);
        bars.finish(endOf(records));
        const got = vacuumOf(records, endOf(records));
        expect(got.length).toBe(twin.rows.length);
        expect(
          got.flatMap((row, k) => differences(row, twin.rows[k]).map((text) => `row ${k} ${text}`)),
        ).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('is compared on streams that move every column', () => {
    const seen = new Map<string, Set<unknown>>();
    for (const run of fc.sample(commands(240), { seed: 2, numRuns: 120 }))
      for (const row of vacuumOf(recordsOf(run), 200e9))
        for (const [name, value] of Object.entries(row))
          seen.set(name, (seen.get(name) ?? new Set()).add(value));
    const stored = silverVacuum.columns
      .map(({ name }) => name)
      .filter((name) => !silverVacuum.partitionBy.includes(name));
    expect([...seen.keys()].sort()).toEqual([...stored].sort());
    const still = [...seen].filter(([, values]) => values.size < 2);
    // Icebergs are filled at the touch: far beyond an opposing level only in a bar that runs right through it.
    expect(still.map(([name]) => name).filter((name) => name !== 'opp_far_refresh')).toEqual([]);
  });
});

describe('the vacuum as an operator', () => {
  const streams = commands(120).map(recordsOf);

  it('saved and restored anywhere, goes on exactly as it would have', () => {
    fc.assert(
      fc.property(streams, fc.nat(300), (records, cut) => {
        const batch = batchOf(records);
        const at = cut % (batch.length + 1);
        const levels = new ScriptedLevels(SCRIPT);
        const first = new LevelVacuum({ ...options, levels });
        const driver = new Driver({ ...options, watcher: first }).feed(batch, 0, at);
        const rows = rowsOf(first.take());
        const second = restoreState(new LevelVacuum({ ...options, levels }), saveState(first));
        driver
          .restart({ ...options, watcher: second })
          .feed(batch, at)
          .finish(endOf(records));
        expect([...rows, ...rowsOf(second.take())]).toEqual(vacuumOf(records, endOf(records)));
      }),
      { numRuns: 50 },
    );
  });

  it('shows an approach from below as the mirror image of one from above', () => {
    const script: ScriptedLevel[] = [
      { id: 'USER@100', kind: 'USER', prices: [[-1e18, 400.25]] },
      {
        id: 'SMA_90',
        kind: 'SMA_90',
        prices: [
          [-1e18, 396.75],
          [70e9, 407.25],
        ],
      },
    ];
    const mirrored = script.map((level) => ({
      ...level,
      prices: level.prices.map(([from, price]): [number, number] => [from, mirrorAxis - price]),
    }));
    fc.assert(
      fc.property(streams, (records) => {
        const end = endOf(records);
        const plain = vacuumOf(records, end, script);
        const image = vacuumOf(records.map(mirror), end, mirrored);
        const expected = plain.map((row) => ({
          ...row,
          level_price: mirrorAxis * 0.25 - (row.level_price as number),
          direction: row.direction === 'UP' ? 'DOWN' : 'UP',
        }));
        expect(image.flatMap((row, k) => differences(row, expected[k]))).toEqual([]);
        expect(image).toHaveLength(plain.length);
      }),
      { numRuns: 50 },
    );
  });

  it('accounts for every lot: depth of a zone changes by add - pull - flash - fill + mod', () => {
    fc.assert(
      fc.property(commands(120), (run) => {
        const records = recordsOf(run.filter(({ kind }) => kind !== 'snapshot' && kind !== 'clear'));
        const rows = vacuumOf(records, endOf(records), [SCRIPT[0]]);
        for (let k = 1; k < rows.length; k++) {
          const [before, row] = [rows[k - 1], rows[k]];
          const follows = row.bar_start_utc === (before.bar_start_utc as bigint) + 5_000_000_000n;
          if (!follows || row.direction !== before.direction) continue;
          for (const zone of [
            'opp_at',
            'opp_near',
            'opp_mid',
            'opp_far',
            'sup_at',
            'sup_near',
            'sup_mid',
            'sup_far',
          ]) {
            const lots = (figure: string) => row[`${zone}_${figure}`] as number;
            const moved = lots('add') - lots('pull') - lots('flash') - lots('fill') + lots('mod');
            expect(lots('depth')).toBe((before[`${zone}_depth`] as number) + moved);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the saved vacuum', () => {
  const levels = new ScriptedLevels(SCRIPT);
  const vacuum = () => new LevelVacuum({ ...options, levels });

  it('is refused when it is damaged or was saved with other distances', () => {
    const saved = saveState(vacuum());
    const refusal = expect.objectContaining({ code: 'CorruptState' });
    expect(() => restoreState(vacuum(), saved.subarray(0, saved.length - 1))).toThrow(refusal);
    const distances = { ...DEFAULT_BAR_DISTANCES, vacuumReachTicks: 100 };
    expect(() => restoreState(new LevelVacuum({ ...options, levels, distances }), saved)).toThrow(refusal);
  });

  it('holds no rows: they are taken before', () => {
    const open = { ...options, sessions: { codeAt: () => 3 as const } };
    const operator = new LevelVacuum({ ...open, levels });
    const quote = event(0, ['A', 'B', 1, 400, 1], ['A', 'A', 2, 402, 1]);
    new Driver({ ...open, watcher: operator }).feed(batchOf(quote)).finish(10e9);
    expect(() => saveState(operator)).toThrow('rows of silver.vacuum are not taken');
  });
});

describe('the vacuum around a level', () => {
  const openAllDay = { ...options, sessions: { codeAt: () => 3 as const } };
  const level: ScriptedLevel[] = [{ id: 'USER@102.50', kind: 'USER', prices: [[-1e18, 410]] }];
  const book = event(
    0,
    ['A', 'B', 1, 400, 10],
    ['A', 'A', 2, 402, 10],
    ['A', 'A', 3, 409, 4],
    ['A', 'A', 4, 413, 6],
    ['A', 'A', 5, 424, 8],
    ['A', 'A', 6, 425, 9],
    ['A', 'A', 7, 431, 50],
  );
  const second = (...then: MboRecord[][]) =>
    vacuumOf([...book, ...then.flat()], 10e9, level, openAllDay).at(-1)!;

  it('lies in zones on the far side, and two ticks before it', () => {
    expect(second()).toMatchObject({
      direction: 'UP',
      distance_ticks: 9,
      opp_at_depth: 4,
      opp_near_depth: 6,
      opp_mid_depth: 8,
      opp_far_depth: 9,
      sup_mid_depth: 10,
      opp_age: 10,
    });
  });

  it('is counted in the zones and within the reach the distances say', () => {
    const rows = (distances: BarDistances) => {
      const { driver, vacuum } = vacuumDriver(level, openAllDay, distances);
      driver.feed(batchOf(book)).finish(10e9);
      return rowsOf(vacuum.take());
    };
    const zones = { at: 1, near: 3, mid: 14, far: 15 };
    expect(rows({ ...DEFAULT_BAR_DISTANCES, zones }).at(-1)).toMatchObject({
      opp_at_depth: 4,
      opp_near_depth: 6,
      opp_mid_depth: 8,
      opp_far_depth: 9,
    });
    expect(rows({ ...DEFAULT_BAR_DISTANCES, vacuumReachTicks: 9 })).toHaveLength(1);
    expect(rows({ ...DEFAULT_BAR_DISTANCES, vacuumReachTicks: 8 })).toHaveLength(0);
  });

  it('stays finite and at rest where nothing is and nothing happens', () => {
    const row = second(event(5001, ['C', 'B', 1, 400, 10], ['A', 'B', 8, 380, 1]));
    const quiet = vacuumOf(
      event(0, ['A', 'B', 1, 380, 1], ['A', 'A', 2, 382, 1]),
      10e9,
      level,
      openAllDay,
    ).at(-1)!;
    expect(quiet).toMatchObject({
      opp_com: 9,
      sup_com: 9,
      opp_com_change: 0,
      opp_pull_share: 0.5,
      opp_replenishment: 0,
    });
    expect(quiet).toMatchObject({ opp_pull_intensity: 0, opp_age: NaN, time_to_level: NaN });
    expect(row.sup_com).toBe(9);
  });

  it('tells what was pulled from what flashed, was filled and was moved', () => {
    const row = second(
      event(5100, ['A', 'A', 20, 412, 3]),
      event(5200, ['C', 'A', 20, 412, 3]),
      event(5300, ['C', 'A', 4, 413, 6]),
      event(5400, ['M', 'A', 6, 420, 9]),
      event(5500, ['M', 'A', 5, 428, 8]),
      event(5600, ['M', 'A', 7, 426, 50]),
      event(5700, ['T', 'B', 30, 409, 2], ['F', 'A', 3, 409, 2], ['M', 'A', 3, 409, 2]),
    );
    expect(row).toMatchObject({
      opp_at_add: 3,
      opp_at_flash: 3,
      opp_at_pull: 0,
      opp_near_pull: 6,
      opp_far_toward: 59,
      opp_mid_away: 8,
      opp_mid_mod: 1,
      opp_far_mod: 49,
      opp_at_fill: 2,
      opp_at_mod: 0,
    });
    expect(row.opp_pull_share).toBe(6.5 / 9);
    expect(row.opp_pull_intensity).toBeCloseTo(Math.log(1 + 6 / 28), 12);
    expect(row.opp_replenishment).toBeCloseTo(Math.log(4 / 9), 12);
  });

  it('measures the approach: two ticks a bar make two fifths of a tick a second', () => {
    const steps = [1, 2, 3].map((k) =>
      event(5000 * k + 1, ['M', 'B', 1, 400 + 2 * k, 10], ['M', 'A', 2, 402 + 2 * k, 10]),
    );
    const rows = vacuumOf([...book, ...steps.flat()], 20e9, level, openAllDay);
    expect(rows.map((row) => row.distance_ticks)).toEqual([7, 5, 3]);
    expect(rows[2].approach_velocity).toBeCloseTo(0.4, 12);
    expect(rows[2].time_to_level).toBeCloseTo(7.5, 12);
    expect(rows[1].approach_velocity).toBe(NaN);
  });
});
