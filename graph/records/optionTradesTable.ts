/** `bronze.option_trades`: trades of the options on a product; and back from its rows. */
import { int64, name, TableRows, valued, type Column } from '../datasets/column';
import { PARTITION_BY, PARTITION_COLUMNS } from '../datasets/partitionColumns';
import type { Row, TableContract } from '../datasets/schema';
import type { DbnRecord } from '../dbn/records';
import { PRICE_RANGE, SIZE_RANGE } from './validate';
import { captureColumns, channelColumns, FLAGS, type NamedRecord } from './recordColumns';

type Source = NamedRecord<DbnRecord<'trades'>>;

const COLUMNS: readonly Column<Source>[] = [
  ...captureColumns<DbnRecord<'trades'>>(),
  int64('price', {
    unit: '1e-9 USD',
    range: PRICE_RANGE,
    meaning: 'Premium',
    value: ({ record }) => record.price,
  }),
  int64('size', {
    unit: 'lots',
    range: SIZE_RANGE,
    meaning: 'Traded quantity',
    value: ({ record }) => BigInt(record.size),
  }),
  name('side', {
    meaning: 'Aggressor: B bought, A sold, N unknown',
    oneOf: ['A', 'B', 'N'],
    value: ({ record }) => record.side,
  }),
  valued(FLAGS, ({ record }) => record.flags),
  ...channelColumns<DbnRecord<'trades'>>(),
];

export const bronzeOptionTrades: TableContract = {
  name: 'bronze.option_trades',
  description:
    'Trades of the options on a product, whichever of its futures they deliver; `contract` is the future of the contract-date.',
  version: 1,
  columns: [...COLUMNS, ...PARTITION_COLUMNS],
  partitionBy: PARTITION_BY,
  key: ['contract', 'trade_date', 'instrument_id', 'ts_recv', 'sequence', 'price', 'size'],
};

export const optionTradeRows = () => new TableRows(bronzeOptionTrades, COLUMNS);

/** A row as far as the session takes it. Times are ns UTC. */
export interface OptionTradeRow {
  readonly tsRecv: bigint;
  readonly tsEvent: bigint;
  readonly instrumentId: number;
  /** Premium, 1e-9. */
  readonly price: bigint;
  /** Lots. */
  readonly size: number;
  /** DBN's letter for the aggressor. */
  readonly side: string;
}

export const optionTradeOf = (row: Row): OptionTradeRow => ({
  tsRecv: row.ts_recv as bigint,
  tsEvent: row.ts_event as bigint,
  instrumentId: Number(row.instrument_id),
  price: row.price as bigint,
  size: Number(row.size),
  side: row.side as string,
});
