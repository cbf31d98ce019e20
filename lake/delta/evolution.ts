/** How a table's schema comes about, and how it may grow. */
import { randomUUID } from 'node:crypto';
import type { TableContract } from '../../graph/datasets/schema';
import { SpymasterError } from '../../graph/errors';
import type { Action } from './actions';
import { PROTOCOL } from './protocol';
import { encodeSchema, fieldsOf, sameType, spellType, type DeltaField } from './schema';
import type { Snapshot } from './snapshot';

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
  const grown = evolve(contract, fields);
  return grown ? [{ metaData: { ...metadata, schemaString: encodeSchema(grown) } }] : [];
}

/**
 * A table keeps the partitioning it was created with, so one that a contract has changed since cannot be used.
 * @throws SpymasterError ContractViolation saying what to do
 */
export function requirePartitioning({ name, partitionBy }: TableContract, { metadata }: Snapshot): void {
  const found = metadata?.partitionColumns;
  if (!found || found.join() === partitionBy.join()) return;
  throw new SpymasterError(
    'ContractViolation',
    `${name} of this lake is partitioned by ${found.join(', ')}: another version of Spymaster wrote it`,
    {
      field: name,
      expected:
        `partitions by ${partitionBy.join(', ')}. Import the raw files into a new lake and build there, or move the folder ` +
        `${name.replace('.', '/')} out of this one and build anew`,
    },
  );
}

/**
 * The fields a table must have so that rows of `contract` fit: the table's own and, after them, what the contract adds.
 * Returns `undefined` if nothing has to change.
 *
 * A table may only grow: files that are already there lack the new columns, so these must allow null, and a column may
 * begin to allow it. Columns the
 * contract does not know (a newer version's) stay, and stay empty in what is written now.
 *
 * @throws SpymasterError ContractViolation if a column changed its type or may not be left empty
 */
function evolve(contract: TableContract, present: readonly DeltaField[]): DeltaField[] | undefined {
  const refuse = (field: string, message: string): never => {
    throw new SpymasterError('ContractViolation', `${contract.name}: ${message}`, { field });
  };
  const known = new Map(present.map((field) => [field.name, field]));
  const added: DeltaField[] = [];
  /** Columns that may be empty from now on: what is there needs no change. */
  const relaxed = new Set<string>();
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
        `column ${field.name} is ${spellType(old.type)} in the table, ${spellType(field.type)} here`,
      );
    } else if (field.nullable && !old.nullable) relaxed.add(field.name);
  }
  for (const { name, nullable } of known.values())
    if (!nullable)
      refuse(name, `column ${name} of the table is not in the contract and may not be left empty`);
  if (added.length === 0 && relaxed.size === 0) return undefined;
  const kept = present.map((field) => (relaxed.has(field.name) ? { ...field, nullable: true } : field));
  return [...kept, ...added];
}
