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

/** Latest first. What is of a product's date stands in the row of its contract, where there is one. */
export function gridRows(partitions: readonly Partition[]): GridRow[] {
  const rows = new Map<string, GridRow>();
  const ofContracts = new Map<string, string>();
  const contractsFirst = [...partitions].sort((a, b) => Number(!a.contract) - Number(!b.contract));
  for (const partition of contractsFirst) {
    const { product, contract, layer } = partition;
    const tradeDate = partition.tradeDate ?? /\d{4}-\d{2}-\d{2}$/.exec(partition.key)?.[0] ?? '';
    const date = `${product} ${tradeDate}`;
    const ofDate = partition.tradeDate !== undefined && !contract ? ofContracts.get(date) : undefined;
    const key = ofDate ?? partition.key;
    if (contract && !ofContracts.has(date)) ofContracts.set(date, key);
    const row = rows.get(key) ?? { key, product, contract, tradeDate, cells: {} };
    rows.set(key, { ...row, cells: { ...row.cells, [layer]: partition } });
  }
  return [...rows.values()].sort(
    (a, b) => b.tradeDate.localeCompare(a.tradeDate) || a.key.localeCompare(b.key),
  );
}

/** Partitions of a layer in which the same is wrong, the latest first. */
export interface Trouble {
  readonly layer: Layer;
  readonly state: CellState;
  /** In words: why it was not published, is stale, or is warned of. */
  readonly why: string;
  readonly partitions: readonly Partition[];
}

/** What needs somebody: what is worst first, then what most partitions have. */
export function troublesOf(partitions: readonly Partition[]): Trouble[] {
  const found = new Map<string, Trouble>();
  for (const one of partitions) {
    const state = stateOf(one);
    if (!TROUBLES.includes(state)) continue;
    const why = one.reason ?? [...one.because, ...one.warnings].join('; ');
    const key = `${one.layer} ${state} ${why}`;
    const of = found.get(key)?.partitions ?? [];
    found.set(key, { layer: one.layer, state, why, partitions: [...of, one] });
  }
  const latestFirst = (of: Trouble) => ({
    ...of,
    partitions: of.partitions.toSorted((a, b) => b.key.localeCompare(a.key)),
  });
  return [...found.values()]
    .map(latestFirst)
    .sort(
      (a, b) =>
        TROUBLES.indexOf(a.state) - TROUBLES.indexOf(b.state) || b.partitions.length - a.partitions.length,
    );
}

/** The worst first. */
const TROUBLES: readonly CellState[] = ['failed', 'blocked', 'building', 'stale', 'warned'];

/** How many partitions are in each state. */
export function statesOf(partitions: readonly Partition[]): Map<CellState, number> {
  const counts = new Map<CellState, number>();
  for (const partition of partitions) {
    const state = stateOf(partition);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}
