/** `ops.index_pins`: products whose precedents are looked for in an earlier version of their index; a row a product. */
import { date, instant, TableRows, type Column } from '../datasets/column';
import type { TableBatch, TableContract } from '../datasets/schema';

/** From when on the index stays as it was for a session. */
export interface IndexPin {
  /** Trade date of that session. */
  readonly asOf: string;
  /** ns UTC. */
  readonly pinnedAt: bigint;
}

const COLUMNS: readonly Column<IndexPin>[] = [
  date('as_of', {
    meaning: 'Trade date: later sessions use what was fitted for it, and the sessions before it alone',
    value: ({ asOf }) => asOf,
  }),
  instant('pinned_at', { meaning: 'When that was asked for', value: ({ pinnedAt }) => pinnedAt }),
];

export const opsIndexPins: TableContract = {
  name: 'ops.index_pins',
  description:
    'Products whose index of precedents was rolled back, by `./spymaster index rollback VERSION`: a product without a row uses the latest.',
  version: 1,
  columns: [
    { name: 'product', type: 'string', unit: '', meaning: 'Root of the product, e.g. ES' },
    ...COLUMNS,
  ],
  partitionBy: ['product'],
  key: ['product'],
};

export function pinRow(pin: IndexPin): TableBatch {
  const rows = new TableRows(opsIndexPins, COLUMNS);
  rows.push(pin);
  return rows.take();
}
