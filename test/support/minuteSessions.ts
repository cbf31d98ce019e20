/** Sessions of minute bars for tests. */
import { DEFAULT_SETTINGS, productsOf } from '../../graph/settings';
import { NS_PER_MINUTE } from '../../graph/market/time';
import { dateFrame } from '../../graph/products/dateFrame';
import type { MinuteSeries, MinuteSession } from '../../graph/study/minuteBars';
import { nextTradeDate } from '../../graph/market/calendar';
import { Random } from '../../graph/random/random';

/** Chances to move by a tick within a minute. */
const STEPS = 240;

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

/**
 * Bars of consecutive sessions from 04:00 to the RTH close, of a walk whose volatility differs from day to day.
 * @param momentum share of a minute's move that the next one is expected to repeat: 0 is a walk without memory
 */
export function walkSeries(
  seed: number,
  { sessions, momentum = 0, from = '2025-03-03' }: { sessions: number; momentum?: number; from?: string },
): MinuteSeries {
  const random = new Random(seed);
  const columns = {
    start: [] as bigint[],
    open: [] as number[],
    high: [] as number[],
    low: [] as number[],
    close: [] as number[],
  };
  let price = 24_000;
  let moved = 0;
  for (let tradeDate = from, k = 0; k < sessions; tradeDate = nextTradeDate(tradeDate, ES), k++) {
    const { clock, origin } = dateFrame(ES, tradeDate);
    const moves = Math.min((7 * Math.exp(random.normal() / 2)) ** 2 / STEPS, 0.9);
    for (let t = clock.premarketStart; t < clock.rthClose; t += NS_PER_MINUTE) {
      const open = price;
      let high = price;
      let low = price;
      const up = moves / 2 + Math.max(Math.min((momentum * moved) / STEPS, moves), -moves) / 2;
      for (let step = 0; step < STEPS; step++) {
        const u = random.unit();
        if (u < up) price++;
        else if (u < moves) price--;
        if (price > high) high = price;
        else if (price < low) low = price;
      }
      moved = price - open;
      columns.start.push(origin.absolute(t));
      columns.open.push(open);
      columns.high.push(high);
      columns.low.push(low);
      columns.close.push(price);
    }
  }
  return {
    start: BigInt64Array.from(columns.start),
    open: Int32Array.from(columns.open),
    high: Int32Array.from(columns.high),
    low: Int32Array.from(columns.low),
    close: Int32Array.from(columns.close),
  };
}
