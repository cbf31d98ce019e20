/**
 * The shape of a Globex day by New York time, as that of ES is: activity, and variance of the price. The variance is that of minute
 * bars of July to December 2025 (`REAL_ES`), by the half hour. Both are U-shaped over the regular session, which has about 70 % of all
 * messages.
 */
import { clock } from '../../market/easternTime';
import type { SessionHours } from '../../market/hours';

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

/** A day whose regular session is the stock market's; from midnight on, each stretch lasts until the next. */
const TRADING_DAY: readonly Stretch[] = [
  at(0, 0, 0.08, 0.12),
  at(2, 0, 0.15, 0.2),
  at(3, 0, 0.3, 0.34),
  at(4, 0, 0.22, 0.23),
  at(7, 0, 0.22, 0.37),
  at(8, 30, 0.95, 2),
  at(8, 35, 0.45, 0.37),
  at(9, 30, 2.3, 2.45),
  at(9, 45, 1.9, 2.05),
  at(10, 0, 1.5, 1.95),
  at(10, 30, 1.25, 1.29),
  at(11, 30, 0.85, 1.23),
  at(12, 0, 0.85, 1.06),
  at(12, 30, 0.75, 0.98),
  at(13, 30, 0.75, 0.87),
  at(14, 0, 1, 0.87),
  at(15, 0, 1.3, 0.72),
  at(15, 30, 1.3, 1),
  at(15, 50, 2.4, 1.5),
  at(16, 0, 0.5, 0.75),
  at(16, 15, 0.12, 0.35),
  at(18, 0, 0.9, 0.6),
  at(18, 5, 0.15, 0.3),
  at(18, 30, 0.15, 0.16),
  at(19, 0, 0.12, 0.18),
  at(20, 0, 0.08, 0.14),
];

/** A day without a regular session: little more active than a night. */
const QUIET_DAY: readonly Stretch[] = [
  at(0, 0, 0.06, 0.1),
  at(3, 0, 0.12, 0.2),
  at(9, 30, 0.15, 0.3),
  at(13, 0, 0.05, 0.1),
  at(18, 0, 0.9, 0.6),
  at(18, 5, 0.15, 0.3),
  at(18, 30, 0.15, 0.16),
  at(20, 0, 0.08, 0.14),
];

const RTH = { open: clock(9, 30), close: clock(16) };
const EVENING = clock(18);

export class DayProfile {
  private readonly stretches: readonly Stretch[];

  /** @param regular whether the regular session of this day takes place @param hours of the product */
  constructor(regular: boolean, hours: SessionHours) {
    const day = regular ? TRADING_DAY : QUIET_DAY;
    this.stretches = day.flatMap((stretch) => {
      const from = placed(stretch.from, hours);
      return from === null ? [] : [{ ...stretch, from }];
    });
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

/**
 * When a stretch begins for a product: what belongs to the regular session stretches with it, the rest of the afternoon follows
 * its close, the evening its opening. Null for a time of the night that lies within the product's regular session, and for the
 * evening where there is none.
 */
function placed(from: number, { open, opensDayBefore, rthOpen, rthClose }: SessionHours): number | null {
  if (from >= EVENING) return opensDayBefore ? from - EVENING + open : null;
  if (from > RTH.close) return from - RTH.close + rthClose;
  if (from >= RTH.open) return rthOpen + ((from - RTH.open) * (rthClose - rthOpen)) / (RTH.close - RTH.open);
  return from < rthOpen ? from : null;
}
