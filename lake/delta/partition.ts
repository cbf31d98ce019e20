/** Partitions: how they are named, and where their files lie. */
import type { TableContract } from '../../graph/datasets/schema';
import { SpymasterError } from '../../graph/errors';
import type { PartitionValues } from './actions';

/** A value for every partition column, e.g. `{ contract: 'ESH4', trade_date: '2023-12-26' }`. */
export type Partition = Record<string, string>;

const isDate = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);

/** @throws SpymasterError ContractViolation unless every partition column has a value, and nothing else has */
export function checkPartition({ name, partitionBy, columns }: TableContract, partition: Partition): void {
  const given = Object.keys(partition);
  const wrong =
    partitionBy.find((column) => !partition[column]) ?? given.find((column) => !partitionBy.includes(column));
  const date = columns.find(
    ({ name: column, type }) =>
      type === 'date' && partition[column] !== undefined && !isDate(partition[column]),
  );
  if (wrong === undefined && !date) return;
  throw new SpymasterError('ContractViolation', `${name}: "${given.join(', ')}" does not name a partition`, {
    field: wrong ?? date?.name,
    expected: date ? 'YYYY-MM-DD' : partitionBy.join(', '),
  });
}

/** Folder of a partition's files within the table's, e.g. `contract=ESH4/trade_date=2023-12-26/`. */
export const partitionFolder = ({ partitionBy }: TableContract, values: PartitionValues): string =>
  partitionBy.map((column) => `${column}=${encodeURIComponent(values[column] ?? '')}/`).join('');
