/**
 * Volatilities from settlement prices, for strikes that have not traded since.
 *
 * Settlement prices come with a date and without the future's price that belongs to them, so that is taken from the
 * options themselves: at the strike where call and put are closest, parity gives F = K + (C - P) / DF.
 */
import { isTradeDate, sessionOf } from '../market/calendar';
import { isoDate } from '../market/days';
import type { TradingCalendar } from '../market/hours';
import type { TimeOrigin } from '../market/time';
import { Right } from './black76';
import type { OptionChain } from './chain';
import { Kind } from './classify';
import { yearFraction } from './expiry';
import { impliedVol } from './impliedVol';

/** When the prices of a day settle, with the regular session, ns since the origin; NaN for a day without one. */
function settlesAt(day: number, calendar: TradingCalendar, origin: TimeOrigin): number {
  if (!Number.isFinite(day)) return NaN;
  const date = isoDate(day);
  return isTradeDate(date, calendar) ? Number(sessionOf(date, calendar).rthClose - origin.ns) : NaN;
}

/**
 * Observes, at every strike with a settled call and put, the volatility of its out-of-the-money side; and the bases between the
 * futures.
 */
export function observeSettlements(
  chain: OptionChain,
  calendar: TradingCalendar,
  origin: TimeOrigin,
  rate: number,
): void {
  const calls = new Float64Array(chain.pairStrike.length).fill(NaN);
  const puts = new Float64Array(chain.pairStrike.length).fill(NaN);
  const day = chain.settlementDay.reduce((latest, own) => Math.max(latest, own), -Infinity);
  const at = settlesAt(day, calendar, origin);
  if (Number.isNaN(at)) return;
  for (let slot = 0; slot < chain.kind.length; slot++) {
    if (chain.settlementDay[slot] !== day || chain.pair[slot] < 0) continue;
    (chain.kind[slot] === Kind.Call ? calls : puts)[chain.pair[slot]] = chain.settlement[slot];
  }
  const forwards = chain.expiresAt.map(() => NaN);
  for (let expiry = 0; expiry < chain.expiresAt.length; expiry++) {
    const years = yearFraction(chain.expiresAt[expiry] - at);
    const discount = Math.exp(-rate * years);
    const pairs = chain.strikesOf(expiry).filter((pair) => !Number.isNaN(calls[pair] + puts[pair]));
    if (years === 0 || pairs.length === 0) continue;
    const gap = (pair: number) => Math.abs(calls[pair] - puts[pair]);
    const nearest = pairs.reduce((best, pair) => (gap(pair) < gap(best) ? pair : best));
    const forward = chain.pairStrike[nearest] + (calls[nearest] - puts[nearest]) / discount;
    forwards[expiry] = forward;
    for (const pair of pairs) {
      const strike = chain.pairStrike[pair];
      const vol =
        strike >= forward
          ? impliedVol(Right.Call, calls[pair], forward, strike, years, rate)
          : impliedVol(Right.Put, puts[pair], forward, strike, years, rate);
      if (!Number.isNaN(vol)) chain.observe(pair, vol, at);
    }
  }
  chain.setBases(chain.settledFutures(day, forwards));
}
