/** Which trade date a market session is for, of which contract, and when it is over. */
import { isTradeDate, sessionOf, tradeDateOf, whyClosed, DAY_ENDS } from '../../graph/market/calendar';
import { isoDate } from '../../graph/market/days';
import { utcToEastern } from '../../graph/market/easternTime';
import type { TradingCalendar } from '../../graph/market/hours';
import { NS_PER_SECOND } from '../../graph/market/time';
import { productsOf } from '../../graph/settings';
import { sharedLake } from '../stages/sharedLake';
import type { StageSettings } from '../stages/stages';
import { contractOn } from '../verify/contractDate';
import { requireUnbuilt } from '../publishing/lastBuilds';
import type { SessionRequest } from '../planning/requests';

/** A checked session. Plain JSON: it crosses Temporal. */
export interface PlannedSession {
  request: SessionRequest;
  /** ET, `YYYY-MM-DD`. */
  tradeDate: string;
  /** Why there is nothing to follow: the market is closed that day. */
  closed?: string;
  /** Raw symbol; absent where the market is closed. */
  contract?: string;
  /** When all of it has been traded and what is left in the hub is to be taken, ISO UTC; absent where the market is closed. */
  ends?: string;
}

/** After the close: for what the exchange sends last, and for what is late. */
const AFTER_CLOSE_NS = 600n * BigInt(NS_PER_SECOND);

/**
 * The trade date of a session.
 * @param given by hand; it wins
 * @param scheduledTime when a schedule meant it to begin, ISO UTC: of an evening, from 17:00 ET on, the day after is meant. Null by hand:
 * the trade date of now
 * @param now ns UTC
 */
export function sessionDateOf(
  given: string | undefined,
  scheduledTime: string | null,
  now: bigint,
  calendar: TradingCalendar,
): string {
  if (given !== undefined) return given;
  if (scheduledTime === null) return tradeDateOf(now, calendar);
  const { day, nsOfDay } = utcToEastern(BigInt(Date.parse(scheduledTime)) * 1_000_000n);
  return isoDate(nsOfDay >= DAY_ENDS * NS_PER_SECOND ? day + 1 : day);
}

/**
 * Plans a session.
 * @throws SpymasterError BadArgument for an unknown product, a contract that is not of it, or a date that is built already
 */
export async function planSession(
  request: SessionRequest,
  scheduledTime: string | null,
  settings: StageSettings,
): Promise<PlannedSession> {
  const { symbol, contract: named, again } = request;
  const product = productsOf(settings.features).productOf(symbol);
  const now = BigInt(Date.now()) * 1_000_000n;
  const tradeDate = sessionDateOf(request.tradeDate, scheduledTime, now, product);
  if (!isTradeDate(tradeDate, product)) {
    const closed = `the market is closed on ${tradeDate} (${whyClosed(tradeDate, product)})`;
    return { request, tradeDate, closed };
  }
  const lake = await sharedLake(settings);
  const contract = await contractOn(lake, { symbol, date: tradeDate, contract: named });
  if (!again) await requireUnbuilt(lake, contract, tradeDate);
  const ends = sessionOf(tradeDate, product).globexClose + AFTER_CLOSE_NS;
  return { request, tradeDate, contract, ends: new Date(Number(ends / 1_000_000n)).toISOString() };
}
