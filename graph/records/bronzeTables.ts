/** Bronze: raw records as tables, one contract and trade date a partition, nothing computed but where they belong. */
import { PARTITION_BY, PARTITION_COLUMNS } from '../datasets/partitionColumns';
import type { ColumnContract, TableContract } from '../datasets/schema';
import { DEAD_LETTER_REASONS } from './validate';

const TS_RECV: ColumnContract = {
  name: 'ts_recv',
  type: 'int64',
  unit: 'ns UTC',
  meaning: 'Capture time: when a live system would have known',
};
const TS_EVENT: ColumnContract = {
  name: 'ts_event',
  type: 'int64',
  unit: 'ns UTC',
  meaning: 'Matching-engine time; in a snapshot the time the order got its place',
};
const INSTRUMENT: readonly ColumnContract[] = [
  {
    name: 'instrument_id',
    type: 'int64',
    unit: '',
    meaning: "The venue's number of the instrument on that day",
  },
  {
    name: 'publisher_id',
    type: 'int32',
    unit: '',
    meaning: 'Databento number of dataset and venue; 1 is CME Globex',
  },
];
const SYMBOL: ColumnContract = {
  name: 'symbol',
  type: 'string',
  unit: '',
  meaning: 'Raw symbol of the instrument',
};
const SEQUENCE: ColumnContract = {
  name: 'sequence',
  type: 'int64',
  unit: '',
  meaning: "The venue's message number on the channel",
};
const TS_IN_DELTA: ColumnContract = {
  name: 'ts_in_delta',
  type: 'int32',
  unit: 'ns',
  meaning: 'ts_recv less the time the venue sent the message',
};
const FLAGS: ColumnContract = {
  name: 'flags',
  type: 'int16',
  unit: 'bits',
  meaning:
    '128 last of event, 64 top of book, 32 snapshot, 16 aggregated level, 8 bad ts_recv, 4 maybe bad book, 2 publisher specific',
};

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
    ...INSTRUMENT,
    { name: 'channel_id', type: 'int16', unit: '', meaning: 'Channel of the venue that carried the message' },
    { name: 'rtype', type: 'int16', unit: '', meaning: 'DBN record type: always 160, MBO' },
    ...PARTITION_COLUMNS,
  ],
  partitionBy: PARTITION_BY,
  key: ['contract', 'trade_date', 'ts_recv', 'sequence', 'action', 'order_id', 'price', 'size'],
};

export const bronzeDefinitions: TableContract = {
  name: 'bronze.definitions',
  description: 'Instrument definitions in force on a trade date: the future itself and the options on it.',
  version: 1,
  columns: [
    TS_RECV,
    TS_EVENT,
    ...INSTRUMENT,
    SYMBOL,
    {
      name: 'instrument_class',
      type: 'string',
      unit: '',
      meaning: 'F future, C call, P put, S future spread, T option spread, M mixed spread',
    },
    { name: 'asset', type: 'string', unit: '', meaning: 'Product root, e.g. ES, or EW2 for a weekly option' },
    {
      name: 'underlying',
      type: 'string',
      unit: '',
      meaning: 'Raw symbol of the underlying; empty for an outright future',
    },
    {
      name: 'underlying_id',
      type: 'int64',
      unit: '',
      meaning: 'Instrument id of the underlying; 0 for none',
    },
    {
      name: 'expiration',
      type: 'int64',
      unit: 'ns UTC',
      meaning: 'Last time the instrument trades',
      nullable: true,
    },
    {
      name: 'activation',
      type: 'int64',
      unit: 'ns UTC',
      meaning: 'First time the instrument trades',
      nullable: true,
    },
    { name: 'strike_price', type: 'int64', unit: '1e-9 USD', meaning: 'Strike of an option', nullable: true },
    {
      name: 'min_price_increment',
      type: 'int64',
      unit: '1e-9 USD',
      meaning: 'Tick; null where it varies with the price, as with ES options',
      nullable: true,
    },
    {
      name: 'unit_of_measure_qty',
      type: 'int64',
      unit: '1e-9',
      meaning: 'Contract multiplier: 50e9 for ES',
      nullable: true,
    },
    {
      name: 'display_factor',
      type: 'int64',
      unit: '1e-9',
      meaning: 'Factor from price to displayed price',
      nullable: true,
    },
    { name: 'security_type', type: 'string', unit: '', meaning: 'FUT, OOF, ...' },
    { name: 'security_group', type: 'string', unit: '', meaning: "The venue's product group" },
    { name: 'exchange', type: 'string', unit: '', meaning: 'Market identifier, e.g. XCME' },
    { name: 'currency', type: 'string', unit: '', meaning: 'Currency of the price' },
    { name: 'security_update_action', type: 'string', unit: '', meaning: 'A added, M modified, D deleted' },
    ...PARTITION_COLUMNS,
  ],
  partitionBy: PARTITION_BY,
  key: ['contract', 'trade_date', 'instrument_id', 'ts_recv'],
};

export const bronzeOptionTrades: TableContract = {
  name: 'bronze.option_trades',
  description: 'Trades of the options on a contract; `contract` is the underlying future.',
  version: 1,
  columns: [
    TS_RECV,
    TS_EVENT,
    ...INSTRUMENT,
    SYMBOL,
    { name: 'price', type: 'int64', unit: '1e-9 USD', meaning: 'Premium' },
    { name: 'size', type: 'int64', unit: 'lots', meaning: 'Traded quantity' },
    {
      name: 'side',
      type: 'string',
      unit: '',
      meaning: 'Aggressor: B bought, A sold, N unknown',
      oneOf: ['A', 'B', 'N'],
    },
    FLAGS,
    SEQUENCE,
    TS_IN_DELTA,
    ...PARTITION_COLUMNS,
  ],
  partitionBy: PARTITION_BY,
  key: ['contract', 'trade_date', 'instrument_id', 'ts_recv', 'sequence', 'price', 'size'],
};

export const bronzeStatistics: TableContract = {
  name: 'bronze.statistics',
  description: 'What the venue publishes about an instrument: settlement, open interest, cleared volume, ...',
  version: 1,
  columns: [
    TS_RECV,
    TS_EVENT,
    ...INSTRUMENT,
    SYMBOL,
    {
      name: 'ts_ref',
      type: 'int64',
      unit: 'ns UTC',
      meaning: 'The day the figure is of; only its date counts',
      nullable: true,
    },
    {
      name: 'stat_type',
      type: 'int32',
      unit: '',
      meaning:
        '1 opening price, 3 settlement, 4 session low, 5 session high, 6 cleared volume, 9 open interest, ...',
    },
    {
      name: 'price',
      type: 'int64',
      unit: '1e-9 USD',
      meaning: 'The figure, where it is a price',
      nullable: true,
    },
    {
      name: 'quantity',
      type: 'int64',
      unit: 'lots',
      meaning: 'The figure, where it is a quantity',
      nullable: true,
    },
    { name: 'update_action', type: 'int16', unit: '', meaning: '1 new, 2 deleted' },
    {
      name: 'stat_flags',
      type: 'int16',
      unit: 'bits',
      meaning: 'Of a settlement: 1 final, 2 actual, 4 rounded, 8 intraday',
    },
    SEQUENCE,
    TS_IN_DELTA,
    ...PARTITION_COLUMNS,
  ],
  partitionBy: PARTITION_BY,
  key: ['contract', 'trade_date', 'instrument_id', 'stat_type', 'ts_recv', 'sequence'],
};

export const bronzeDeadLetters: TableContract = {
  name: 'bronze.dead_letters',
  description:
    'Records that could not be used, each with its reason, place and bytes. Nothing is dropped silently.',
  version: 1,
  columns: [
    {
      name: 'reason',
      type: 'string',
      unit: '',
      meaning: 'Why the record could not be used',
      oneOf: DEAD_LETTER_REASONS,
    },
    { name: 'field', type: 'string', unit: '', meaning: 'The field at fault', nullable: true },
    {
      name: 'expected',
      type: 'string',
      unit: '',
      meaning: 'What the field would have to be',
      nullable: true,
    },
    { name: 'detail', type: 'string', unit: '', meaning: 'What was found, in words', nullable: true },
    {
      name: 'source',
      type: 'string',
      unit: '',
      meaning: 'Digest of the raw file, or the stream and its partition',
    },
    {
      name: 'byte_offset',
      type: 'int64',
      unit: 'bytes',
      meaning: 'Place of the record in the decompressed file, or its offset in the stream',
    },
    {
      name: 'position',
      type: 'int64',
      unit: 'rows',
      meaning: 'Rows of the same partition of bronze.mbo that arrived before it: where a replay puts it back',
    },
    {
      name: 'ts_recv',
      type: 'int64',
      unit: 'ns UTC',
      meaning: 'Capture time, as far as the record has one',
      nullable: true,
    },
    {
      name: 'instrument_id',
      type: 'int64',
      unit: '',
      meaning: 'Instrument id, as far as readable',
      nullable: true,
    },
    { name: 'bytes', type: 'binary', unit: '', meaning: 'The record as it came, e.g. 56 bytes of DBN' },
    { name: 'found_at', type: 'int64', unit: 'ns UTC', meaning: 'When it was set aside' },
    ...PARTITION_COLUMNS,
  ],
  partitionBy: PARTITION_BY,
  key: ['contract', 'trade_date', 'source', 'byte_offset'],
};

export const bronzeOpeningBooks: TableContract = {
  name: 'bronze.opening_books',
  description: "The order book as it stood when a trade date's window began: what Silver starts from.",
  version: 1,
  columns: [
    { name: 'ts', type: 'int64', unit: 'ns UTC', meaning: 'The instant: start of the window' },
    { name: 'orders', type: 'int64', unit: 'count', meaning: 'Resting orders' },
    { name: 'state', type: 'binary', unit: '', meaning: "The book's saved state" },
    ...PARTITION_COLUMNS,
  ],
  partitionBy: PARTITION_BY,
  key: ['contract', 'trade_date'],
};
