/** `spymaster partitions`: how every contract-date stands in the lake, layer by layer. */
import type { Command } from 'commander';
import type { PartitionRow } from '../../../activities/planning/plan';
import { LAYERS, type Layer } from '../../../graph/datasets/layers';
import { note, printJson, printTable } from '../output';

interface Options {
  contract?: string;
  start?: string;
  end?: string;
  json?: boolean;
}

export function registerPartitions(program: Command): void {
  program
    .command('partitions')
    .description('Print the grid contract x trade date x layer: published, failed, blocked or no_data.')
    .option('--contract <symbol>', 'only this contract, such as ESH4')
    .option('--start <date>', 'only from this trade date on')
    .option('--end <date>', 'only up to this trade date')
    .option('--json', 'print one JSON document')
    .action(run);
}

async function run({ contract, start, end, json }: Options): Promise<void> {
  const { partitionGrid } =
    require('../../../activities/planning/plan') as typeof import('../../../activities/planning/plan');
  const { loadConfig } = require('../../config') as typeof import('../../config');
  const rows = (await partitionGrid(loadConfig())).filter(
    (row) =>
      (!contract || row.contract === contract) &&
      (!start || row.tradeDate >= start) &&
      (!end || row.tradeDate <= end),
  );
  if (json) printJson({ partitions: rows });
  else if (rows.length === 0) note('No contract-date was built yet: `spymaster backfill` builds.');
  else printGrid(rows);
}

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
