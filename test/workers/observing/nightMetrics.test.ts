/** Of which trade dates there has to be a build, by the calendar of the exchange. */
import { Registry } from 'prom-client';
import { clock, easternToUtc } from '../../../graph/market/easternTime';
import { dayNumber, isoDate } from '../../../graph/market/days';
import { INDEX_CALENDAR } from '../../../graph/market/hours';
import { Products } from '../../../graph/products/catalog';
import { lastEndedBy, observeNights } from '../../../workers/observing/nightMetrics';
import { loadTemporalSettings } from '../../../workers/temporal/settings';

const HOUR_MS = 3_600_000;
const eastern = (day: number, time: string) => {
  const [hours, minutes] = time.split(':').map(Number);
  return Number(easternToUtc(day, clock(hours, minutes)) / 1_000_000n);
};
const endedAt = (date: string, time: string) =>
  new Date(lastEndedBy(eastern(dayNumber(date), time), INDEX_CALENDAR)).toISOString();

test('a trade date ends at 17:00 New York time, also where its market closes early or has a holiday before it', () => {
  expect(endedAt('2024-03-04', '16:59')).toBe('2024-03-01T22:00:00.000Z');
  expect(endedAt('2024-03-04', '17:01')).toBe('2024-03-04T22:00:00.000Z');
  // Good Friday, and the weekend after it.
  for (const date of ['2024-03-29', '2024-03-30', '2024-03-31'])
    expect(endedAt(date, '21:00')).toBe('2024-03-28T21:00:00.000Z');
  // Thanksgiving, and the short Friday after it.
  expect(endedAt('2024-11-28', '21:00')).toBe('2024-11-27T22:00:00.000Z');
  expect(endedAt('2024-11-29', '14:00')).toBe('2024-11-27T22:00:00.000Z');
  expect(endedAt('2024-11-29', '21:00')).toBe('2024-11-29T22:00:00.000Z');
});

test('four hours later a build is due on each weekday but the holidays of the exchange', () => {
  // Source: NYSE, "Holidays and trading hours", 2024, on all of which CME's index futures have no trade date.
  const holidays = ['01-01', '01-15', '02-19', '03-29', '05-27', '06-19', '07-04', '09-02', '11-28', '12-25'];
  const spared: string[] = [];
  for (let day = dayNumber('2024-01-01'); day <= dayNumber('2024-12-31'); day++) {
    const now = eastern(day, '21:05');
    const since = now - lastEndedBy(now, INDEX_CALENDAR);
    const due = since >= 4 * HOUR_MS && since <= 20 * HOUR_MS;
    const weekday = new Date(`${isoDate(day)}T12:00:00Z`).getUTCDay();
    const weekend = weekday === 0 || weekday === 6;
    if (weekend) expect([isoDate(day), due]).toEqual([isoDate(day), false]);
    else if (!due) spared.push(isoDate(day).slice(5));
  }
  expect(spared).toEqual(holidays);
});

test('it is told of each product that a schedule has built every night, as of when it is asked', async () => {
  const registry = new Registry();
  // A day of mourning, on which there were no stocks to trade, but currencies.
  let now = eastern(dayNumber('2025-01-09'), '21:00');
  const { schedules } = loadTemporalSettings();
  const nightly = { ...schedules['nightly-build'], symbol: '6E' };
  observeNights(registry, { schedules: { ...schedules, fx: nightly } }, new Products(), () => now);
  const told = async () => {
    const { values } = (await registry.getMetricsAsJSON())[0];
    return Object.fromEntries(values.map(({ labels, value }) => [labels.symbol, value]));
  };
  const seconds = (date: string) => Date.parse(date) / 1000;
  expect(await told()).toEqual({
    ES: seconds('2025-01-08T22:00:00Z'),
    '6E': seconds('2025-01-09T22:00:00Z'),
  });
  now = eastern(dayNumber('2025-01-10'), '21:00');
  expect(await told()).toEqual({
    ES: seconds('2025-01-10T22:00:00Z'),
    '6E': seconds('2025-01-10T22:00:00Z'),
  });
});
