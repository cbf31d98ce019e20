/** Tables in tests. */
import type { Row, TableBatch } from '../../graph/datasets/schema';

/** The rows of a batch as objects of what their columns hold. */
export function rowsOf({ columns, rowCount }: TableBatch): Row[] {
  return Array.from({ length: rowCount }, (_, i) =>
    Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, data[i] as Row[string]])),
  );
}
