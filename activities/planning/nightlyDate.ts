/** Which trade date a nightly build is for. */
import { DAY_ENDS, isTradeDate, whyClosed } from '../../graph/market/calendar';
import { isoDate } from '../../graph/market/days';
import { utcToEastern } from '../../graph/market/easternTime';
import { SpymasterError } from '../../graph/errors';
import type { TradingCalendar } from '../../graph/market/hours';
import { NS_PER_SECOND } from '../../graph/market/time';

export interface NightlyDate {
  /** The day whose session has just ended (ET). */
  tradeDate: string;
  /** Why there is nothing to build: the market was closed that day. */
  closed?: string;
}

/**
 * The day that had ended by the scheduled time. Never taken from the present: a run that catches up after two days, or
 * one of a schedule's own backfill, builds its own date.
 * @param given by hand; it wins
 * @param scheduledTime ISO UTC, or null when no schedule started the run
 * @param calendar of the product that is built
 * @throws SpymasterError BadArgument when there is neither
 */
export function nightlyDateOf(
  given: string | undefined,
  scheduledTime: string | null,
  calendar: TradingCalendar,
): NightlyDate {
  const tradeDate = given ?? dayEndedBy(scheduledTime);
  if (isTradeDate(tradeDate, calendar)) return { tradeDate };
  return { tradeDate, closed: `the market was closed on ${tradeDate} (${whyClosed(tradeDate, calendar)})` };
}

function dayEndedBy(scheduledTime: string | null): string {
  if (scheduledTime === null) {
    const message =
      'nightlyBuild was not started by a schedule: say which trade date, by tradeDate in its input';
    throw new SpymasterError('BadArgument', message, { field: 'tradeDate' });
  }
  const { day, nsOfDay } = utcToEastern(BigInt(Date.parse(scheduledTime)) * 1_000_000n);
  return isoDate(nsOfDay >= DAY_ENDS * NS_PER_SECOND ? day : day - 1);
}
