/** The columns that name a partition of a contract-date. */
import type { ColumnContract } from './schema';

export const PARTITION_COLUMNS: readonly ColumnContract[] = [
  { name: 'contract', type: 'string', unit: '', meaning: 'Raw symbol of the contract, e.g. ESH4' },
  {
    name: 'trade_date',
    type: 'date',
    unit: 'day ET',
    meaning: 'Trade date whose window (17:00 ET to 17:00 ET) holds the record by capture time',
  },
];
export const PARTITION_BY = ['contract', 'trade_date'] as const;
