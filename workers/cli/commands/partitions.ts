/** `spymaster partitions`: how every partition is in the lake, layer by layer. */
import type { Command } from 'commander';
import { partitionGrid } from '../../../activities/planning/plan';
import { loadConfig } from '../../config';
import { printGrid } from '../summaries/partitionGrid';
import { note, printJson } from '../terminal/output';

interface Options {
  contract?: string;
  start?: string;
  end?: string;
  json?: boolean;
}

export function define(command: Command): void {
  command
    .option('--contract <symbol>', 'only this contract, such as ESH4')
    .option('--start <date>', 'only from this trade date on')
    .option('--end <date>', 'only up to this trade date')
    .option('--json', 'print one JSON document')
    .action(showPartitions);
}

async function showPartitions({ contract, start, end, json }: Options): Promise<void> {
  const rows = (await partitionGrid(loadConfig())).filter(
    (row) =>
      (!contract || row.contract === contract) &&
      (!start || (row.tradeDate ?? start) >= start) &&
      (!end || (row.tradeDate ?? end) <= end),
  );
  if (json) printJson({ partitions: rows });
  else if (rows.length === 0) note('Nothing was built yet: `spymaster backfill` builds.');
  else printGrid(rows);
}
