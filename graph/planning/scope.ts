/**
 * What one build covers. Contract-dates are built one by one, side by side. Partitions of other units come of all the dates before
 * them and take milliseconds: a build covers a span of them, written `2024-03-04..2024-03-28`, in order of date.
 */
import { layersOf, type Layer } from '../datasets/layers';
import type { Partition } from '../datasets/units';
import { tradeDates } from '../market/calendar';
import type { TradingCalendar } from '../market/hours';

const SPAN = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/;

/** A partition whose trade date may be a span of them. */
export type Scope = Partition;

/** The scope of a product over a span of trade dates, both included. */
export const productSpan = (product: string, first: string, last: string): Scope => ({
  unit: 'product-date',
  key: { product, trade_date: `${first}..${last}` },
});

/** The partitions a scope covers, in order of date. */
export function partitionsOf({ unit, key }: Scope, calendar: TradingCalendar): Partition[] {
  const span = SPAN.exec(key.trade_date ?? '');
  if (!span) return [{ unit, key }];
  return tradeDates(span[1], span[2], calendar).map((trade_date) => ({ unit, key: { ...key, trade_date } }));
}

/**
 * The name under which a scope is built, of which only one build runs at a time: a contract-date each for itself, but all spans of a
 * product together, since they may overlap.
 */
export function lockOf({ unit, key }: Scope, layers: readonly Layer[]): string {
  if (unit === 'contract-date') return `${key.contract}-${key.trade_date}`;
  const { trade_date: _, ...rest } = key;
  return [...Object.values(rest), layersOf(unit).find((layer) => layers.includes(layer))].join('-');
}
