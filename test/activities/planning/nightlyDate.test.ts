import { ES } from '../../support/products';
import { nightlyDateOf } from '../../../activities/planning/nightlyDate';

test.each([
  ['a usual evening', '2024-01-09T23:15:00Z', '2024-01-09'],
  ['before 17:00 ET it is the day before', '2024-01-09T21:59:59Z', '2024-01-08'],
  ['at 17:00 ET the day has ended', '2024-01-09T22:00:00Z', '2024-01-09'],
  ['past midnight UTC it is still the evening in New York', '2024-01-10T00:30:00Z', '2024-01-09'],
  ['the Friday before the clocks go forward', '2024-03-08T23:15:00Z', '2024-03-08'],
  ['the Monday after', '2024-03-11T22:15:00Z', '2024-03-11'],
  ['the Friday before the clocks go back', '2024-11-01T22:15:00Z', '2024-11-01'],
  ['the Monday after that', '2024-11-04T23:15:00Z', '2024-11-04'],
  ['an early close', '2024-11-29T23:15:00Z', '2024-11-29'],
])('%s', (_, scheduled, date) => {
  expect(nightlyDateOf(undefined, scheduled, ES)).toEqual({ tradeDate: date });
});

test.each([
  ['2023-12-25T23:15:00Z', '2023-12-25', 'Christmas'],
  ['2024-03-29T22:15:00Z', '2024-03-29', 'Good Friday'],
  ['2024-01-15T23:15:00Z', '2024-01-15', 'Martin Luther King'],
  ['2024-01-13T23:15:00Z', '2024-01-13', 'weekend'],
])('%s: the market was closed on %s (%s)', (scheduled, date, reason) => {
  expect(nightlyDateOf(undefined, scheduled, ES)).toEqual({
    tradeDate: date,
    closed: expect.stringContaining(reason),
  });
});

test('a date given by hand wins, and without either the caller is told', () => {
  expect(nightlyDateOf('2024-01-05', '2024-01-09T23:15:00Z', ES)).toEqual({ tradeDate: '2024-01-05' });
  expect(() => nightlyDateOf(undefined, null, ES)).toThrow('tradeDate');
});
