/**
 * Minute bars of a product, and the sessions they make up.
 *
 * A bar is the minute `[start, start + 1 min)` of its trades: first, highest, lowest and last price. Such a series is long where
 * order messages are not at hand; what happened within a minute it does not tell.
 */
import { RecordCoverage } from '../levels/coverage';
import { tradeDateOf } from '../market/calendar';
import type { IsoDate } from '../market/days';
import { NS_PER_MINUTE } from '../market/time';
import { dateFrame, type DateFrame } from '../products/dateFrame';
import type { Product } from '../products/profile';

/** Prices of bars, ticks. */
interface BarPrices {
  readonly open: Int32Array;
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly close: Int32Array;
}

/** Bars in the order of their times. */
export interface MinuteSeries extends BarPrices {
  /** ns UTC, ascending without repetition. */
  readonly start: BigInt64Array;
}

/** The bars of one trade date. */
export interface MinuteSession extends BarPrices, DateFrame {
  readonly tradeDate: IsoDate;
  /** Start of each bar, ns since the origin. */
  readonly start: Float64Array;
}

/** The last instant of a bar. */
export const lastInstant = (start: number): number => start + NS_PER_MINUTE - 1;

/**
 * The trade dates whose regular hours the series covers, in order, and those it has a part of.
 * @throws SpymasterError BadArgument for times outside of the calendar
 */
export function minuteSessions(
  series: MinuteSeries,
  product: Product,
): { whole: MinuteSession[]; partial: IsoDate[] } {
  const whole: MinuteSession[] = [];
  const partial: IsoDate[] = [];
  const { length } = series.start;
  for (let from = 0, to = 0; from < length; from = to) {
    const tradeDate = tradeDateOf(series.start[from] + BigInt(NS_PER_MINUTE - 1), product);
    const frame = dateFrame(product, tradeDate);
    const { end } = frame.clock.session.window;
    while (to < length && series.start[to] + BigInt(NS_PER_MINUTE - 1) <= end) to++;
    const session: MinuteSession = {
      ...frame,
      tradeDate,
      start: Float64Array.from(series.start.subarray(from, to), (ns) => Number(ns - frame.origin.ns)),
      open: series.open.subarray(from, to),
      high: series.high.subarray(from, to),
      low: series.low.subarray(from, to),
      close: series.close.subarray(from, to),
    };
    if (coversRegularHours(session)) whole.push(session);
    else partial.push(tradeDate);
  }
  return { whole, partial };
}

function coversRegularHours({ clock, start }: MinuteSession): boolean {
  const coverage = new RecordCoverage(clock);
  for (const t of start) coverage.capturedFrom(t, lastInstant(t));
  return coverage.gapIn(clock.rthOpen, clock.rthClose) === null;
}
