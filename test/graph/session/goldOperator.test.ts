/** Time in Gold passes with every event. */
import { goldOutcomes } from '../../../graph/episodes/episodeTables';
import { frameOf } from '../../../graph/session/inputs';
import { featureSettings } from '../../../graph/settings';
import { OpenedSession } from '../../support/openedSession';
import { rowsOf } from '../../support/tables';
import { batchOf, record, SNAPSHOT, type MboRecord } from '../book/records';

const settings = featureSettings.parse({ levels: { kinds: [], userPrices: { ES: [5100] } } });
const inputs = { contract: 'ESH4', tradeDate: '2024-03-05', settings };
const { rthOpen } = frameOf(inputs).clock.session;
const MINUTE = 60_000_000_000n;

const event = (minutes: number, fields: Partial<MboRecord>) => {
  const at = rthOpen + BigInt(minutes * 60) * 1_000_000_000n;
  return record({ tsEvent: at, tsRecv: at + 9n, ...fields });
};
const trade = (minutes: number, points: number) =>
  event(minutes, { action: 'T', price: BigInt(points * 4) * 250_000_000n });

/** Outcomes that are out before the session ends. */
function outcomes(...records: MboRecord[]) {
  const gold = new OpenedSession(inputs, ['gold']);
  gold.records(batchOf([trade(1, 5090), trade(2, 5100), ...records]));
  return rowsOf(gold.take(goldOutcomes)).map(({ horizon_minutes, outcome, end_ts, trades }) => [
    horizon_minutes,
    outcome,
    ((end_ts as bigint) - rthOpen) / MINUTE,
    trades,
  ]);
}

it('an outcome ends with its horizon, whatever event tells that it is over', () => {
  expect(outcomes(event(5.9, {}))).toEqual([]);
  expect(outcomes(event(6, {}))).toEqual([[4, 'CHOP', 6n, 0]]);
  expect(outcomes(event(5, {}), event(11, { action: 'C' }))).toEqual([
    [4, 'CHOP', 6n, 0],
    [8, 'CHOP', 10n, 0],
  ]);
});

it('a trade that arrives after its horizon comes too late, however old it is', () => {
  expect(outcomes(event(6, {}), trade(5, 5110))).toEqual([[4, 'CHOP', 6n, 0]]);
  expect(outcomes(trade(5, 5110), event(6, {}))).toEqual([[4, 'BREAK', 6n, 1]]);
});

it('the age of the orders in a snapshot moves no clock', () => {
  expect(outcomes(event(30, { flags: SNAPSHOT | 128 }))).toEqual([]);
});
