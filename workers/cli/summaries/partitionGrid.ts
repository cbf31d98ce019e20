/** The partitions of the lake, layer by layer. */
import type { PartitionRow } from '../../../activities/planning/plan';
import { LAYERS, type Layer } from '../../../graph/datasets/layers';
import { printTable } from '../terminal/output';

/** Prints one line a partition, with the reasons of what is not published. */
export function printGrid(rows: readonly PartitionRow[]): void {
  const lines = new Map<string, Partial<Record<Layer, PartitionRow>>>();
  for (const row of rows) lines.set(row.key, { ...lines.get(row.key), [row.layer]: row });
  printTable(
    ['partition', ...LAYERS, 'reason'],
    [...lines].map(([key, byLayer]) => [
      key.replaceAll('/', ' '),
      ...LAYERS.map((layer) => byLayer[layer]?.status ?? '-'),
      LAYERS.flatMap((layer) => byLayer[layer]?.reason ?? []).join('; '),
    ]),
  );
}
