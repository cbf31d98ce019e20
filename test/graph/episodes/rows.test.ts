import { TableBuilder } from '../../../graph/datasets/schema';
import { goldEpisodes, goldOutcomes } from '../../../graph/episodes/episodeTables';
import { timeOfDay } from '../../../graph/episodes/episode';
import { episodeRow, outcomeRow } from '../../../graph/episodes/rows';
import { at, clockOf } from '../../support/sessions';
import { captured, run, settingsWith } from './support';

const clock = clockOf('2024-07-10');
const OPEN = at(clock, '2024-07-10T13:30');
const TICK = 250_000_000;

describe('rows of the Gold tables', () => {
  const ticks = [19_230, 19_215, 19_201, 19_175].map((price, i) => ({
    t: OPEN + 20 * 60e9 + i * 5e9,
    price,
  }));
  const { episodes, outcomes } = run(ticks, {
    clock,
    settings: settingsWith([19_200]),
    until: clock.windowEnd,
  });

  it('hold episodes in points, ticks and UTC', () => {
    const builder = new TableBuilder(goldEpisodes);
    builder.push(episodeRow(episodes[0], clock.origin, TICK));
    expect(episodeRow(episodes[0], clock.origin, TICK)).toEqual({
      episode_id: 'ESU4-20240710-USER@4800.00-DOWN-1',
      level_id: 'USER@4800.00',
      level_kind: 'USER',
      level_price: 4800,
      level_known_from: clock.session.window.start,
      direction: 'DOWN',
      attempt: 1,
      touches_before: 0,
      approach_start: clock.session.rthOpen + 1_205_000_000_000n,
      approach_start_price: 4803.75,
      approach_start_distance: 15,
      approach_seconds: 5,
      approach_trades: 2,
      touch_ts: clock.session.rthOpen + 1_210_000_000_000n,
      touch_recv_ts: clock.origin.absolute(captured(ticks[2].t)),
      touch_price: 4800.25,
      touch_distance: -1,
      session: 'rth',
      time_of_day: 'T15_30',
      minutes_since_open: 20 + 10 / 60,
    });
  });

  it('hold one outcome an episode and horizon', () => {
    const builder = new TableBuilder(goldOutcomes);
    for (const outcome of outcomes) builder.push(outcomeRow(outcome, clock.origin, TICK));
    const { rowCount, columns } = builder.build();
    expect(rowCount).toBe(3);
    expect(Array.from((columns.horizon_minutes as Float64Array).slice(0, 3))).toEqual([4, 8, 30]);
    expect(Array.from((columns.is_primary as Uint8Array).slice(0, 3))).toEqual([0, 1, 0]);
    expect(outcomeRow(outcomes[1], clock.origin, TICK)).toEqual({
      episode_id: episodes[0].id,
      horizon_minutes: 8,
      is_primary: true,
      outcome: 'BREAK',
      ended_by: 'horizon',
      touch_ts: clock.session.rthOpen + 1_210_000_000_000n,
      end_ts: clock.session.rthOpen + 1_690_000_000_000n,
      break_ts: clock.session.rthOpen + 1_215_000_000_000n,
      reject_ts: null,
      seconds_to_break: 5,
      seconds_to_reject: null,
      favorable_ticks: 25,
      adverse_ticks: 1,
      high: 4800.25,
      low: 4793.75,
      end_price: 4793.75,
      trades: 1,
    });
  });

  it('say nothing of an outcome the data do not reach', () => {
    const cut = run(ticks.slice(0, 3), { clock, settings: settingsWith([19_200]) }).outcomes;
    expect(cut.map((outcome) => outcomeRow(outcome, clock.origin, TICK).outcome)).toEqual([null, null, null]);
  });
});

describe('the time of day', () => {
  it.each([
    ['2024-07-09T22:00', 'OVERNIGHT'],
    ['2024-07-10T08:00', 'PREMARKET'],
    ['2024-07-10T13:30', 'T0_15'],
    ['2024-07-10T13:44:59', 'T0_15'],
    ['2024-07-10T13:45', 'T15_30'],
    ['2024-07-10T14:00', 'T30_60'],
    ['2024-07-10T14:30', 'T60_120'],
    ['2024-07-10T15:30', 'T120_CLOSE'],
    ['2024-07-10T19:59:59', 'T120_CLOSE'],
    ['2024-07-10T20:00', 'POST'],
  ])('of %s is %s', (utc, name) => {
    expect(timeOfDay(clock, [15, 30, 60, 120], at(clock, utc))).toBe(name);
  });
});
