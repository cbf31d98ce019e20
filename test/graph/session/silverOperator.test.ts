/** What Silver says of levels that its records do not cover. */
import { silverLevels } from '../../../graph/levels/levelsTable';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import { rowsIn } from '../../../graph/session/operators';
import { frameOf } from '../../../graph/session/inputs';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { SessionGraph } from '../../../graph/stream/sessionGraph';
import { rowsOf } from '../../support/tables';
import { batchOf, record, type MboRecord } from '../book/records';

const inputs = {
  contract: 'ESH4',
  tradeDate: '2024-03-05',
  settings: DEFAULT_SETTINGS,
  previousDay: { high: 20_500, low: 20_300 },
};
const { globexOpen, rthOpen } = frameOf(inputs).clock.session;
const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;

/** A session with a trade every twenty seconds. */
function sessionOf(from: bigint, to: bigint, given: Partial<typeof inputs> = inputs) {
  const session = new SessionGraph(
    { contract: 'ESH4', tradeDate: '2024-03-05', settings: DEFAULT_SETTINGS, ...given },
    DATASET_GRAPH.computationsOf('silver'),
  );
  const trades: MboRecord[] = [];
  for (let t = from; t <= to; t += 20n * SECOND)
    trades.push(record({ action: 'T', tsEvent: t, tsRecv: t, price: 5_100_000_000_000n }));
  session.push({ kind: 'records', batch: batchOf(trades), from: 0, to: trades.length });
  const events = session.end();
  const rows = rowsIn(events)
    .filter(({ contract }) => contract === silverLevels)
    .flatMap(rowsOf);
  const check = events.flatMap((event) =>
    event.kind === 'check' && event.check.check === 'absent_levels' ? event.check : [],
  );
  const kinds = new Set(rows.map((row) => row.level_kind as string));
  return { kinds: [...kinds].filter((kind) => !kind.includes('MA_')).sort(), check: check[0] };
}

describe('the levels of a session', () => {
  it('are all there of data that cover it', () => {
    const { kinds, check } = sessionOf(globexOpen, rthOpen + 20n * MINUTE);
    expect(kinds).toEqual(['OR_HIGH', 'OR_LOW', 'PD_HIGH', 'PD_LOW', 'PM_HIGH', 'PM_LOW']);
    expect(check).toMatchObject({ passed: true, value: 0 });
  });

  it('are not there of data that begin at 09:37, and the check says why', () => {
    const { kinds, check } = sessionOf(rthOpen + 7n * MINUTE, rthOpen + 60n * MINUTE);
    expect(kinds).toEqual(['PD_HIGH', 'PD_LOW']);
    expect(check).toEqual({
      check: 'absent_levels',
      severity: 'warning',
      passed: false,
      value: 4,
      limit: 0,
      message:
        'no PM_HIGH, PM_LOW: the data begin at 2024-03-05 09:37:00 ET, after 2024-03-05 04:00:00 ET; ' +
        'no OR_HIGH, OR_LOW: the data begin at 2024-03-05 09:37:00 ET, after 2024-03-05 09:30:00 ET',
    });
  });

  it('are not there of data that end first, or of a day before that nothing is known of', () => {
    const { kinds, check } = sessionOf(globexOpen, rthOpen + 10n * MINUTE, {});
    expect(kinds).toEqual(['PM_HIGH', 'PM_LOW']);
    expect(check.message).toBe(
      'no PD_HIGH, PD_LOW: no raw files cover the regular trading hours of 2024-03-04 in this contract; ' +
        'no OR_HIGH, OR_LOW: the data end at 2024-03-05 09:40:00 ET, before 2024-03-05 09:45:00 ET',
    );
  });
});
