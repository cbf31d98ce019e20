/** Which dates a backfill is asked for: a range, drawn from rows of the grid that are chosen. */
import type { BackfillAsked } from '../../../graph/api/backfills';
import type { Partition } from './gridRows';

/** What of a partition says where it lies. */
export type Placed = Pick<Partition, 'product' | 'contract'> & { readonly tradeDate: string };

export type Range = Pick<BackfillAsked, 'symbol' | 'contract' | 'start' | 'end'>;

/** Whether a backfill of the range has to do with a row. */
export const isWithin = ({ product, contract, tradeDate }: Placed, range: Range | undefined): boolean =>
  range !== undefined &&
  product === range.symbol &&
  (range.contract === undefined || contract === undefined || contract === range.contract) &&
  range.start <= tradeDate &&
  tradeDate <= range.end;

/**
 * The range that has all of these rows: of one contract where they are of one; undefined of none.
 * @param rows of one product
 */
export function rangeOf(rows: readonly Placed[]): Range | undefined {
  if (rows.length === 0) return undefined;
  const dates = rows.map(({ tradeDate }) => tradeDate).sort();
  const contracts = [...new Set(rows.flatMap(({ contract }) => contract ?? []))];
  return {
    symbol: rows[0].product,
    ...(contracts.length === 1 && { contract: contracts[0] }),
    start: dates[0],
    end: dates.at(-1)!,
  };
}

/**
 * The range after a row was chosen, or was no more: a backfill has no holes, so it reaches to a row that is added and ends before one that is
 * taken out. A row of another product begins another range.
 * @param rows of the grid
 */
export function toggled(range: Range | undefined, row: Placed, rows: readonly Placed[]): Range | undefined {
  const within = rows.filter((one) => isWithin(one, range));
  if (isWithin(row, range)) {
    const before = within.filter(({ tradeDate }) => tradeDate < row.tradeDate);
    return rangeOf(before.length > 0 ? before : within.filter(({ tradeDate }) => tradeDate > row.tradeDate));
  }
  return rangeOf(range?.symbol === row.product ? [...within, row] : [row]);
}
