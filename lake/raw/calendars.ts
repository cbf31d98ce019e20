/** By which calendars a raw file was counted: trade dates and regular hours are those of its products. */
import { INDEX_CALENDAR } from '../../graph/market/hours';
import type { Products } from '../../graph/products/catalog';
import { futureSymbol, optionSymbol } from '../../graph/products/symbols';

/** Root of a future's or an option's symbol, and of what was asked for in its place (`ES.v.0`, `ES.FUT`). */
export const rootIn = (symbol: string | null): string | null =>
  symbol === null
    ? null
    : ((futureSymbol(symbol) ?? optionSymbol(symbol))?.root ?? /^([A-Z0-9]+)\./.exec(symbol)?.[1] ?? null);

/** The calendar that counts for symbols of a root, as one text. */
export const calendarText = (products: Products, root: string): string => {
  const { hours, holidays } = products.ownerOf(root) ?? INDEX_CALENDAR;
  return JSON.stringify([holidays, Object.entries(hours).sort(([a], [b]) => (a < b ? -1 : 1))]);
};
