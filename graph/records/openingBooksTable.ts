/** `bronze.opening_books`: the order book at the start of a contract-date's window. */
import { bytes, FROM_ZERO, instant, int64, TableRows, type Column } from '../datasets/column';
import { PARTITION_BY, PARTITION_COLUMNS } from '../datasets/partitionColumns';
import type { TableContract } from '../datasets/schema';

interface OpeningBook {
  /** ns UTC. */
  readonly ts: bigint;
  /** Orders that rest. */
  readonly orders: number;
  /** The book as it is saved. */
  readonly state: Uint8Array;
}

const COLUMNS: readonly Column<OpeningBook>[] = [
  instant('ts', { meaning: 'The instant: start of the window', value: ({ ts }) => ts }),
  int64('orders', {
    unit: 'count',
    range: FROM_ZERO,
    meaning: 'Resting orders',
    value: ({ orders }) => BigInt(orders),
  }),
  bytes('state', { meaning: "The book's saved state", value: ({ state }) => state }),
];

export const bronzeOpeningBooks: TableContract = {
  name: 'bronze.opening_books',
  description: "The order book as it stood when a trade date's window began: what Silver starts from.",
  version: 1,
  columns: [...COLUMNS, ...PARTITION_COLUMNS],
  partitionBy: PARTITION_BY,
  key: ['contract', 'trade_date'],
};

export const openingBookRows = () => new TableRows(bronzeOpeningBooks, COLUMNS);
