/** `silver.levels`: every price level of a contract-date, over the times it stood at each price. */
import type { TableContract } from '../datasets/schema';

export const silverLevels: TableContract = {
  name: 'silver.levels',
  description:
    'Price levels of a contract-date, one row per level and price. A level exists only from the moment a trader could know ' +
    'it; a moving average has one row per two-minute close that moved it.',
  version: 1,
  columns: [
    { name: 'contract', type: 'string', unit: '', meaning: 'Raw symbol of the contract, e.g. ESH4' },
    { name: 'trade_date', type: 'date', unit: '', meaning: 'Trade date, New York' },
    {
      name: 'level_id',
      type: 'string',
      unit: '',
      meaning:
        'Name of the level within the contract-date: its kind, with the price where there may be several',
    },
    {
      name: 'level_kind',
      type: 'string',
      unit: '',
      meaning: 'PM_, OR_, PD_ or ON_ HIGH or LOW, SMA_90, EMA_20, ROUND or USER',
    },
    {
      name: 'price',
      type: 'double',
      unit: 'points',
      meaning: 'Price of the level; an average may lie between ticks',
    },
    {
      name: 'known_from',
      type: 'int64',
      unit: 'ns UTC',
      meaning: 'When this price of the level became known, before the window for what earlier days left',
    },
    {
      name: 'valid_from',
      type: 'int64',
      unit: 'ns UTC',
      meaning: 'First instant at which the level stood at this price',
    },
    {
      name: 'valid_to',
      type: 'int64',
      unit: 'ns UTC',
      meaning: 'First instant at which it no longer did; the end of the session for its last price',
    },
    { name: 'watched', type: 'boolean', unit: '', meaning: 'Whether episodes are looked for on the level' },
  ],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'level_id', 'valid_from'],
};
