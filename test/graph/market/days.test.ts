import fc from 'fast-check';
import {
  civil,
  dayNumber,
  dayOf,
  easterSunday,
  isoDate,
  lastWeekday,
  nthWeekday,
  weekday,
  Weekday,
} from '../../../graph/market/days';

const DAY_MS = 86_400_000;
const anyDay = fc.integer({ min: -700_000, max: 1_000_000 });

describe('days', () => {
  it('agree with the platform on date, weekday and number, for any day', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const date = new Date(day * DAY_MS);
        expect(civil(day)).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          dayOfMonth: date.getUTCDate(),
        });
        expect(weekday(day)).toBe(date.getUTCDay());
        expect(dayOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(day);
      }),
      { numRuns: 5000 },
    );
  });

  it('are written and read as YYYY-MM-DD', () => {
    for (let day = dayOf(1999, 12, 1); day < dayOf(2036, 2, 1); day++) {
      expect(isoDate(day)).toBe(new Date(day * DAY_MS).toISOString().slice(0, 10));
      expect(dayNumber(isoDate(day))).toBe(day);
    }
  });

  it.each(['2023-02-29', '2023-13-01', '2023-1-1', '20230101', '2023-00-10', 'today', ''])(
    'refuses %p, naming it',
    (text) => {
      expect(() => dayNumber(text)).toThrow(expect.objectContaining({ code: 'BadArgument' }));
      expect(() => dayNumber(text)).toThrow(`"${text}"`);
    },
  );

  it('finds the n-th and the last weekday of a month', () => {
    expect(isoDate(nthWeekday(2024, 3, Weekday.Friday, 3))).toBe('2024-03-15');
    expect(isoDate(nthWeekday(2024, 11, Weekday.Thursday, 4))).toBe('2024-11-28');
    expect(isoDate(nthWeekday(2023, 9, Weekday.Friday, 1))).toBe('2023-09-01');
    expect(isoDate(lastWeekday(2024, 5, Weekday.Monday))).toBe('2024-05-27');
    expect(isoDate(lastWeekday(2023, 12, Weekday.Sunday))).toBe('2023-12-31');
  });

  it.each([
    // Published dates, among them the earliest and latest possible and the two exceptions of Gauss's rule.
    '1818-03-22',
    '1943-04-25',
    '1954-04-18',
    '1981-04-19',
    '2017-04-16',
    '2018-04-01',
    '2019-04-21',
    '2020-04-12',
    '2021-04-04',
    '2022-04-17',
    '2023-04-09',
    '2024-03-31',
    '2025-04-20',
    '2026-04-05',
    '2027-03-28',
    '2030-04-21',
    '2038-04-25',
    '2049-04-18',
  ])('knows Easter %s', (date) => {
    expect(isoDate(easterSunday(Number(date.slice(0, 4))))).toBe(date);
  });
});
