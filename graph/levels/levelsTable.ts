/** `silver.levels`: every price level of a contract-date, by the intervals over which it had one price. */
import { flag, instant, name, price, type Column } from '../datasets/column';
import type { ColumnContract, TableContract } from '../datasets/schema';
import type { SessionRow } from '../datasets/sessionRow';
import { ticksToPoints } from '../market/points';
import type { LevelInterval } from './level';

type Source = SessionRow<LevelInterval>;

/** The columns that name a partition of what is computed of a contract-date. */
export const CONTRACT_DATE_COLUMNS: readonly ColumnContract[] = [
  { name: 'contract', type: 'string', unit: '', meaning: 'Raw symbol of the contract, e.g. ESH4' },
  { name: 'trade_date', type: 'date', unit: '', meaning: 'Trade date, New York' },
];

export const LEVEL_COLUMNS: readonly Column<Source>[] = [
  name('level_id', {
    meaning:
      'Name of the level within the contract-date: its kind, with the price where there may be several',
    value: ({ event }) => event.id,
  }),
  name('level_kind', {
    meaning: 'PM_, OR_, PD_ or ON_ HIGH or LOW, SMA_90, EMA_20, ROUND or USER',
    value: ({ event }) => event.kind,
  }),
  price('price', {
    meaning: 'Price of the level; an average may lie between ticks',
    nullable: false,
    value: ({ event, tickNanos }) => ticksToPoints(event.price, tickNanos),
  }),
  instant('known_from', {
    meaning: 'When this price of the level became known, before the window for what earlier days left',
    value: ({ event, origin }) => origin.absolute(event.knownFrom),
  }),
  instant('valid_from', {
    meaning: 'First instant at which the level stood at this price',
    value: ({ event, origin }) => origin.absolute(event.validFrom),
  }),
  instant('valid_to', {
    meaning: 'First instant at which it no longer did; the end of the session for its last price',
    value: ({ event, origin }) => origin.absolute(event.validTo),
  }),
  flag('watched', {
    meaning: 'Whether episodes are looked for on the level',
    value: ({ event }) => event.watched,
  }),
];

export const silverLevels: TableContract = {
  name: 'silver.levels',
  description:
    'Price levels of a contract-date, one row per level and price. A level exists only from the moment a trader could know ' +
    'it; a moving average has one row per two-minute close that moved it.',
  version: 1,
  columns: [...CONTRACT_DATE_COLUMNS, ...LEVEL_COLUMNS],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'level_id', 'valid_from'],
};
