import { isoDate, dayNumber } from '../../../../graph/market/days';
import { Random } from '../../../../graph/random/random';
import { VolatilityRegimes } from '../../../../graph/sim/flow/volatility';

const weekdays = (count: number) => {
  const monday = dayNumber('2020-01-06');
  return Array.from({ length: count }, (_, k) => isoDate(monday + 7 * Math.floor(k / 5) + (k % 5)));
};

function correlation(a: number[], b: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(a), mean(b)];
  const products = (u: number[], v: number[], p: number, q: number) =>
    u.reduce((sum, value, k) => sum + (value - p) * (v[k] - q), 0);
  return products(a, b, x, y) / Math.sqrt(products(a, a, x, x) * products(b, b, y, y));
}

describe('volatility regimes', () => {
  const regimes = new VolatilityRegimes(new Random(11));
  const minutes = Array.from({ length: 801 }, (_, k) => k);
  const days = weekdays(800).map((date) => {
    const volatility = regimes.on(date, 0);
    return minutes.map((minute) => Math.log(volatility.at(minute * 60e9)));
  });
  const levels = days.map((logs) => logs.reduce((sum, log) => sum + log, 0) / logs.length);

  it('keep four fifths of a deviation from one day to the next', () => {
    // Of the day's mean, the part that drifts within the day is lost: a deviation of .75 beside one of .41.
    const lasting = 0.75 ** 2 / (0.75 ** 2 + 0.41 ** 2);
    expect(Math.abs(correlation(levels.slice(1), levels.slice(0, -1)) - 0.8 * lasting)).toBeLessThan(0.08);
    expect(Math.abs(correlation(levels.slice(5), levels.slice(0, -5)) - 0.8 ** 5 * lasting)).toBeLessThan(
      0.2,
    );
  });

  it('keep half of a deviation within the day for a hundred minutes', () => {
    const [first, then] = [300, 400].map((minute) => days.map((logs) => logs[minute]));
    expect(Math.abs(correlation(first, then) - (1 + 0.5) / 2)).toBeLessThan(0.04);
  });

  it('raise variance on average by as much as the share of touches that end in CHOP calls for', () => {
    const mean = days.reduce((sum, logs) => sum + Math.exp(logs[0]), 0) / days.length;
    expect(Math.abs(mean / 1.2 - 1)).toBeLessThan(0.25);
  });

  it('are the same of a day, whatever was asked before, and constant before its start', () => {
    const [date] = weekdays(1);
    const other = new VolatilityRegimes(new Random(11)).on(date, 60e9);
    expect(other.at(500 * 60e9 + 60e9)).toBe(regimes.on(date, 0).at(500 * 60e9));
    expect(other.at(0)).toBe(other.at(60e9));
    // A weekend is no time: Monday follows Friday.
    const saturday = new VolatilityRegimes(new Random(11)).on('2020-01-11', 0);
    expect(saturday.at(0)).toBe(regimes.on('2020-01-10', 0).at(0));
  });
});
