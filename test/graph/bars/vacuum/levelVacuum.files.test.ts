import { ES } from '../../../support/products';
import { LevelVacuum } from '../../../../graph/bars/vacuum/levelVacuum';
import { ZONE_NAMES } from '../../../../graph/bars/distances';
import type { Row } from '../../../../graph/datasets/schema';
import { SessionClock, sessionOf } from '../../../../graph/market/calendar';
import { TimeOrigin } from '../../../../graph/market/time';
import { describeWithData } from '../../../support/data';
import { ES_1225, loadMbo } from '../../book/records';
import { Driver, rowsOf } from '../drive';

describeWithData('the vacuum around 4805.00 on the ES evening of 2023-12-25', () => {
  let rows: Row[];

  beforeAll(async () => {
    const batch = await loadMbo(ES_1225);
    const session = sessionOf('2023-12-26', ES);
    const origin = new TimeOrigin(session.window.start);
    const options = { tickNanos: 250_000_000, origin, sessions: new SessionClock(session, origin) };
    const levels = {
      advanceTo: () => undefined,
      levels: [{ id: 'USER@4805.00', kind: 'USER', price: 19_220 }],
    };
    const vacuum = new LevelVacuum({ ...options, levels });
    new Driver({ ...options, watcher: vacuum })
      .feed(batch)
      .finish(Number(1_703_548_800_000_000_000n - origin.ns));
    rows = rowsOf(vacuum.take());
  });

  it('has a row for every bar of the trading hour, from below first, from above later', () => {
    expect(rows).toHaveLength(720);
    expect(rows[0]).toMatchObject({ bar_start_utc: 1_703_545_200_000_000_000n, direction: 'UP' });
    expect(rows.at(-1)).toMatchObject({ direction: 'DOWN', distance_ticks: 20.5, level_price: 4805 });
  });

  it('accounts for every lot around the level, bar by bar', () => {
    const wrong: string[] = [];
    for (let k = 1; k < rows.length; k++)
      for (const [side, name] of [0, 1].flatMap((s) => ZONE_NAMES.map((zone) => [s, zone] as const))) {
        // Side 0 are the asks: opposing on the way up, supporting on the way down.
        const column = (row: Row, figure: string) =>
          row[`${(row.direction === 'UP') === (side === 0) ? 'opp' : 'sup'}_${name}_${figure}`] as number;
        const now = (figure: string) => column(rows[k], figure);
        const expected =
          column(rows[k - 1], 'depth') + now('add') - now('pull') - now('flash') - now('fill') + now('mod');
        if (now('depth') !== expected) wrong.push(`row ${k} ${name}: ${now('depth')}, expected ${expected}`);
      }
    expect(wrong).toEqual([]);
  });
});
