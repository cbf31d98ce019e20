import { dayNumber, isoDate } from '../../../graph/market/days';
import {
  clock,
  easternClock,
  easternText,
  easternToUtc,
  utcDay,
  utcMidnight,
  utcToEastern,
} from '../../../graph/market/easternTime';

const format = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** The wall clock in New York as the platform's time zone files have it. */
function wall(ms: number): { date: string; seconds: number } {
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  return {
    date: `${part.year}-${part.month}-${part.day}`,
    seconds: Number(part.hour) * 3600 + Number(part.minute) * 60 + Number(part.second),
  };
}

const ns = (ms: number) => BigInt(ms) * 1_000_000n;

describe('eastern time', () => {
  it('agrees with the time zone files every seven hours from 2017 to 2035', () => {
    for (let ms = Date.UTC(2017, 0, 1); ms < Date.UTC(2036, 0, 1); ms += 7 * 3_600_000) {
      const { day, nsOfDay } = utcToEastern(ns(ms));
      const expected = wall(ms);
      if (isoDate(day) !== expected.date || nsOfDay !== expected.seconds * 1e9)
        throw new Error(
          `${new Date(ms).toISOString()}: ${isoDate(day)} ${nsOfDay}, not ${JSON.stringify(expected)}`,
        );
    }
  });

  it('is written as the platform writes it, with as many decimals as are wanted', () => {
    const at = ns(Date.UTC(2024, 6, 1, 3, 4, 5)) + 6_007_008n;
    expect(easternClock(at)).toBe('2024-06-30 23:04:05');
    expect(easternClock(at, 3)).toBe('2024-06-30 23:04:05.006');
    expect(easternClock(at, 9)).toBe('2024-06-30 23:04:05.006007008');
    expect(easternText(at)).toBe('2024-06-30 23:04:05 ET');
    const platform = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    for (let ms = Date.UTC(2024, 0, 1); ms < Date.UTC(2025, 0, 1); ms += 86_399_000)
      expect(easternClock(ns(ms))).toBe(platform.format(ms));
  });

  it('agrees with them every minute around both clock changes of every year', () => {
    for (let year = 2017; year <= 2035; year++) {
      for (const [month, from, to] of [
        [2, 8, 14],
        [10, 1, 7],
      ]) {
        for (let dayOfMonth = from; dayOfMonth <= to; dayOfMonth++) {
          const midnight = Date.UTC(year, month, dayOfMonth);
          if (new Date(midnight).getUTCDay() !== 0) continue;
          for (let ms = midnight + 4 * 3_600_000; ms < midnight + 9 * 3_600_000; ms += 60_000) {
            const { day, nsOfDay } = utcToEastern(ns(ms));
            expect({ date: isoDate(day), seconds: nsOfDay / 1e9 }).toEqual(wall(ms));
          }
        }
      }
    }
  });

  it('turns every wall time outside the changing hours back into the same instant', () => {
    for (let ms = Date.UTC(2017, 0, 1); ms < Date.UTC(2036, 0, 1); ms += 11 * 3_600_000) {
      const { day, nsOfDay } = utcToEastern(ns(ms));
      if (easternToUtc(day, nsOfDay / 1e9) !== ns(ms)) throw new Error(new Date(ms).toISOString());
    }
  });

  it('keeps nanoseconds', () => {
    const { nsOfDay } = utcToEastern(1_703_548_799_446_821_072n);
    expect(nsOfDay).toBe(((18 * 60 + 59) * 60 + 59) * 1e9 + 446_821_072);
  });

  it('reads the doubled hour as its first pass and the skipped one as unchanged clocks', () => {
    expect(easternToUtc(dayNumber('2024-11-03'), clock(1, 30))).toBe(ns(Date.UTC(2024, 10, 3, 5, 30)));
    expect(easternToUtc(dayNumber('2024-03-10'), clock(2, 30))).toBe(ns(Date.UTC(2024, 2, 10, 7, 30)));
  });

  it('knows UTC days, also before the epoch', () => {
    expect(isoDate(utcDay(utcMidnight(dayNumber('2023-12-25'))))).toBe('2023-12-25');
    expect(isoDate(utcDay(utcMidnight(dayNumber('2023-12-25')) - 1n))).toBe('2023-12-24');
    expect(isoDate(utcDay(-1n))).toBe('1969-12-31');
  });
});
