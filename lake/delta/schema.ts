/** A table's contract as a Delta schema, and how that schema may grow. */
import type { ColumnContract, ColumnType, TableContract } from '../../graph/datasets/schema';
import { randomUUID } from 'node:crypto';
import { SpymasterError } from '../../graph/errors';
import { PROTOCOL, type Action } from './actions';
import type { Snapshot } from './snapshot';

type DeltaType = string | { type: 'array'; elementType: string; containsNull: boolean };

export interface DeltaField {
  name: string;
  type: DeltaType;
  nullable: boolean;
  metadata: Record<string, unknown>;
}

const DELTA_TYPE: Record<ColumnType, DeltaType> = {
  int64: 'long',
  int32: 'integer',
  int16: 'short',
  double: 'double',
  string: 'string',
  boolean: 'boolean',
  binary: 'binary',
  date: 'date',
  floats: { type: 'array', elementType: 'float', containsNull: false },
};

const deltaField = ({ name, type, unit, meaning, nullable }: ColumnContract): DeltaField => ({
  name,
  type: DELTA_TYPE[type],
  nullable: nullable ?? false,
  metadata: { comment: meaning, unit },
});

/** The fields a table of this contract is created with. */
export const fieldsOf = (contract: TableContract): DeltaField[] => contract.columns.map(deltaField);

export const encodeSchema = (fields: readonly DeltaField[]): string =>
  JSON.stringify({ type: 'struct', fields });

export const decodeSchema = (schemaString: string): DeltaField[] =>
  (JSON.parse(schemaString) as { fields: DeltaField[] }).fields;

const sameType = (a: DeltaType, b: DeltaType) => JSON.stringify(a) === JSON.stringify(b);

/** This lake's name of a Delta type, or `undefined` for one it never writes. */
export function columnTypeOf(type: DeltaType): ColumnType | undefined {
  return (Object.keys(DELTA_TYPE) as ColumnType[]).find((name) => sameType(DELTA_TYPE[name], type));
}

/**
 * The fields a table must have so that rows of `contract` fit: the table's own and, after them, what the contract adds.
 * Returns `undefined` if nothing has to change.
 *
 * A table may only grow: files that are already there lack the new columns, so these must allow null. Columns the
 * contract does not know (a newer version's) stay, and stay empty in what is written now.
 *
 * @throws SpymasterError ContractViolation if a column changed its type or may not be left empty
 */
export function evolve(contract: TableContract, present: readonly DeltaField[]): DeltaField[] | undefined {
  const refuse = (field: string, message: string): never => {
    throw new SpymasterError('ContractViolation', `${contract.name}: ${message}`, { field });
  };
  const known = new Map(present.map((field) => [field.name, field]));
  const added: DeltaField[] = [];
  for (const field of fieldsOf(contract)) {
    const old = known.get(field.name);
    known.delete(field.name);
    if (!old) {
      if (!field.nullable)
        refuse(field.name, `added column ${field.name} must be nullable: older rows lack it`);
      added.push(field);
    } else if (!sameType(old.type, field.type)) {
      refuse(
        field.name,
        `column ${field.name} is ${spell(old.type)} in the table, ${spell(field.type)} here`,
      );
    } else if (field.nullable && !old.nullable) {
      refuse(field.name, `column ${field.name} never holds null in the table, and cannot begin to`);
    }
  }
  for (const { name, nullable } of known.values())
    if (!nullable)
      refuse(name, `column ${name} of the table is not in the contract and may not be left empty`);
  return added.length > 0 ? [...present, ...added] : undefined;
}

/**
 * What a table's schema needs before rows of a contract fit: everything, new columns, or nothing.
 * @throws SpymasterError ContractViolation if they cannot fit
 */
export function schemaActions(contract: TableContract, { metadata, fields }: Snapshot): Action[] {
  if (!metadata)
    return [
      { protocol: PROTOCOL },
      {
        metaData: {
          id: randomUUID(),
          name: contract.name,
          description: contract.description,
          format: { provider: 'parquet', options: {} },
          schemaString: encodeSchema(fieldsOf(contract)),
          partitionColumns: [...contract.partitionBy],
          configuration: {},
          createdTime: Date.now(),
        },
      },
    ];
  if (metadata.partitionColumns.join() !== contract.partitionBy.join())
    throw new SpymasterError('ContractViolation', `${contract.name} is partitioned otherwise`, {
      field: contract.partitionBy.join(', '),
      expected: metadata.partitionColumns.join(', '),
    });
  const grown = evolve(contract, fields);
  return grown ? [{ metaData: { ...metadata, schemaString: encodeSchema(grown) } }] : [];
}

const spell = (type: DeltaType) => (typeof type === 'string' ? type : `array<${type.elementType}>`);
