/** How contract-dates stand in the lake, layer by layer. */
import type { PartitionRow } from '../../../activities/planning/plan';
import { LAYERS, type Layer } from '../../../graph/datasets/layers';
import { printTable } from '../terminal/output';

/** Prints one line a contract-date, with the reasons of what is not published. */
export function printGrid(rows: readonly PartitionRow[]): void {
  const lines = new Map<string, Partial<Record<Layer, PartitionRow>>>();
  for (const row of rows) {
    const key = `${row.contract} ${row.tradeDate}`;
    lines.set(key, { ...lines.get(key), [row.layer]: row });
  }
  printTable(
    ['contract', 'trade date', ...LAYERS, 'reason'],
    [...lines]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, byLayer]) => [
        ...key.split(' '),
        ...LAYERS.map((layer) => byLayer[layer]?.status ?? '-'),
        LAYERS.flatMap((layer) => byLayer[layer]?.reason ?? []).join('; '),
      ]),
  );
}
