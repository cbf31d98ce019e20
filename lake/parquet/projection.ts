/**
 * The SQL between a column in memory and the same column in a file. In memory a null number is NaN or its type's
 * minimum, and a date is a text; in a file they are a null and a date.
 */
import { INT_NULL, type ColumnContract, type ColumnType } from '../../graph/datasets/schema';
import { quoteName } from './engine';
import type { VectorType } from './vectors';

/** SQL types of columns in files. */
const SQL_TYPE: Record<ColumnType, string> = {
  int64: 'BIGINT',
  int32: 'INTEGER',
  int16: 'SMALLINT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  boolean: 'BOOLEAN',
  binary: 'BLOB',
  date: 'DATE',
  floats: 'FLOAT[]',
};

export const sqlType = (type: ColumnType): string => SQL_TYPE[type];

/** How a column is handed to DuckDB and taken from it. */
export const vectorType = (type: ColumnType): VectorType => (type === 'date' ? 'string' : type);

function standIn(type: ColumnType): string | undefined {
  if (type === 'double') return `'nan'::DOUBLE`;
  if (type === 'int64' || type === 'int32' || type === 'int16')
    return `'${INT_NULL[type]}'::${SQL_TYPE[type]}`;
  return undefined;
}

/** Memory to file. */
export function toFile({ name, type, nullable }: ColumnContract): string {
  const column = quoteName(name);
  if (type === 'date') return `${column}::DATE AS ${column}`;
  if (!nullable) return column;
  if (type === 'double') return `CASE WHEN isnan(${column}) THEN NULL ELSE ${column} END AS ${column}`;
  const value = standIn(type);
  return value ? `nullif(${column}, ${value}) AS ${column}` : column;
}

/** File to memory. */
export function toMemory({ name, type, nullable }: ColumnContract): string {
  const column = quoteName(name);
  if (type === 'date') return `${column}::VARCHAR AS ${column}`;
  const value = nullable ? standIn(type) : undefined;
  return value ? `coalesce(${column}, ${value}) AS ${column}` : column;
}
