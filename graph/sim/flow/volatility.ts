/**
 * Volatility regimes: a factor on the variance of the price that differs from day to day and drifts within the day. Its
 * logarithm is the sum of two autoregressive processes, one over days, one over minutes.
 *
 * Days are seeded one by one: a day has the same factor wherever a simulation begins.
 */
import { dayNumber, type IsoDate } from '../../market/days';
import { NS_PER_MINUTE } from '../../market/time';
import { exp, ln, power } from '../../random/arithmetic';
import type { Random } from '../../random/random';

/**
 * Standard deviation of the log variance, and how much of it a day keeps of the day before (longer ago is forgotten) or after how many
 * minutes half of it is gone. Of many sessions of a random walk with these, realised volatility has a deviation of .49 of its mean and a
 * correlation of .54 with the day before, and absolute returns correlate by .27 half an hour apart: `REAL_ES` has .47, .54, .28.
 */
const DAYS = { deviation: 0.75, kept: 0.8, remembered: 28 };
const MINUTES = { deviation: 0.75, halfLife: 100 };
const MINUTE_KEPT = power(0.5, 1 / MINUTES.halfLife);
/**
 * Mean of the factor. With 1, which gives the variance of real days, as many as 29 of 100 touches of a random walk with these regimes would
 * end in CHOP instead of the real 24: calm spells of a log-normal factor are calmer than real ones.
 */
const MEAN = 1.2;
/** That of a log-normal variable is exp(mean + variance / 2). */
const LOG_MEAN = ln(MEAN) - (DAYS.deviation ** 2 + MINUTES.deviation ** 2) / 2;

/** The factor of one trade date. */
export interface Volatility {
  /** @param t ns since the simulation's origin */
  at(t: number): number;
}

export class VolatilityRegimes {
  constructor(private readonly random: Random) {}

  /** @param start when the date begins, ns since the simulation's origin; the factor is constant before it */
  on(date: IsoDate, start: number): Volatility {
    const { random } = this;
    const today = weekdays(date);
    let level = 0;
    for (let ago = DAYS.remembered; ago >= 0; ago--)
      level = DAYS.kept * level + random.fork(`day ${today - ago}`).normal();
    level *= DAYS.deviation * Math.sqrt(1 - DAYS.kept ** 2);
    return new Minutes(LOG_MEAN + level, random.fork(`minutes ${today}`), start);
  }
}

class Minutes implements Volatility {
  private readonly factors: number[] = [];
  private deviation: number;

  constructor(
    private readonly level: number,
    private readonly random: Random,
    private readonly start: number,
  ) {
    this.deviation = random.normal();
  }

  at(t: number): number {
    const minute = Math.max(0, Math.floor((t - this.start) / NS_PER_MINUTE));
    while (this.factors.length <= minute) {
      this.factors.push(exp(this.level + MINUTES.deviation * this.deviation));
      this.deviation = MINUTE_KEPT * this.deviation + Math.sqrt(1 - MINUTE_KEPT ** 2) * this.random.normal();
    }
    return this.factors[minute];
  }
}

/** Days from Monday to Friday up to a date: a weekend is no time between Friday and Monday. */
function weekdays(date: IsoDate): number {
  // Day 4 was a Monday.
  const since = dayNumber(date) - 4;
  return 5 * Math.floor(since / 7) + Math.min(((since % 7) + 7) % 7, 4);
}
