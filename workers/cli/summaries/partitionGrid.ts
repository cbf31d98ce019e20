/** The partitions of the lake, layer by layer. */
import type { PartitionRow } from '../../../activities/planning/partitionGrid';
import { LAYERS, type Layer } from '../../../graph/datasets/layers';
import { note, printTable } from '../terminal/output';
import { backfillCommands } from './rebuild';

/** Changes named of a stale partition; `--json` has all. */
const MAX_BECAUSE = 2;

/** Prints one line a partition, with the reasons of what is not published, stale or warned of. */
export function printGrid(rows: readonly PartitionRow[]): void {
  const lines = new Map<string, Partial<Record<Layer, PartitionRow>>>();
  for (const row of rows) lines.set(row.key, { ...lines.get(row.key), [row.layer]: row });
  const marked = rows.some(({ data = 'real' }) => data !== 'real');
  printTable(
    ['partition', ...(marked ? ['data'] : []), ...LAYERS, 'reason'],
    [...lines].map(([key, byLayer]) => [
      key.replaceAll('/', ' '),
      ...(marked ? [dataIn(Object.values(byLayer))] : []),
      ...LAYERS.map((layer) => stateOf(byLayer[layer])),
      reasonsOf(LAYERS.flatMap((layer) => byLayer[layer] ?? [])).join('; '),
    ]),
  );
  const stale = rows.filter(({ because, tradeDate }) => because.length > 0 && tradeDate !== undefined);
  for (const command of backfillCommands(
    stale.map(({ product, tradeDate }) => ({ product, tradeDate: tradeDate! })),
    'stale',
  ))
    note(`To build what is stale: ${command}`);
}

const dataIn = (rows: readonly PartitionRow[]): string =>
  [...new Set(rows.flatMap(({ data }) => data ?? []))].join(', ');

function stateOf(row: PartitionRow | undefined): string {
  if (row?.status !== 'published') return row?.status ?? '-';
  const marks = [row.because.length > 0 && 'stale', row.warnings.length > 0 && 'warned'].filter(Boolean);
  return marks.join(', ') || 'published';
}

function reasonsOf(rows: readonly PartitionRow[]): string[] {
  const because = [...new Set(rows.flatMap((row) => row.because))];
  // What is stale only because a layer below it is needs no words beside that one's.
  const causes = because.filter((change) => !change.endsWith(' is stale'));
  const named = causes.length > 0 ? causes : because;
  const more = named.length > MAX_BECAUSE ? [`${named.length - MAX_BECAUSE} more changes`] : [];
  const warnings = [...new Set(rows.flatMap((row) => row.warnings))];
  return [
    ...new Set(rows.flatMap(({ reason }) => reason ?? [])),
    ...named.slice(0, MAX_BECAUSE),
    ...more,
    ...(warnings.length > 0 ? [`warned: ${warnings.join(', ')}`] : []),
  ];
}
