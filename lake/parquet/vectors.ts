/**
 * Typed arrays to and from DuckDB vectors, whole columns at a time.
 *
 * Numbers are copied byte for byte through two raw calls of the bindings; these trust their caller, so every array is
 * checked against its column's type and length before one of them is made. Nulls do not occur in numeric vectors: SQL
 * turns the stand-ins (NaN, a type's minimum) into nulls and back, see `projection.ts`.
 */
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  ENUM,
  FLOAT,
  INTEGER,
  LIST,
  SMALLINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
  blobValue,
  listValue,
  type DuckDBBlobValue,
  type DuckDBDataChunk,
  type DuckDBListValue,
  type DuckDBType,
} from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';
import { SpymasterError } from '../../graph/errors';
import { classOf } from '../contracts/arrayClass';

/** How a column is held in memory. */
export type VectorType =
  | 'int64'
  | 'int32'
  | 'int16'
  | 'uint64'
  | 'uint32'
  | 'uint16'
  | 'uint8'
  | 'double'
  | 'boolean'
  | 'string'
  | 'binary'
  | 'floats'
  | 'action'
  | 'side';

/** Letters held as dictionary codes, a byte each, in this order: written this way they cost a fraction of what texts do. */
export const DICTIONARY = { action: 'ACMRTFN', side: 'ABN' } as const;

export const VECTOR_TYPES: Record<VectorType, DuckDBType> = {
  int64: BIGINT,
  int32: INTEGER,
  int16: SMALLINT,
  uint64: UBIGINT,
  uint32: UINTEGER,
  uint16: USMALLINT,
  uint8: UTINYINT,
  double: DOUBLE,
  boolean: BOOLEAN,
  string: VARCHAR,
  binary: BLOB,
  floats: LIST(FLOAT),
  action: ENUM(Array.from(DICTIONARY.action)),
  side: ENUM(Array.from(DICTIONARY.side)),
};

type NumericArray =
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Uint8Array
  | Float64Array;

export type VectorData = NumericArray | (string | null)[] | (Uint8Array | null)[] | (Float32Array | null)[];

export interface VectorColumn {
  readonly name: string;
  readonly type: VectorType;
  readonly data: VectorData;
}

/** The array class of each type that is copied byte for byte; `undefined` for a plain array of values. */
const ARRAY_CLASS: Record<VectorType, string | undefined> = {
  int64: 'BigInt64Array',
  int32: 'Int32Array',
  int16: 'Int16Array',
  uint64: 'BigUint64Array',
  uint32: 'Uint32Array',
  uint16: 'Uint16Array',
  uint8: 'Uint8Array',
  double: 'Float64Array',
  boolean: 'Uint8Array',
  string: undefined,
  binary: undefined,
  floats: undefined,
  action: 'Uint8Array',
  side: 'Uint8Array',
};

/** Whether a column of this type is held in a typed array. */
export const isNumeric = (type: VectorType): boolean => ARRAY_CLASS[type] !== undefined;

/** @throws SpymasterError ContractViolation unless the column holds `rows` values its type knows */
export function checkVector({ name, type, data }: VectorColumn, rows: number): void {
  const expected = ARRAY_CLASS[type] ?? 'Array';
  const found = classOf(data);
  if (found !== expected)
    throw new SpymasterError('ContractViolation', `column ${name} is held in ${found}`, {
      field: name,
      expected,
    });
  if (data.length < rows)
    throw new SpymasterError('ContractViolation', `column ${name} has ${data.length} values`, {
      field: name,
      expected: `${rows} rows`,
    });
  // The raw copy knows plain memory only.
  if (isNumeric(type) && classOf((data as NumericArray).buffer) !== 'ArrayBuffer')
    throw new SpymasterError('ContractViolation', `column ${name} lies in memory shared with other threads`, {
      field: name,
      expected: 'an array over its own ArrayBuffer',
    });
  if (type === 'action' || type === 'side')
    checkCodes(name, data as Uint8Array, DICTIONARY[type].length, rows);
}

/** DuckDB looks a code up without checking it against the size of the dictionary. */
function checkCodes(name: string, codes: Uint8Array, letters: number, rows: number): void {
  for (let row = 0; row < rows; row++)
    if (codes[row] >= letters)
      throw new SpymasterError('ContractViolation', `column ${name} has no letter in row ${row}`, {
        field: name,
        row,
      });
}

/** Fills column `index` of a chunk with `rows` values from `from` on. The column has passed `checkVector`. */
export function writeVector(
  chunk: DuckDBDataChunk,
  index: number,
  column: VectorColumn,
  from: number,
  rows: number,
): void {
  const { type, data } = column;
  if (isNumeric(type)) {
    const array = data as NumericArray;
    const width = array.BYTES_PER_ELEMENT;
    if (from + rows > array.length) throw new RangeError(`column ${column.name}: rows beyond its end`);
    const vector = bindings.data_chunk_get_vector(chunk.chunk, index);
    const at = array.byteOffset + from * width;
    bindings.copy_data_to_vector(vector, 0, array.buffer as ArrayBuffer, at, rows * width);
    return;
  }
  const values = (data as (string | Uint8Array | Float32Array | null)[]).slice(from, from + rows);
  if (type === 'string') chunk.setColumnValues(index, values as (string | null)[]);
  else if (type === 'binary')
    chunk.setColumnValues(
      index,
      values.map((value) => (value === null ? null : blobValue(value as Uint8Array))),
    );
  else
    chunk.setColumnValues(
      index,
      values.map((value) => (value === null ? null : listValue([...(value as Float32Array)]))),
    );
}

/**
 * Copies column `index` of a chunk into an array of its type, `at` rows from its start.
 * The SQL that made the chunk casts the column to the type and leaves no null in numbers.
 */
export function readVector(
  chunk: DuckDBDataChunk,
  index: number,
  type: VectorType,
  into: VectorData,
  at: number,
): void {
  const rows = chunk.rowCount;
  if (isNumeric(type)) {
    const array = into as NumericArray;
    const width = array.BYTES_PER_ELEMENT;
    if (at + rows > array.length) throw new RangeError('a chunk does not fit into the rows left');
    const vector = bindings.data_chunk_get_vector(chunk.chunk, index);
    const bytes = bindings.vector_get_data(vector, rows * width);
    new Uint8Array(array.buffer, array.byteOffset + at * width, rows * width).set(bytes);
    return;
  }
  const values = chunk.getColumnValues(index);
  const target = into as (string | Uint8Array | Float32Array | null)[];
  for (let i = 0; i < rows; i++) {
    const value = values[i];
    if (value === null || type === 'string') target[at + i] = value as string | null;
    else if (type === 'binary') target[at + i] = new Uint8Array((value as DuckDBBlobValue).bytes);
    else target[at + i] = Float32Array.from((value as DuckDBListValue).items as number[]);
  }
}
