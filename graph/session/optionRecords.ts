/**
 * Rows of the Bronze tables of options as inputs of the session stream. Every row carries the time of its capture: the session takes
 * records of the future and of its options in that order, from one feed or merged (`optionReplay.ts`).
 */
import { utcDay } from '../market/easternTime';
import { definitionFault, optionDefinition } from '../options/definition';
import type { OptionRecord } from '../options/inputs';
import type { DefinitionRow } from '../records/definitionsTable';
import { Side } from '../records/mbo';
import type { OptionTradeRow } from '../records/optionTradesTable';
import type { StatisticRow } from '../records/statisticsTable';
import type { DateFrame } from '../products/dateFrame';

const SETTLEMENT = 3;
const OPEN_INTEREST = 9;
const DELETED = 2;
const SIDES: Readonly<Record<string, number>> = { A: Side.Ask, B: Side.Bid };

const points = (price: bigint) => Number(price) / 1e9;

/** A definition; null for a call or put whose terms are not known. */
export function definitionRecord(
  row: DefinitionRow,
  { origin, clock, product }: DateFrame,
): OptionRecord | null {
  const { tradeDate } = clock.session;
  if (definitionFault(row, product, tradeDate) !== null) return null;
  return { type: 'definition', definition: optionDefinition(row, product, tradeDate, origin) };
}

/** Open interest or a settlement; null for any other statistic. */
export function statisticRecord(row: StatisticRow): OptionRecord | null {
  const { instrumentId, statType, tsRef, price, quantity } = row;
  // Statistics of a date may come before its definitions; what the chain cannot place then is published again the next day.
  const day = tsRef === null ? NaN : utcDay(tsRef);
  const deleted = row.updateAction === DELETED;
  if (statType === OPEN_INTEREST) {
    const lots = deleted || quantity === null ? NaN : Number(quantity);
    return { type: 'openInterest', instrumentId, day, lots };
  }
  if (statType !== SETTLEMENT || deleted || price === null) return null;
  return { type: 'settlement', instrumentId, day, price: points(price) };
}

export function optionTradeRecord(row: OptionTradeRow, { origin }: DateFrame): OptionRecord {
  const { instrumentId, tsEvent, size: lots } = row;
  const side = SIDES[row.side] ?? Side.None;
  return {
    type: 'trade',
    instrumentId,
    at: Number(tsEvent - origin.ns),
    price: points(row.price),
    lots,
    side,
  };
}
