import { SessionCode, SessionClock, sessionOf, windowOf } from '../../../graph/market/calendar';
import { TimeOrigin } from '../../../graph/market/time';
import { MarketObserver, REAL_ES } from '../../../graph/sim/realism';
import { Random } from '../../../graph/random/random';
import { describeWithData } from '../../support/data';
import { ES } from '../../support/products';
import { readBarDays, tradesOf } from '../episodes/minuteBars';

const clockOf = (date: string) =>
  new SessionClock(sessionOf(date, ES), new TimeOrigin(windowOf(date, ES).start));

/** One session: prices at minutes of the regular session, `premarket` before it. */
function session(
  observer: MarketObserver,
  date: string,
  premarket: number[],
  prices: (number | null)[],
): void {
  const clock = clockOf(date);
  observer.begin(date);
  premarket.forEach((price, k) => observer.trade(clock.rthOpen - (premarket.length - k) * 60e9, price));
  prices.forEach((price, k) => price !== null && observer.trade(clock.rthOpen + k * 60e9 + 1e9, price));
  observer.end();
}

describe('MarketObserver', () => {
  it('has returns, their variance and its ratio as formulas have them', () => {
    const observer = new MarketObserver(ES);
    const zigzag = (size: number) => Array.from({ length: 390 }, (_, k) => 20_000 + (k % 2) * size);
    session(observer, '2025-08-05', [20_500], zigzag(2));
    session(observer, '2025-08-06', [20_500], zigzag(6));
    const figures = observer.figures();
    expect(figures.sessions).toBe(2);
    expect(figures.variance).toBeCloseTo((4 + 36) / 2 / 60, 9);
    // Over an odd number of minutes price goes as far as over one.
    expect(figures.varianceRatio).toBeCloseTo(1 / 15, 9);
    // Volatilities are in the ratio 1 to 3: deviation over mean is that of 1 and 3.
    expect(figures.volatilityVariation).toBeCloseTo(Math.SQRT2 / 2, 9);
    // A minute's size is that of its session: what differs between sessions persists wholly.
    expect(figures.absoluteReturnPersistence).toBeCloseTo(1, 9);
  });

  it('carries the last price over minutes without a trade', () => {
    const observer = new MarketObserver(ES);
    session(
      observer,
      '2025-08-05',
      [20_500],
      Array.from({ length: 390 }, (_, k) => (k % 3 === 0 ? 20_000 + k : null)),
    );
    // Steps of 3 ticks, every third minute: 129 of them over 388 minutes, the last price being that of minute 387.
    const minutes = 387;
    expect(observer.figures().variance).toBeCloseTo((129 * 9) / minutes / 60, 9);
  });

  it('counts touches and how they end, and what BREAK would be of a martingale', () => {
    const observer = new MarketObserver(ES);
    // Up from 40 ticks below the pre-market high: touched one tick before it, then through.
    const high = 20_100;
    const path = [high - 40, high - 30, high - 19, high - 1, high + 19, high + 20];
    session(observer, '2025-08-05', [high, high - 60, high - 40], path);
    const broken = observer.figures();
    expect(broken).toMatchObject({ touches: 1, breaks: 1, rejects: 0, chops: 0 });
    expect(broken.breakBias).toBeCloseTo(1 - 19 / 40, 9);
    // The same, but it stays within the barriers for longer than eight minutes.
    session(
      observer,
      '2025-08-06',
      [high, high - 60, high - 40],
      [...path.slice(0, 4), ...Array.from({ length: 30 }, () => high)],
    );
    expect(observer.figures()).toMatchObject({ touches: 1, breaks: 0.5, chops: 0.5 });
  });

  it('finds no more than chance allows in a random walk', () => {
    const random = new Random(3);
    const observer = new MarketObserver(ES);
    let price = 20_000;
    for (const date of ['05', '06', '07', '08', '11', '12', '13', '14', '15', '18', '19', '20'].map(
      (day) => `2025-08-${day}`,
    )) {
      const clock = clockOf(date);
      observer.begin(date);
      // Two ticks every four seconds.
      for (let t = clock.premarketStart; t < clock.rthClose; t += 4e9)
        observer.trade(t, (price += random.chance(0.5) ? 2 : -2));
      observer.end();
    }
    const figures = observer.figures();
    expect(Math.abs(figures.varianceRatio - 1)).toBeLessThan(0.1);
    expect(Math.abs(figures.variance - 1)).toBeLessThan(0.06);
    expect(Math.abs(figures.absoluteReturnPersistence)).toBeLessThan(0.05);
    expect(Math.abs(figures.breakBias)).toBeLessThan(0.1);
    expect(figures.touches).toBeGreaterThan(10);
  });
});

describeWithData('real ES minutes of 2025', () => {
  it('have the figures simulated markets are shown beside', async () => {
    const observer = new MarketObserver(ES);
    for (const { date, clock, bars } of await readBarDays()) {
      if (bars.filter(({ t }) => clock.codeAt(t) === SessionCode.Rth).length < 390) continue;
      observer.begin(date);
      for (const bar of bars) for (const { t, price } of tradesOf(bar)) observer.trade(t, price);
      observer.end();
    }
    const { chopsByVolatility, ...figures } = observer.figures();
    for (const [name, value] of Object.entries(figures))
      expect([name, value]).toEqual([name, expect.closeTo(REAL_ES[name as keyof typeof figures], 2)]);
    chopsByVolatility.forEach((chops, k) => expect(chops).toBeCloseTo(REAL_ES.chopsByVolatility[k], 2));
  });
});
