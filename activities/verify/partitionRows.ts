/** Every row of a partition, as comparisons take them. */
import { GatheredTables } from '../../graph/datasets/gather';
import type { TableBatch, TableContract } from '../../graph/datasets/schema';
import type { Partition } from '../../lake/delta/table';
import type { Lake } from '../../lake/lake';

/** @param options a version to read the table at, the present one without */
export async function partitionRows(
  lake: Lake,
  table: TableContract,
  partition: Partition,
  options: { version?: number; signal?: AbortSignal },
): Promise<TableBatch> {
  const rows = new GatheredTables();
  rows.add([{ contract: table, rowCount: 0, columns: {} }]);
  for await (const batch of lake.table(table).readPartition(partition, options)) rows.add([batch]);
  return rows.build().get(table.name)!;
}
