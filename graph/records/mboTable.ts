/** `bronze.mbo`: every order message of a contract-date. Its rows have a codec of their own (`lake/parquet/mbo.ts`). */
import { PARTITION_BY, PARTITION_COLUMNS } from '../datasets/partitionColumns';
import type { TableContract } from '../datasets/schema';
import {
  FLAGS,
  INSTRUMENT_ID,
  PUBLISHER_ID,
  SEQUENCE,
  TS_EVENT,
  TS_IN_DELTA,
  TS_RECV,
} from './recordColumns';

export const bronzeMbo: TableContract = {
  name: 'bronze.mbo',
  description: 'Every market-by-order record of a contract-date, all fields, in order of arrival.',
  version: 1,
  columns: [
    TS_RECV,
    TS_EVENT,
    {
      name: 'order_id',
      type: 'int64',
      unit: '',
      meaning: "The venue's order number; on a trade the aggressor's, 0 for auction and implied prints",
    },
    {
      name: 'price',
      type: 'int64',
      unit: '1e-9 USD',
      meaning: 'Order or trade price; 9223372036854775807 where there is none',
    },
    { name: 'size', type: 'int64', unit: 'lots', meaning: 'Order, cancelled, filled or traded quantity' },
    {
      name: 'action',
      type: 'string',
      unit: '',
      meaning:
        'A add, C cancel, M modify, R clear book, T trade, F fill, N none; T and F leave the book as it is',
      oneOf: ['A', 'C', 'M', 'R', 'T', 'F', 'N'],
    },
    {
      name: 'side',
      type: 'string',
      unit: '',
      meaning: 'A ask, B bid, N none: of the resting order, and of the aggressor on a trade',
      oneOf: ['A', 'B', 'N'],
    },
    FLAGS,
    SEQUENCE,
    TS_IN_DELTA,
    INSTRUMENT_ID,
    PUBLISHER_ID,
    { name: 'channel_id', type: 'int16', unit: '', meaning: 'Channel of the venue that carried the message' },
    { name: 'rtype', type: 'int16', unit: '', meaning: 'DBN record type: always 160, MBO' },
    ...PARTITION_COLUMNS,
  ],
  partitionBy: PARTITION_BY,
  key: ['contract', 'trade_date', 'ts_recv', 'sequence', 'action', 'order_id', 'price', 'size'],
};
