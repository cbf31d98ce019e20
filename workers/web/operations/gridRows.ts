/** Partitions in rows: one a contract-date or product-date, a cell a layer. */
import type { z } from 'zod';
import type { partition } from '../../../graph/api/operations';
import type { Layer } from '../../../graph/datasets/layers';

export type Partition = z.infer<typeof partition>;

export interface GridRow {
  readonly key: string;
  readonly product: string;
  readonly contract: string | undefined;
  readonly tradeDate: string;
  readonly cells: Partial<Record<Layer, Partition>>;
}

/** `stale` and `warned` are published. */
export type CellState = Partition['status'] | 'stale' | 'warned';

export const stateOf = ({ status, because, warnings }: Partition): CellState => {
  if (status !== 'published') return status;
  if (because.length > 0) return 'stale';
  return warnings.length > 0 ? 'warned' : 'published';
};

/** Latest first. */
export function gridRows(partitions: readonly Partition[]): GridRow[] {
  const rows = new Map<string, GridRow>();
  for (const partition of partitions) {
    const row = rows.get(partition.key) ?? {
      key: partition.key,
      product: partition.product,
      contract: partition.contract,
      tradeDate: partition.tradeDate ?? /\d{4}-\d{2}-\d{2}$/.exec(partition.key)?.[0] ?? '',
      cells: {},
    };
    rows.set(partition.key, { ...row, cells: { ...row.cells, [partition.layer]: partition } });
  }
  return [...rows.values()].sort(
    (a, b) => b.tradeDate.localeCompare(a.tradeDate) || a.key.localeCompare(b.key),
  );
}

/** How many partitions are in each state. */
export function statesOf(partitions: readonly Partition[]): Map<CellState, number> {
  const counts = new Map<CellState, number>();
  for (const partition of partitions) {
    const state = stateOf(partition);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}
