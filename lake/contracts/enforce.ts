/**
 * Data contracts, enforced: the zod schema of a table's batches, derived from its contract, that every write passes.
 *
 * Columns are checked as wholes and rows only by loops over typed arrays, so that the check costs little beside the
 * writing.
 */
import { z } from 'zod';
import {
  INT_NULL,
  type ColumnContract,
  type ColumnData,
  type ColumnType,
  type TableBatch,
  storedColumns,
  type TableContract,
} from '../../graph/datasets/schema';
import { SpymasterError } from '../../graph/errors';
import { classOf } from './arrayClass';

const ARRAY_CLASS: Record<ColumnType, string> = {
  int64: 'BigInt64Array',
  int32: 'Int32Array',
  int16: 'Int16Array',
  double: 'Float64Array',
  boolean: 'Uint8Array',
  string: 'Array',
  date: 'Array',
  binary: 'Array',
  floats: 'Array',
};

const ISO_DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

const schemas = new WeakMap<TableContract, z.ZodType>();

/** The schema of a contract's batches. */
function batchSchema(contract: TableContract): z.ZodType {
  let schema = schemas.get(contract);
  if (!schema) schemas.set(contract, (schema = makeSchema(contract)));
  return schema;
}

/**
 * @throws SpymasterError ContractViolation naming table, column, row, and what the contract asks for
 */
export function enforce(batch: TableBatch, contract: TableContract = batch.contract): void {
  const result = batchSchema(contract).safeParse(batch);
  if (result.success) return;
  const [issue] = result.error.issues;
  const [, column, row] = issue.path;
  throw new SpymasterError('ContractViolation', `${contract.name}: ${issue.message}`, {
    field: column === undefined ? undefined : String(column),
    row: typeof row === 'number' ? row : undefined,
    expected: contract.columns.find(({ name }) => name === column)?.meaning,
  });
}

function makeSchema(contract: TableContract): z.ZodType {
  const stored = storedColumns(contract);
  const columns = Object.fromEntries(stored.map((column) => [column.name, columnSchema(column)]));
  return z
    .object({
      contract: z.object({ name: z.literal(contract.name, `rows of another table`) }),
      rowCount: z.int().nonnegative(),
      columns: z.strictObject(columns, {
        error: (issue) =>
          issue.code === 'unrecognized_keys' ? `no such column: ${issue.keys?.join(', ')}` : undefined,
      }),
    })
    .superRefine(({ rowCount, columns }, context) => {
      const refuse = (message: string, column?: string, row?: number) =>
        context.addIssue({
          code: 'custom',
          message,
          path: ['columns', column, row].filter((part) => part !== undefined),
        });
      for (const column of stored) {
        const { name } = column;
        const data = columns[name] as ColumnData;
        if (data.length < rowCount)
          return refuse(`column ${name} has ${data.length} of ${rowCount} rows`, name);
        const row = firstFault(column, data, rowCount);
        if (row >= 0) return refuse(`${name} in row ${row} ${faultOf(column, data[row])}`, name, row);
      }
      for (const { rule, holds } of contract.rules ?? [])
        for (let i = 0; i < rowCount; i++)
          if (!holds(columns as TableBatch['columns'], i)) return refuse(`row ${i} breaks the rule: ${rule}`);
    });
}

function columnSchema({ name, type }: ColumnContract): z.ZodType {
  const expected = ARRAY_CLASS[type];
  return z.custom((data) => classOf(data) === expected, {
    error: ({ input }) =>
      input === undefined
        ? `column ${name} is missing`
        : `column ${name} is held in ${classOf(input)}, not in ${expected} (${type})`,
  });
}

/** The first row whose value the contract does not allow, or -1. */
function firstFault(column: ColumnContract, data: ColumnData, rows: number): number {
  const fault = firstMisfit(column, data, rows);
  return fault < 0 ? firstOutside(column, data, rows) : fault;
}

/** The first row whose value lies outside the column's range, or -1. */
function firstOutside({ type, range }: ColumnContract, data: ColumnData, rows: number): number {
  if (!range) return -1;
  const { min = -Infinity, max = Infinity } = range;
  const none = type === 'int64' || type === 'int32' || type === 'int16' ? INT_NULL[type] : NaN;
  const values = data as Float64Array | BigInt64Array;
  for (let i = 0; i < rows; i++) {
    const value = values[i];
    // Of NaN neither comparison holds.
    if ((value < min || value > max) && value !== none) return i;
  }
  return -1;
}

/** The first row whose value is null where it must not be, or not of the column's type; or -1. */
function firstMisfit(column: ColumnContract, data: ColumnData, rows: number): number {
  const { type, nullable, oneOf } = column;
  switch (type) {
    case 'int64': {
      const at = nullable ? -1 : (data as BigInt64Array).indexOf(INT_NULL.int64);
      return at < rows ? at : -1;
    }
    case 'int32':
    case 'int16': {
      const at = nullable ? -1 : (data as Int32Array | Int16Array).indexOf(INT_NULL[type]);
      return at < rows ? at : -1;
    }
    case 'double':
      if (nullable) return -1;
      for (let i = 0; i < rows; i++) if (Number.isNaN((data as Float64Array)[i])) return i;
      return -1;
    case 'boolean':
      for (let i = 0; i < rows; i++) if ((data as Uint8Array)[i] > 1) return i;
      return -1;
    default: {
      const valid = VALID[type];
      for (let i = 0; i < rows; i++) {
        const value = data[i];
        if (value === null ? !nullable : !valid(value) || (oneOf && !oneOf.includes(value as string)))
          return i;
      }
      return -1;
    }
  }
}

const VALID: Record<'string' | 'date' | 'binary' | 'floats', (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  date: (value) => typeof value === 'string' && ISO_DATE.test(value),
  binary: (value) => classOf(value) === 'Uint8Array',
  floats: (value) => classOf(value) === 'Float32Array',
};

function faultOf({ type, oneOf, range, unit }: ColumnContract, value: unknown): string {
  const missing = value === null || value === undefined || Number.isNaN(value);
  const isNull = (type === 'int64' || type === 'int32' || type === 'int16') && value === INT_NULL[type];
  if (range && !missing && !isNull) {
    const { min, max } = range;
    const ends = [min !== undefined && `at least ${min}`, max !== undefined && `at most ${max}`];
    return `is ${String(value as number)} ${unit}, not ${ends.filter(Boolean).join(' and ')}`;
  }
  if (missing || typeof value === 'bigint' || (typeof value === 'number' && type !== 'boolean'))
    return 'is null';
  const shown = typeof value === 'string' ? `"${value}"` : classOf(value);
  return oneOf ? `is ${shown}, not one of ${oneOf.join(', ')}` : `is ${shown}, not a ${type}`;
}
