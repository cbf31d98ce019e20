/** The data contract of `silver.bars`: the families' columns, each described beside the code that computes it. */
import { FLOW_COLUMNS } from './flow';
import { LADDER_COLUMNS } from './ladder';
import { OFI_COLUMNS } from './ofi';
import { SHAPE_COLUMNS } from './shape';
import { STATE_COLUMNS } from './state';
import { TRADE_COLUMNS } from './trades';
import { WALL_COLUMNS } from './wall';
import type { ColumnContract, TableContract } from '../datasets/schema';

/** Columns that place a bar in time and say how far to trust it. */
export const HEAD_COLUMNS: readonly ColumnContract[] = [
  {
    name: 'bar_start_utc',
    type: 'int64',
    unit: 'ns UTC',
    meaning:
      'Start of the bar; it holds events with start <= ts_event < start + length, and events later than those',
  },
  {
    name: 'session',
    type: 'string',
    unit: '',
    meaning:
      'Part of the trade date the bar starts in: overnight, premarket, rth, post, or halt (Globex closed)',
  },
  {
    name: 'trading_state',
    type: 'string',
    unit: '',
    meaning:
      'continuous; auction (bid at or above ask while Globex is open); pre_open (closed, yet events came); closed. Inferred: order messages carry no status',
  },
  {
    name: 'book_state',
    type: 'string',
    unit: '',
    meaning:
      "The book at the bar's end: live; warming (joined midway or packets lost: orders may be missing); snapshot (being read); empty",
  },
  {
    name: 'last_events',
    type: 'int32',
    unit: 'count',
    meaning: 'Venue events finished (F_LAST), snapshots apart',
  },
];

export const silverBars: TableContract = {
  name: 'silver.bars',
  description:
    'Bars of five seconds (configurable) on ts_event, one row each without gaps: the book at the end of the bar, what was traded, added, withdrawn and filled in it.',
  version: 1,
  columns: [
    { name: 'contract', type: 'string', unit: '', meaning: 'Raw symbol of the contract, e.g. ESH4' },
    {
      name: 'trade_date',
      type: 'date',
      unit: '',
      meaning: 'Trade date: the session ending 17:00 ET that day',
    },
    ...HEAD_COLUMNS,
    ...TRADE_COLUMNS,
    ...STATE_COLUMNS,
    ...FLOW_COLUMNS,
    ...OFI_COLUMNS,
    ...LADDER_COLUMNS,
    ...SHAPE_COLUMNS,
    ...WALL_COLUMNS,
  ],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'bar_start_utc'],
};
