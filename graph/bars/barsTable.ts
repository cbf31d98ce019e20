/** The data contract of `silver.bars`: its rows are closed bars, its columns those of the families. */
import { ASK, BID } from '../book/side';
import { type Column, count, instant, name } from '../datasets/column';
import type { TableContract } from '../datasets/schema';
import { SESSION_NAMES, SessionCode } from '../market/calendar';
import { LADDER_COLUMNS } from './families/ladder';
import { OFI_COLUMNS } from './families/ofi';
import { ORDER_FLOW_COLUMNS } from './families/orderFlow';
import { SHAPE_COLUMNS } from './families/shape';
import { STATE_COLUMNS } from './families/state';
import { TRADE_COLUMNS } from './families/trades';
import { WALL_COLUMNS } from './families/wall';
import type { OpenBar } from './openBar';

function tradingState({ session, lastEvents, top }: OpenBar): string {
  if (session === SessionCode.Halt) return lastEvents > 0 ? 'pre_open' : 'closed';
  return top[BID].best >= top[ASK].best ? 'auction' : 'continuous';
}

/** Columns that place a bar in time and say how far to trust it. */
const HEAD_COLUMNS: readonly Column<OpenBar>[] = [
  instant('bar_start_utc', {
    meaning:
      'Start of the bar; it holds events with start <= ts_event < start + length, and events later than those',
    value: ({ origin, start }) => origin.absolute(start),
  }),
  name('session', {
    meaning:
      'Part of the trade date the bar starts in: overnight, premarket, rth, post, or halt (Globex closed)',
    value: ({ session }) => SESSION_NAMES[session],
  }),
  name('trading_state', {
    meaning:
      'continuous; auction (bid at or above ask while Globex is open); pre_open (closed, yet events came); closed. Inferred: order messages carry no status',
    value: tradingState,
  }),
  name('book_state', {
    meaning:
      "The book at the bar's end: live; warming (joined midway or packets lost: orders may be missing); snapshot (being read); empty",
    value: ({ bookState }) => bookState,
  }),
  count('last_events', {
    meaning: 'Venue events finished (F_LAST), snapshots apart',
    value: ({ lastEvents }) => lastEvents,
  }),
];

/** Every column but those of the partition. */
export const BAR_COLUMNS: readonly Column<OpenBar>[] = [
  ...HEAD_COLUMNS,
  ...TRADE_COLUMNS,
  ...STATE_COLUMNS,
  ...ORDER_FLOW_COLUMNS,
  ...OFI_COLUMNS,
  ...LADDER_COLUMNS,
  ...SHAPE_COLUMNS,
  ...WALL_COLUMNS,
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
    ...BAR_COLUMNS,
  ],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'bar_start_utc'],
};
