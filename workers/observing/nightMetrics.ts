/** What Prometheus is told of nights: of which trade dates there has to be a build by now, which weekdays and clocks alone do not say. */
import type { Registry } from 'prom-client';
import { previousTradeDate, tradeDateOf, windowOf } from '../../graph/market/calendar';
import type { TradingCalendar } from '../../graph/market/hours';
import type { Products } from '../../graph/products/catalog';
import type { TemporalSettings } from '../temporal/settings';
import { instruments } from './instruments';
import { METRICS } from './metrics';

const NS_PER_MS = 1_000_000n;

/** When the last trade date of a product ended by then, whether or not it closed early. @param ms since the Unix epoch, as is what comes back */
export function lastEndedBy(ms: number, calendar: TradingCalendar): number {
  const last = previousTradeDate(tradeDateOf(BigInt(ms) * NS_PER_MS, calendar), calendar);
  return Number(windowOf(last, calendar).end / NS_PER_MS);
}

/** @param now ms since the Unix epoch */
export function observeNights(
  registry: Registry,
  { schedules }: Pick<TemporalSettings, 'schedules'>,
  products: Products,
  now: () => number = Date.now,
): void {
  const built = new Map<string, TradingCalendar>();
  for (const { type, symbol } of Object.values(schedules)) {
    // One of another lake's products is for its workers.
    const product = products.find(symbol);
    if (type === 'nightlyBuild' && product) built.set(symbol, product);
  }
  const { ended } = instruments(registry, METRICS.NIGHTS);
  Object.assign(ended, {
    collect: () => {
      for (const [symbol, product] of built) ended.set({ symbol }, lastEndedBy(now(), product) / 1000);
    },
  });
}
