import { NS_PER_SECOND } from '../../../graph/market/time';
import type { Bar, Bars } from './bars';
import type { DepthMemory } from './depthMemory';

/** What lies under the crosshair of the chart. */
export interface Pointed {
  /** The middle of a bar's time, ns since the origin. */
  readonly t: number;
  /** Ticks. */
  readonly price: number;
  /** What rested there then; undefined where that is not known. */
  readonly lots: number | undefined;
  readonly orders: number | undefined;
  /** That of the time, if it is complete. */
  readonly bar: Bar | undefined;
}

/** @param index of a bar, or of where one would be @param price ticks */
export function pointedAt(
  { bars, heat }: { bars: Bars; heat: DepthMemory },
  index: number,
  price: number,
): Pointed {
  const t = bars.first + (index + 0.5) * bars.nanos;
  const column = heat.columns.get(Math.floor(t / NS_PER_SECOND));
  const row = column ? price - column.lowest : -1;
  return { t, price, lots: column?.lots[row], orders: column?.orders[row], bar: bars.complete[index] };
}
