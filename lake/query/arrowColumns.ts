/**
 * Columns of DuckDB's as columns of Arrow's, with the types kept: integers of 64 bits stay integers, instants instants, decimals
 * exact. What Arrow has no like of (maps, unions, intervals, UUIDs, times with a zone) becomes text as DuckDB writes it.
 */
import {
  DuckDBTypeId,
  type DuckDBDecimalType,
  type DuckDBListType,
  type DuckDBArrayType,
  type DuckDBStructType,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import {
  Binary,
  Bool,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  List,
  makeData,
  Struct,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  type Data,
  type DataType,
} from 'apache-arrow';

type Values = readonly (DuckDBValue | null)[];
type Numbers = { [index: number]: number } & ArrayBufferView;
type Integers = BigInt64Array | BigUint64Array;

/** How columns of one type are turned: Arrow's type, and its data of values. */
interface Column {
  readonly type: DataType;
  data(values: Values): Data;
}

/** How a column of a DuckDB type is written in Arrow. */
export function arrowColumn(type: DuckDBType): Column {
  const fixed = FIXED[type.typeId];
  if (fixed) return fixed;
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return BOOL;
    case DuckDBTypeId.BLOB:
      return bytesColumn(new Binary(), (value) => (value as { bytes: Uint8Array }).bytes);
    case DuckDBTypeId.HUGEINT:
      return decimal(38, 0, (value) => value as bigint);
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType;
      return decimal(width, scale, (value) => (value as { value: bigint }).value);
    }
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return list(arrowColumn((type as DuckDBListType | DuckDBArrayType).valueType));
    case DuckDBTypeId.STRUCT:
      return struct(type as DuckDBStructType);
    default:
      return bytesColumn(new Utf8(), (value) => ENCODER.encode((value as { toString(): string }).toString()));
  }
}

const ENCODER = new TextEncoder();

/** Types whose values have one length, beside the array they are held in and what is put there. */
const FIXED: Partial<Record<DuckDBTypeId, Column>> = {
  [DuckDBTypeId.TINYINT]: numbers(new Int8(), (n) => new Int8Array(n)),
  [DuckDBTypeId.SMALLINT]: numbers(new Int16(), (n) => new Int16Array(n)),
  [DuckDBTypeId.INTEGER]: numbers(new Int32(), (n) => new Int32Array(n)),
  [DuckDBTypeId.UTINYINT]: numbers(new Uint8(), (n) => new Uint8Array(n)),
  [DuckDBTypeId.USMALLINT]: numbers(new Uint16(), (n) => new Uint16Array(n)),
  [DuckDBTypeId.UINTEGER]: numbers(new Uint32(), (n) => new Uint32Array(n)),
  [DuckDBTypeId.FLOAT]: numbers(new Float32(), (n) => new Float32Array(n)),
  [DuckDBTypeId.DOUBLE]: numbers(new Float64(), (n) => new Float64Array(n)),
  [DuckDBTypeId.DATE]: numbers(
    new DateDay(),
    (n) => new Int32Array(n),
    (value) => (value as { days: number }).days,
  ),
  [DuckDBTypeId.BIGINT]: integers(new Int64(), (value) => value as bigint),
  [DuckDBTypeId.UBIGINT]: integers(
    new Uint64(),
    (value) => value as bigint,
    (n) => new BigUint64Array(n),
  ),
  [DuckDBTypeId.TIME]: integers(new TimeMicrosecond(), micros),
  [DuckDBTypeId.TIMESTAMP]: integers(new TimestampMicrosecond(), micros),
  [DuckDBTypeId.TIMESTAMP_TZ]: integers(new TimestampMicrosecond('UTC'), micros),
  [DuckDBTypeId.TIMESTAMP_S]: integers(
    new TimestampSecond(),
    (value) => (value as { seconds: bigint }).seconds,
  ),
  [DuckDBTypeId.TIMESTAMP_MS]: integers(
    new TimestampMillisecond(),
    (value) => (value as { millis: bigint }).millis,
  ),
  [DuckDBTypeId.TIMESTAMP_NS]: integers(
    new TimestampNanosecond(),
    (value) => (value as { nanos: bigint }).nanos,
  ),
};

function micros(value: DuckDBValue): bigint {
  return (value as { micros: bigint }).micros;
}

function numbers(
  type: DataType,
  array: (length: number) => Numbers,
  of: (value: DuckDBValue) => number = (value) => value as number,
): Column {
  return ofOneLength(type, array, of);
}

function integers(
  type: DataType,
  of: (value: DuckDBValue) => bigint,
  array: (length: number) => Integers = (n) => new BigInt64Array(n),
): Column {
  return ofOneLength(type, array, of);
}

/** @param array where the values are put, one a place; 0 where there is none */
function ofOneLength<Value>(
  type: DataType,
  array: (length: number) => { [index: number]: Value },
  of: (value: DuckDBValue) => Value,
): Column {
  return {
    type,
    data(values) {
      const data = array(values.length);
      values.forEach((value, i) => {
        if (value !== null) data[i] = of(value);
      });
      return made(type, values, { data });
    },
  };
}

const BOOL: Column = {
  type: new Bool(),
  data: (values) => made(new Bool(), values, { data: bitsOf(values, (value) => value === true) }),
};

/** Two's complement of 128 bits, the lowest bytes first. */
function decimal(width: number, scale: number, of: (value: DuckDBValue) => bigint): Column {
  const type = new Decimal(scale, width, 128);
  return {
    type,
    data(values) {
      const words = new BigUint64Array(2 * values.length);
      values.forEach((value, i) => {
        if (value === null) return;
        words[2 * i] = BigInt.asUintN(64, of(value));
        words[2 * i + 1] = BigInt.asUintN(64, of(value) >> 64n);
      });
      return made(type, values, { data: new Uint32Array(words.buffer) });
    },
  };
}

/** Values of any length in bytes, one behind another. */
function bytesColumn(type: Utf8 | Binary, of: (value: DuckDBValue) => Uint8Array): Column {
  return {
    type,
    data(values) {
      const parts = values.map((value) => (value === null ? undefined : of(value)));
      const valueOffsets = offsetsOf(parts.map((part) => part?.length ?? 0));
      const data = new Uint8Array(valueOffsets[values.length]);
      parts.forEach((part, i) => part && data.set(part, valueOffsets[i]));
      return made(type, values, { data, valueOffsets });
    },
  };
}

function list(item: Column): Column {
  const type = new List(new Field('item', item.type, true));
  return {
    type,
    data(values) {
      const items = values.map((value) => (value as { items: Values } | null)?.items ?? []);
      const valueOffsets = offsetsOf(items.map(({ length }) => length));
      return made(type, values, { valueOffsets, child: item.data(items.flat()) });
    },
  };
}

function struct({ entryNames, entryTypes }: DuckDBStructType): Column {
  const columns = entryTypes.map(arrowColumn);
  const type = new Struct(columns.map((column, k) => new Field(entryNames[k], column.type, true)));
  return {
    type,
    data(values) {
      const children = columns.map((column, k) =>
        column.data(
          values.map((value) =>
            value === null
              ? null
              : (value as { entries: Record<string, DuckDBValue> }).entries[entryNames[k]],
          ),
        ),
      );
      return made(type, values, { children });
    },
  };
}

const offsetsOf = (lengths: readonly number[]): Int32Array => {
  const offsets = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => (offsets[i + 1] = offsets[i] + length));
  return offsets;
};

/** One bit a value, the lowest first. */
function bitsOf(values: Values, isSet: (value: DuckDBValue | null) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, i) => {
    if (isSet(value)) bits[i >> 3] |= 1 << (i & 7);
  });
  return bits;
}

function made(type: DataType, values: Values, parts: object): Data {
  const nullCount = values.reduce<number>((nulls, value) => nulls + Number(value === null), 0);
  const nullBitmap = nullCount === 0 ? undefined : bitsOf(values, (value) => value !== null);
  return makeData({ type, length: values.length, nullCount, nullBitmap, ...parts } as never);
}
