import fc from 'fast-check';
import { dayNumber, isoDate } from '../../../graph/market/days';
import { easternToUtc } from '../../../graph/market/easternTime';
import {
  SessionClock,
  SessionCode,
  isTradeDate,
  nextTradeDate,
  previousTradeDate,
  sessionOf,
  tradeDateOf,
  tradeDates,
  windowOf,
} from '../../../graph/market/calendar';
import { TimeOrigin } from '../../../graph/market/time';
import { ES } from '../../support/products';

const utc = (text: string) => BigInt(Date.parse(`${text}Z`)) * 1_000_000n;
const text = (ns: bigint) => new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 16);

/** Days without a stock market session, as the exchange published them. */
const CLOSED_DAYS: Record<number, string> = {
  2017: '01-02 01-16 02-20 04-14 05-29 07-04 09-04 11-23 12-25',
  2018: '01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25',
  2019: '01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25',
  2020: '01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25',
  2021: '01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24',
  2022: '01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26',
  2023: '01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25',
  2024: '01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25',
  2025: '01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25',
  2026: '01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25',
  2027: '01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24',
};

/** Days on which the stock market closed at 13:00, as the exchange published them. */
const EARLY_CLOSES: Record<number, string> = {
  2017: '07-03 11-24',
  2018: '07-03 11-23 12-24',
  2019: '07-03 11-29 12-24',
  2020: '11-27 12-24',
  2021: '11-26',
  2022: '11-25',
  2023: '07-03 11-24',
  2024: '07-03 11-29 12-24',
  2025: '07-03 11-28 12-24',
  2026: '11-27 12-24',
  2027: '11-26',
};

describe('trade dates', () => {
  it.each(Object.keys(CLOSED_DAYS).map(Number))(
    'of %d leave out the weekdays the exchange published',
    (year) => {
      const open = new Set(tradeDates(`${year}-01-01`, `${year}-12-31`, ES));
      const missing: string[] = [];
      for (let day = dayNumber(`${year}-01-01`); day <= dayNumber(`${year}-12-31`); day++) {
        const weekday = new Date(day * 86_400_000).getUTCDay();
        if (weekday !== 0 && weekday !== 6 && !open.has(isoDate(day))) missing.push(isoDate(day).slice(5));
        if (weekday === 0 || weekday === 6) expect(open.has(isoDate(day))).toBe(false);
      }
      expect(missing.join(' ')).toBe(CLOSED_DAYS[year]);
    },
  );

  it.each(Object.keys(EARLY_CLOSES).map(Number))(
    'of %d close early on the days the exchange published',
    (year) => {
      const early = tradeDates(`${year}-01-01`, `${year}-12-31`, ES).filter(
        (date) => sessionOf(date, ES).rthClose === easternToUtc(dayNumber(date), 13 * 3600),
      );
      expect(early.map((date) => date.slice(5)).join(' ')).toBe(EARLY_CLOSES[year]);
    },
  );

  it('follow one another', () => {
    expect(nextTradeDate('2023-12-22', ES)).toBe('2023-12-26');
    expect(nextTradeDate('2023-12-24', ES)).toBe('2023-12-26');
    expect(previousTradeDate('2023-12-26', ES)).toBe('2023-12-22');
    expect(isTradeDate('2023-12-25', ES)).toBe(false);
    const dates = tradeDates('2017-01-01', '2035-12-31', ES);
    for (let i = 1; i < dates.length; i++) {
      expect(nextTradeDate(dates[i - 1], ES)).toBe(dates[i]);
      expect(previousTradeDate(dates[i], ES)).toBe(dates[i - 1]);
    }
  });

  it('are refused by reason where there is none, and outside the known years', () => {
    expect(() => windowOf('2023-12-25', ES)).toThrow('2023-12-25 is no trade date (Christmas Day)');
    expect(() => sessionOf('2023-12-24', ES)).toThrow('weekend');
    expect(() => tradeDateOf(0n, ES)).toThrow('outside the calendar');
    expect(() => tradeDateOf((1n << 64n) - 1n, ES)).toThrow(expect.objectContaining({ code: 'BadArgument' }));
  });
});

describe('windows', () => {
  it('tile time without gap or overlap, each instant in exactly one', () => {
    const dates = tradeDates('2019-01-02', '2027-12-31', ES);
    for (let i = 1; i < dates.length; i++)
      expect(windowOf(dates[i], ES).start).toBe(windowOf(dates[i - 1], ES).end);
    fc.assert(
      fc.property(fc.bigInt({ min: utc('2018-01-05T00:00'), max: utc('2034-12-01T00:00') }), (ns) => {
        const { start, end } = windowOf(tradeDateOf(ns, ES), ES);
        return start < ns && ns <= end;
      }),
    );
  });

  it('end at 17:00 New York time, in summer and winter, the last instant included', () => {
    expect(text(windowOf('2024-07-10', ES).end)).toBe('2024-07-10T21:00');
    expect(text(windowOf('2024-01-10', ES).end)).toBe('2024-01-10T22:00');
    expect(tradeDateOf(utc('2024-01-10T22:00'), ES)).toBe('2024-01-10');
    expect(tradeDateOf(utc('2024-01-10T22:00') + 1n, ES)).toBe('2024-01-11');
  });

  it('give Monday the weekend, and both weeks of the clock changes their odd length', () => {
    const hours = (date: string) =>
      Number((windowOf(date, ES).end - windowOf(date, ES).start) / 3_600_000_000_000n);
    expect(hours('2024-03-04')).toBe(72);
    expect(hours('2024-03-11')).toBe(71);
    expect(hours('2024-03-12')).toBe(24);
    expect(hours('2024-11-04')).toBe(73);
    expect(hours('2024-11-05')).toBe(24);
  });

  it('put the Christmas files of 2023 into 2023-12-26', () => {
    expect(tradeDateOf(utc('2023-12-24T13:00:05'), ES)).toBe('2023-12-26');
    expect(tradeDateOf(utc('2023-12-25T00:00:00'), ES)).toBe('2023-12-26');
    expect(tradeDateOf(1_703_548_799_446_821_072n, ES)).toBe('2023-12-26');
    expect(text(windowOf('2023-12-26', ES).start)).toBe('2023-12-22T22:00');
  });
});

describe('sessions', () => {
  it('of an ordinary day run from 18:00 to 17:00 with RTH from 09:30 to 16:00', () => {
    const session = sessionOf('2024-07-10', ES);
    expect(session.hours).toHaveLength(1);
    expect(
      [
        session.globexOpen,
        session.premarketStart,
        session.rthOpen,
        session.orEnd,
        session.rthClose,
        session.globexClose,
      ].map(text),
    ).toEqual([
      '2024-07-09T22:00',
      '2024-07-10T08:00',
      '2024-07-10T13:30',
      '2024-07-10T13:45',
      '2024-07-10T20:00',
      '2024-07-10T21:00',
    ]);
  });

  const hours = (date: string) =>
    sessionOf(date, ES).hours.map(({ open, close }) => `${text(open)} ${text(close)}`);

  it('change their UTC hours with the clocks: Sunday evening already has the new time', () => {
    expect(hours('2024-03-08')).toEqual(['2024-03-07T23:00 2024-03-08T22:00']);
    expect(hours('2024-03-11')).toEqual(['2024-03-10T22:00 2024-03-11T21:00']);
    expect(hours('2024-11-01')).toEqual(['2024-10-31T22:00 2024-11-01T21:00']);
    expect(hours('2024-11-04')).toEqual(['2024-11-03T23:00 2024-11-04T22:00']);
  });

  it('take in the shortened sessions of the holidays before them', () => {
    // Labor Day and Thanksgiving 2025, halted at 13:00; the Friday after closes at 13:15.
    expect(hours('2025-09-02')).toEqual([
      '2025-08-31T22:00 2025-09-01T17:00',
      '2025-09-01T22:00 2025-09-02T21:00',
    ]);
    expect(hours('2025-11-28')).toEqual([
      '2025-11-26T23:00 2025-11-27T18:00',
      '2025-11-27T23:00 2025-11-28T18:15',
    ]);
    // Independence Day 2020 was kept on Friday: its session belongs to Monday.
    expect(hours('2020-07-06')).toEqual([
      '2020-07-02T22:00 2020-07-03T17:00',
      '2020-07-05T22:00 2020-07-06T21:00',
    ]);
  });

  it('know Good Friday with the jobs report from Good Friday without', () => {
    expect(hours('2023-04-10')).toEqual([
      '2023-04-06T22:00 2023-04-07T13:15',
      '2023-04-09T22:00 2023-04-10T21:00',
    ]);
    expect(hours('2021-04-05')[0]).toBe('2021-04-01T22:00 2021-04-02T13:15');
    expect(hours('2015-04-06')[0]).toBe('2015-04-02T22:00 2015-04-03T13:15');
    expect(hours('2024-04-01')).toEqual(['2024-03-31T22:00 2024-04-01T21:00']);
    expect(hours('2025-04-21')).toEqual(['2025-04-20T22:00 2025-04-21T21:00']);
  });

  it('open on the evening of Christmas and New Year, not on the evening before', () => {
    expect(hours('2023-12-26')).toEqual(['2023-12-25T23:00 2023-12-26T22:00']);
    expect(hours('2024-01-02')).toEqual(['2024-01-01T23:00 2024-01-02T22:00']);
    expect(hours('2024-12-24')).toEqual(['2024-12-23T23:00 2024-12-24T18:15']);
    expect(hours('2024-12-26')).toEqual(['2024-12-25T23:00 2024-12-26T22:00']);
  });

  it('were halted at 09:30 on the day of mourning', () => {
    expect(hours('2025-01-10')).toEqual([
      '2025-01-08T23:00 2025-01-09T14:30',
      '2025-01-09T23:00 2025-01-10T22:00',
    ]);
  });

  it('lie inside their windows and in order, every day', () => {
    for (const date of tradeDates('2017-01-03', '2035-12-31', ES)) {
      const session = sessionOf(date, ES);
      const order = [
        session.window.start,
        ...session.hours.flatMap(({ open, close }) => [open, close]),
        session.window.end,
      ];
      for (let i = 1; i < order.length; i++) if (order[i] < order[i - 1]) throw new Error(date);
      expect(session.globexOpen < session.premarketStart).toBe(true);
      expect(session.orEnd < session.rthClose && session.rthClose < session.globexClose).toBe(true);
    }
  });
});

describe('session codes', () => {
  const codes = (date: string, times: string[]) => {
    const origin = new TimeOrigin(windowOf(date, ES).start);
    const clock = new SessionClock(sessionOf(date, ES), origin);
    return times.map((time) => clock.codeAt(Number(utc(time) - origin.ns)));
  };
  const { Halt, Overnight, PreMarket, Rth, Post } = SessionCode;

  it('change at the first instant of each part', () => {
    expect(
      codes('2024-07-10', [
        '2024-07-09T21:30:00',
        '2024-07-09T22:00:00',
        '2024-07-10T07:59:59.999',
        '2024-07-10T08:00:00',
        '2024-07-10T13:29:59.999',
        '2024-07-10T13:30:00',
        '2024-07-10T19:59:59.999',
        '2024-07-10T20:00:00',
        '2024-07-10T21:00:00',
      ]),
    ).toEqual([Halt, Overnight, Overnight, PreMarket, PreMarket, Rth, Rth, Post, Halt]);
  });

  it('call a holiday session overnight, and its halt a halt', () => {
    expect(
      codes('2025-09-02', ['2025-09-01T14:00', '2025-09-01T17:00', '2025-09-01T22:00', '2025-09-02T14:00']),
    ).toEqual([Overnight, Halt, Overnight, Rth]);
  });

  it('end early on an early close', () => {
    expect(codes('2025-11-28', ['2025-11-28T17:59', '2025-11-28T18:00', '2025-11-28T18:15'])).toEqual([
      Rth,
      Post,
      Halt,
    ]);
  });

  it('come with the close of the trading hours they are in', () => {
    const origin = new TimeOrigin(windowOf('2025-09-02', ES).start);
    const clock = new SessionClock(sessionOf('2025-09-02', ES), origin);
    const closeAfter = (time: string) =>
      text(origin.absolute(clock.closeAfter(Number(utc(time) - origin.ns))));
    expect(closeAfter('2025-09-01T14:00')).toBe('2025-09-01T17:00');
    expect(closeAfter('2025-09-01T17:00')).toBe('2025-09-02T21:00');
    expect(closeAfter('2025-09-02T20:59')).toBe('2025-09-02T21:00');
  });
});
