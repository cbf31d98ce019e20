/** Sessions of minute bars for tests. */
import { DEFAULT_SETTINGS, productsOf } from '../../graph/settings';
import { NS_PER_MINUTE } from '../../graph/market/time';
import { dateFrame } from '../../graph/products/dateFrame';
import type { MinuteSession } from '../../graph/study/minuteBars';

export const ES = productsOf(DEFAULT_SETTINGS).productOf('ES');

type Bar = readonly [open: number, high: number, low: number, close: number];

/**
 * @param bars one a minute, ticks
 * @param from minutes from the RTH open to the first
 */
export function minuteSession(bars: readonly Bar[], from = 0, tradeDate = '2025-08-05'): MinuteSession {
  const frame = dateFrame(ES, tradeDate);
  const column = (k: number) => Int32Array.from(bars, (bar) => bar[k]);
  return {
    ...frame,
    tradeDate,
    start: Float64Array.from(bars, (_, i) => frame.clock.rthOpen + (from + i) * NS_PER_MINUTE),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
  };
}
