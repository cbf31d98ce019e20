/** A table's contract as a Delta schema. */
import type { ColumnContract, ColumnType, TableContract } from '../../graph/datasets/schema';

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

export const sameType = (a: DeltaType, b: DeltaType): boolean => JSON.stringify(a) === JSON.stringify(b);

/** This lake's name of a Delta type, or `undefined` for one it never writes. */
export function columnTypeOf(type: DeltaType): ColumnType | undefined {
  return (Object.keys(DELTA_TYPE) as ColumnType[]).find((name) => sameType(DELTA_TYPE[name], type));
}

/** A type as messages write it. */
export const spellType = (type: DeltaType): string =>
  typeof type === 'string' ? type : `array<${type.elementType}>`;
