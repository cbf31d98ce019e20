/**
 * How a table is described, once: the contract from which documentation, checks, Delta schema and Parquet types derive.
 */

/**
 * Storage types. Delta knows no unsigned and no nanosecond types, so 64-bit ids and ns times are `int64`.
 * `floats` is a list of 32-bit floats (a vector); `date` is a calendar day written `YYYY-MM-DD`.
 */
export type ColumnType =
  'int64' | 'int32' | 'int16' | 'double' | 'string' | 'boolean' | 'binary' | 'date' | 'floats';

/** Ends of a range; without one it is open there. */
export interface Range {
  readonly min?: number | bigint;
  readonly max?: number | bigint;
}

export interface ColumnContract {
  readonly name: string;
  readonly type: ColumnType;
  /** `ns UTC`, `1e-9 USD`, `ticks`, `lots`, `count`, `1` for a ratio, `` for a name. */
  readonly unit: string;
  readonly meaning: string;
  /** How it is computed, where the meaning alone does not say. */
  readonly formula?: string;
  /** A null is NaN in a `double`, `INT_NULL[type]` in an integer column, `null` elsewhere. Default: never null. */
  readonly nullable?: boolean;
  /** What the value can be physically, ends included, in the column's unit; a null is no value. Enforced on every write. */
  readonly range?: Range;
  /** The only texts a `string` column may hold, besides null where that is allowed. */
  readonly oneOf?: readonly string[];
}

/** What must hold of every row beyond its types, e.g. that a high is no lower than its low. */
interface RowRule {
  /** The rule as a sentence: it is printed with the contract, and quoted when a row breaks it. */
  readonly rule: string;
  /** @param columns the batch's columns; @param i the row */
  readonly holds: (columns: Readonly<Record<string, ColumnData>>, i: number) => boolean;
}

export interface TableContract {
  /** `layer.table`, e.g. `silver.bars`. */
  readonly name: string;
  readonly description: string;
  /** Raised when a column is added or changes meaning; older files are read with nulls for what they lack. */
  readonly version: number;
  readonly columns: readonly ColumnContract[];
  /** Columns of `columns` that name a partition; they are stored in the path and log, not in the files. */
  readonly partitionBy: readonly string[];
  /** Columns which together are unique. */
  readonly key: readonly string[];
  readonly rules?: readonly RowRule[];
}

/** The integer that stands for null in a nullable integer column: the type's minimum. */
export const INT_NULL = { int64: -(1n << 63n), int32: -(2 ** 31), int16: -(2 ** 15) } as const;

/** The array a column of each type is held in. `boolean` is 0 or 1. */
interface ColumnArrays {
  int64: BigInt64Array;
  int32: Int32Array;
  int16: Int16Array;
  double: Float64Array;
  boolean: Uint8Array;
  string: (string | null)[];
  date: (string | null)[];
  binary: (Uint8Array | null)[];
  floats: (Float32Array | null)[];
}
export type ColumnData = ColumnArrays[ColumnType];

/** Rows of one table and one partition, column by column; partition columns are given apart. */
export interface TableBatch {
  readonly contract: TableContract;
  readonly rowCount: number;
  /** By column name, every non-partition column of the contract, each at least `rowCount` long. */
  readonly columns: Readonly<Record<string, ColumnData>>;
}

/** One row of a table as a plain object; integers of 64 bits are bigint. */
export type Row = Record<string, bigint | number | string | boolean | Uint8Array | Float32Array | null>;

/** Whether columns of the type are held in a typed array. */
export const isNumericType = (type: ColumnType) =>
  type === 'int64' || type === 'int32' || type === 'int16' || type === 'double' || type === 'boolean';

/** An empty column of a type. */
export function allocateColumn(type: ColumnType, capacity: number): ColumnData {
  switch (type) {
    case 'int64':
      return new BigInt64Array(capacity);
    case 'int32':
      return new Int32Array(capacity);
    case 'int16':
      return new Int16Array(capacity);
    case 'double':
      return new Float64Array(capacity);
    case 'boolean':
      return new Uint8Array(capacity);
    default:
      return [];
  }
}

/** Columns that are stored in the files; a partition's own values are in the path and the log. */
export const storedColumns = (contract: TableContract): ColumnContract[] =>
  contract.columns.filter((column) => !contract.partitionBy.includes(column.name));

/** Rows `[from, to)` of a batch, copied. */
export function sliceRows({ contract, columns }: TableBatch, from: number, to: number): TableBatch {
  const parts = Object.entries(columns).map(([name, data]) => [name, data.slice(from, to)] as const);
  return { contract, rowCount: to - from, columns: Object.fromEntries(parts) };
}
