/** `bronze.statistics`: what the venue publishes about instruments; and back from its rows. */
import { int16, int32, int64, KNOWN_TIMES, TableRows, type Column } from '../datasets/column';
import { PARTITION_BY, PARTITION_COLUMNS } from '../datasets/partitionColumns';
import type { Row, TableContract } from '../datasets/schema';
import { UNDEF_STAT_QUANTITY } from '../dbn/constants';
import type { DbnRecord } from '../dbn/records';
import {
  calendarTime,
  captureColumns,
  channelColumns,
  definedPrice,
  type NamedRecord,
} from './recordColumns';

type Source = NamedRecord<DbnRecord<'statistics'>>;

const COLUMNS: readonly Column<Source>[] = [
  ...captureColumns<DbnRecord<'statistics'>>(),
  int64('ts_ref', {
    range: KNOWN_TIMES,
    unit: 'ns UTC',
    meaning: 'The day the figure is of; only its date counts',
    nullable: true,
    value: ({ record }) => calendarTime(record.tsRef),
  }),
  int32('stat_type', {
    meaning:
      '1 opening price, 3 settlement, 4 session low, 5 session high, 6 cleared volume, 9 open interest, ...',
    value: ({ record }) => record.statType,
  }),
  int64('price', {
    unit: '1e-9 USD',
    meaning: 'The figure, where it is a price',
    nullable: true,
    value: ({ record }) => definedPrice(record.price),
  }),
  int64('quantity', {
    unit: 'lots',
    meaning: 'The figure, where it is a quantity',
    nullable: true,
    value: ({ record: { quantity } }) => (quantity === UNDEF_STAT_QUANTITY ? null : quantity),
  }),
  int16('update_action', { meaning: '1 new, 2 deleted', value: ({ record }) => record.updateAction }),
  int16('stat_flags', {
    unit: 'bits',
    meaning: 'Of a settlement: 1 final, 2 actual, 4 rounded, 8 intraday',
    value: ({ record }) => record.statFlags,
  }),
  ...channelColumns<DbnRecord<'statistics'>>(),
];

export const bronzeStatistics: TableContract = {
  name: 'bronze.statistics',
  description: 'What the venue publishes about an instrument: settlement, open interest, cleared volume, ...',
  version: 1,
  columns: [...COLUMNS, ...PARTITION_COLUMNS],
  partitionBy: PARTITION_BY,
  key: ['contract', 'trade_date', 'instrument_id', 'stat_type', 'ts_recv', 'sequence'],
};

export const statisticRows = () => new TableRows(bronzeStatistics, COLUMNS);

/** A row as far as the session takes it. Times are ns UTC; null if undefined. */
export interface StatisticRow {
  readonly tsRecv: bigint;
  readonly instrumentId: number;
  readonly statType: number;
  readonly tsRef: bigint | null;
  /** 1e-9. */
  readonly price: bigint | null;
  readonly quantity: bigint | null;
  /** 1 new, 2 deleted. */
  readonly updateAction: number;
}

/** The fields of a statistics record, as its row would have them. */
export const statisticFields = (record: DbnRecord<'statistics'>): StatisticRow => ({
  tsRecv: record.tsRecv,
  instrumentId: record.instrumentId,
  statType: record.statType,
  tsRef: calendarTime(record.tsRef),
  price: definedPrice(record.price),
  quantity: record.quantity === UNDEF_STAT_QUANTITY ? null : record.quantity,
  updateAction: record.updateAction,
});

export const statisticOf = (row: Row): StatisticRow => ({
  tsRecv: row.ts_recv as bigint,
  instrumentId: Number(row.instrument_id),
  statType: row.stat_type as number,
  tsRef: row.ts_ref as bigint | null,
  price: row.price as bigint | null,
  quantity: row.quantity as bigint | null,
  updateAction: row.update_action as number,
});
