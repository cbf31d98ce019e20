/**
 * Records as flat rows: the columns Databento's own tools write (its `dbn` command line and Python's `to_csv`), by their names and in
 * their order. Records are those of version 3.
 */
import { LATEST_VERSION, type Schema } from './constants';
import { u16, u32, u64, u8, type FieldType } from './fields';
import { layoutOf, RECORDS, type DbnRecord, type RecordType } from './records';

/** What a column holds: bigints of the 64-bit types, texts of letters and texts, else numbers. */
export type ColumnType = Exclude<FieldType, 'pad' | 'list'>;

export interface RecordColumn {
  /** Databento's: `ts_recv`, `bid_px_00`. */
  readonly name: string;
  readonly type: ColumnType;
  /** `price` in 1e-9 of a currency (or of what is counted), `time` in ns since 1970 UTC. */
  readonly unit?: 'price' | 'time';
  /** Databento's JSON keeps what every record starts with in `hd`, and levels of the book as a list: here the place in it. */
  readonly part?: 'header' | number;
  readonly valueIn: (record: DbnRecord) => bigint | number | string;
}

/** Whether a field, by its name in this project, is in 1e-9 of something; a name means the same in every record type. */
export const isPrice = (field: string): boolean =>
  /^(price|open|high|low|close|(bid|ask)Px|.*Price|.*Collar|minPriceIncrement.*|maxPriceVariation|legDelta|displayFactor|unitOfMeasureQty|priceRatio)$/.test(
    field,
  );

/** Whether a field is a time in ns since 1970 UTC. */
export const isTime = (field: string): boolean =>
  /^(ts(Event|Recv|Ref|Out)|expiration|activation|auctionTime|(start|end)Ts)$/.test(field);

/** Fields that do not come in the order in which they are stored: those of orders, trades and quotes. */
const MARKET_DATA = 'action side depth price size channelId orderId flags tsInDelta sequence levels'.split(
  ' ',
);
const DEFINITION_FIRST = ['rawSymbol', 'securityUpdateAction', 'instrumentClass'];
const DEFINITION_LEGS =
  'legCount legIndex legInstrumentId legRawSymbol legInstrumentClass legSide legPrice legDelta legRatioPriceNumerator legRatioPriceDenominator legRatioQtyNumerator legRatioQtyDenominator legUnderlyingId'.split(
    ' ',
  );

function fieldOrder(type: RecordType): string[] {
  const stored = Object.keys(layoutOf(type, LATEST_VERSION).fields).filter((name) => name !== 'tsRecv');
  if (type === 'definition') {
    const moved = [...DEFINITION_FIRST, ...DEFINITION_LEGS, 'strikePrice', 'rawInstrumentId'];
    const order = [
      ...DEFINITION_FIRST,
      ...stored.filter((name) => !moved.includes(name)),
      ...DEFINITION_LEGS,
    ];
    order.splice(order.indexOf('strikePriceCurrency') + 1, 0, 'strikePrice');
    order.splice(order.indexOf('underlyingId') + 1, 0, 'rawInstrumentId');
    return order;
  }
  const isMarketData = stored.includes('price') && stored.includes('flags');
  return isMarketData ? MARKET_DATA.filter((name) => stored.includes(name)) : stored;
}

/**
 * The columns of a record type.
 * @param tsOut whether the stream's records carry the gateway's send time
 */
export function recordColumns(type: RecordType, tsOut = false): RecordColumn[] {
  const { fields } = layoutOf(type, LATEST_VERSION);
  const columns: RecordColumn[] = [];
  if ('tsRecv' in fields) columns.push(column('tsRecv', 'u64'));
  columns.push(
    column('tsEvent', u64.type, 'header'),
    { ...column('rtype', u8.type, 'header'), valueIn: () => RECORDS[type].rtype },
    column('publisherId', u16.type, 'header'),
    column('instrumentId', u32.type, 'header'),
  );
  for (const name of fieldOrder(type)) {
    const { type: stored, entries } = fields[name];
    if (entries) {
      for (let k = 0; k < entries.count; k++)
        for (const [inner, field] of Object.entries(entries.fields))
          if (field.type !== 'pad') columns.push(levelColumn(inner, field.type, k));
    } else if (stored !== 'pad') columns.push(column(name, stored));
  }
  if (tsOut) columns.push(column('tsOut', u64.type));
  return columns;
}

/** `tsRecv` is `ts_recv`. */
export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const unitOf = (field: string) => (isPrice(field) ? 'price' : isTime(field) ? 'time' : undefined);

function column(field: string, type: FieldType, part?: 'header'): RecordColumn {
  const valueIn = (record: DbnRecord) => (record as unknown as Record<string, bigint>)[field];
  return { name: snakeCase(field), type: type as ColumnType, unit: unitOf(field), part, valueIn };
}

/** A column of level `k` of the book, the best being 0. */
function levelColumn(field: string, type: FieldType, k: number): RecordColumn {
  const valueIn = (record: DbnRecord) =>
    (record as unknown as { levels: Record<string, bigint>[] }).levels[k][field];
  const name = `${snakeCase(field)}_${String(k).padStart(2, '0')}`;
  return { name, type: type as ColumnType, unit: unitOf(field), part: k, valueIn };
}

/** The record type of a schema: trades with the quotes before them (`tbbo`) are records of `mbp-1`. */
export const typeOfSchema = (schema: Schema): RecordType => (schema === 'tbbo' ? 'mbp-1' : schema);
