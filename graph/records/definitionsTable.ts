/** `bronze.definitions`: the instruments of a trade date and their terms; and back from its rows. */
import { int64, KNOWN_TIMES, name, TableRows, type Column } from '../datasets/column';
import { PARTITION_BY, PARTITION_COLUMNS } from '../datasets/partitionColumns';
import type { Row, TableContract } from '../datasets/schema';
import type { DbnRecord } from '../dbn/records';
import { captureColumns, calendarTime, definedPrice, type NamedRecord } from './recordColumns';

type Source = NamedRecord<DbnRecord<'definition'>>;

const COLUMNS: readonly Column<Source>[] = [
  ...captureColumns<DbnRecord<'definition'>>(),
  name('instrument_class', {
    meaning: 'F future, C call, P put, S future spread, T option spread, M mixed spread',
    value: ({ record }) => record.instrumentClass,
  }),
  name('asset', {
    meaning: 'Product root, e.g. ES, or EW2 for a weekly option',
    value: ({ record }) => record.asset,
  }),
  name('underlying', {
    meaning: 'Raw symbol of the underlying; empty for an outright future',
    value: ({ record }) => record.underlying,
  }),
  int64('underlying_id', {
    meaning: 'Instrument id of the underlying; 0 for none',
    value: ({ record }) => BigInt(record.underlyingId),
  }),
  int64('expiration', {
    range: KNOWN_TIMES,
    unit: 'ns UTC',
    meaning: 'Last time the instrument trades',
    nullable: true,
    value: ({ record }) => calendarTime(record.expiration),
  }),
  int64('activation', {
    range: KNOWN_TIMES,
    unit: 'ns UTC',
    meaning: 'First time the instrument trades',
    nullable: true,
    value: ({ record }) => calendarTime(record.activation),
  }),
  int64('strike_price', {
    unit: '1e-9 USD',
    meaning: 'Strike of an option',
    nullable: true,
    value: ({ record }) => definedPrice(record.strikePrice),
  }),
  int64('min_price_increment', {
    unit: '1e-9 USD',
    meaning: 'Tick; null where it varies with the price, as with ES options',
    nullable: true,
    value: ({ record }) => definedPrice(record.minPriceIncrement),
  }),
  int64('unit_of_measure_qty', {
    unit: '1e-9',
    meaning: 'Contract multiplier: 50e9 for ES',
    nullable: true,
    value: ({ record }) => definedPrice(record.unitOfMeasureQty),
  }),
  int64('display_factor', {
    unit: '1e-9',
    meaning: 'Factor from price to displayed price',
    nullable: true,
    value: ({ record }) => definedPrice(record.displayFactor),
  }),
  name('security_type', { meaning: 'FUT, OOF, ...', value: ({ record }) => record.securityType }),
  name('security_group', { meaning: "The venue's product group", value: ({ record }) => record.group }),
  name('exchange', { meaning: 'Market identifier, e.g. XCME', value: ({ record }) => record.exchange }),
  name('currency', { meaning: 'Currency of the price', value: ({ record }) => record.currency }),
  name('security_update_action', {
    meaning: 'A added, M modified, D deleted',
    value: ({ record }) => record.securityUpdateAction,
  }),
];

export const bronzeDefinitions: TableContract = {
  name: 'bronze.definitions',
  description:
    'Instrument definitions in force on a trade date: the futures of the product and the options on them.',
  version: 1,
  columns: [...COLUMNS, ...PARTITION_COLUMNS],
  partitionBy: PARTITION_BY,
  key: ['contract', 'trade_date', 'instrument_id', 'ts_recv'],
};

export const definitionRows = () => new TableRows(bronzeDefinitions, COLUMNS);

/** A row as far as the session takes it. Times are ns UTC, prices 1e-9; null if undefined. */
export interface DefinitionRow {
  readonly tsRecv: bigint;
  readonly instrumentId: number;
  /** Raw symbol. */
  readonly symbol: string;
  /** DBN's letter. */
  readonly instrumentClass: string;
  readonly underlying: string;
  readonly strikePrice: bigint | null;
  readonly expiration: bigint | null;
}

/** The fields of a definition record, as its row would have them. */
export const definitionFields = (record: DbnRecord<'definition'>): Omit<DefinitionRow, 'tsRecv'> => ({
  instrumentId: record.instrumentId,
  symbol: record.rawSymbol,
  instrumentClass: record.instrumentClass,
  underlying: record.underlying,
  strikePrice: definedPrice(record.strikePrice),
  expiration: calendarTime(record.expiration),
});

export const definitionOf = (row: Row): DefinitionRow => ({
  tsRecv: row.ts_recv as bigint,
  instrumentId: Number(row.instrument_id),
  symbol: row.symbol as string,
  instrumentClass: row.instrument_class as string,
  underlying: row.underlying as string,
  strikePrice: row.strike_price as bigint | null,
  expiration: row.expiration as bigint | null,
});
