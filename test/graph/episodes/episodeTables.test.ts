import { TableRows } from '../../../graph/datasets/column';
import { INT_NULL } from '../../../graph/datasets/schema';
import type { Episode, Outcome } from '../../../graph/episodes/episode';
import {
  EPISODE_COLUMNS,
  goldEpisodes,
  goldOutcomes,
  OUTCOME_COLUMNS,
} from '../../../graph/episodes/episodeTables';
import { enforce } from '../../../lake/contracts/enforce';
import { at, clockOf, tradeTick } from '../../support/sessions';
import { rowsOf } from '../../support/tables';
import { run, settingsWith } from './support';

const clock = clockOf('2024-07-10');
const OPEN = at(clock, '2024-07-10T13:30');
const TICK = 250_000_000;

function episodeRows(found: readonly Episode[]) {
  const rows = new TableRows(goldEpisodes, EPISODE_COLUMNS);
  for (const event of found) rows.push({ event, origin: clock.origin, tickNanos: TICK });
  return rows.take();
}

function outcomeRows(found: readonly Outcome[]) {
  const rows = new TableRows(goldOutcomes, OUTCOME_COLUMNS);
  for (const event of found) rows.push({ event, origin: clock.origin, tickNanos: TICK });
  return rows.take();
}

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
    const batch = episodeRows(episodes);
    expect(() => enforce(batch)).not.toThrow();
    expect(rowsOf(batch)[0]).toEqual({
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
      touch_recv_ts: clock.origin.absolute(tradeTick(ticks[2]).recv),
      touch_price: 4800.25,
      touch_distance: -1,
      session: 'rth',
      time_of_day: 'T15_30',
      minutes_since_open: 20 + 10 / 60,
    });
  });

  it('hold one outcome an episode and horizon', () => {
    const batch = outcomeRows(outcomes);
    expect(() => enforce(batch)).not.toThrow();
    const { rowCount, columns } = batch;
    expect(rowCount).toBe(3);
    expect(Array.from((columns.horizon_minutes as Float64Array).slice(0, 3))).toEqual([4, 8, 30]);
    expect(Array.from((columns.is_primary as Uint8Array).slice(0, 3))).toEqual([0, 1, 0]);
    expect(rowsOf(batch)[1]).toEqual({
      episode_id: episodes[0].id,
      horizon_minutes: 8,
      is_primary: 1,
      outcome: 'BREAK',
      ended_by: 'horizon',
      touch_ts: clock.session.rthOpen + 1_210_000_000_000n,
      end_ts: clock.session.rthOpen + 1_690_000_000_000n,
      break_ts: clock.session.rthOpen + 1_215_000_000_000n,
      reject_ts: INT_NULL.int64,
      seconds_to_break: 5,
      seconds_to_reject: NaN,
      favorable_ticks: 25,
      adverse_ticks: 1,
      high: 4800.25,
      low: 4793.75,
      end_price: 4793.75,
      trades: 1,
    });
  });

  it('leave an outcome null where the data end first', () => {
    const cut = run(ticks.slice(0, 3), { clock, settings: settingsWith([19_200]) }).outcomes;
    expect(rowsOf(outcomeRows(cut)).map(({ outcome }) => outcome)).toEqual([null, null, null]);
  });
});
