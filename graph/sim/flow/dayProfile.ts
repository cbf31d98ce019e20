/**
 * The shape of a Globex day by New York time: activity, and variance of the price. Both are U-shaped over the
 * regular session, which has about 70 % of all messages.
 */
import { clock } from '../../market/easternTime';

interface Stretch {
  /** Seconds of the New York day. */
  from: number;
  /** Messages a second, relative. */
  activity: number;
  /** Variance of the price, square ticks a second. */
  variance: number;
}

const at = (hours: number, minutes: number, activity: number, variance: number): Stretch => ({
  from: clock(hours, minutes),
  activity,
  variance,
});

/** From midnight on; each stretch lasts until the next. */
const TRADING_DAY: readonly Stretch[] = [
  at(0, 0, 0.08, 0.06),
  at(2, 0, 0.15, 0.1),
  at(3, 0, 0.3, 0.16),
  at(4, 0, 0.22, 0.12),
  at(8, 30, 0.95, 1.2),
  at(8, 35, 0.45, 0.3),
  at(9, 30, 2.3, 0.6),
  at(9, 45, 1.9, 0.25),
  at(10, 0, 1.5, 0.18),
  at(10, 30, 1.25, 0.13),
  at(11, 30, 0.85, 0.1),
  at(12, 30, 0.75, 0.08),
  at(14, 0, 1, 0.1),
  at(15, 0, 1.3, 0.13),
  at(15, 50, 2.4, 0.25),
  at(16, 0, 0.5, 0.4),
  at(16, 15, 0.12, 0.1),
  at(18, 0, 0.9, 0.3),
  at(18, 5, 0.15, 0.2),
  at(19, 0, 0.12, 0.12),
  at(20, 0, 0.08, 0.06),
];

/** A day without a stock market session: little more active than a night. */
const QUIET_DAY: readonly Stretch[] = [
  at(0, 0, 0.06, 0.05),
  at(3, 0, 0.12, 0.08),
  at(9, 30, 0.15, 0.15),
  at(13, 0, 0.05, 0.05),
  at(18, 0, 0.9, 0.3),
  at(18, 5, 0.15, 0.2),
  at(20, 0, 0.08, 0.06),
];

export class DayProfile {
  private readonly stretches: readonly Stretch[];

  /** @param stockMarketOpen whether the regular session of this day takes place */
  constructor(stockMarketOpen: boolean) {
    this.stretches = stockMarketOpen ? TRADING_DAY : QUIET_DAY;
  }

  /** @param second of the New York day, 0 to 86400 */
  at(second: number): Stretch {
    let k = this.stretches.length - 1;
    while (this.stretches[k].from > second) k--;
    return this.stretches[k];
  }

  /** Activity summed over a stretch of time, in seconds of the New York day; a negative one is the day before's. */
  total(from: number, to: number): number {
    let sum = 0;
    for (let second = from; second < to; second += 60)
      sum += 60 * this.at((second + 86_400) % 86_400).activity;
    return sum;
  }
}
