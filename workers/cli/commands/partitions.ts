/** `spymaster partitions`: how every partition is in the lake, layer by layer. */
import type { Command } from 'commander';
import { partitionGrid } from '../../../activities/planning/partitionGrid';
import { loadConfig } from '../../config';
import { calendarDate, checkFilter, filterText, type RangeFilter } from '../arguments';
import { openExistingLake } from '../openLake';
import { printGrid } from '../summaries/partitionGrid';
import { backfillCommands } from '../summaries/rebuild';
import { note, printJson } from '../terminal/output';

interface Options extends RangeFilter {
  json?: boolean;
}

const HELP = `
published; stale: published, but inputs, code or settings have changed since, and "reason" says which; warned: published, but checks
warn (\`./spymaster quality DATE\` tells more); building; failed; blocked by a check; no_data.`;

export function define(command: Command): void {
  command
    .option('--contract <symbol>', 'only this contract, such as ESH4')
    .option('--start <date>', 'only from this trade date on', calendarDate)
    .option('--end <date>', 'only up to this trade date', calendarDate)
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(showPartitions);
}

async function showPartitions({ json, ...filter }: Options): Promise<void> {
  const config = loadConfig();
  const lake = await openExistingLake(config);
  checkFilter(lake.products, filter);
  const { contract, start, end } = filter;
  const all = await partitionGrid(config);
  const rows = all.filter(
    (row) =>
      (!contract || row.contract === contract) &&
      (!start || (row.tradeDate ?? start) >= start) &&
      (!end || (row.tradeDate ?? end) <= end),
  );
  if (json) return printJson({ partitions: rows });
  if (rows.length > 0) return printGrid(rows);
  if (all.length > 0) return note(`No partition${filterText(filter)} was built.`);
  const catalog = await lake.raw.catalog();
  const dates = catalog.tradeDates().flatMap((tradeDate) =>
    catalog.contractsOn(tradeDate).map((symbol) => ({
      product: lake.products.contractOf(symbol, tradeDate).product.root,
      tradeDate,
    })),
  );
  if (dates.length === 0)
    return note(`The lake at ${config.lake} is empty: \`./spymaster import FILE\` takes raw files in.`);
  note('Nothing was built yet. To build it:');
  for (const command of backfillCommands(dates)) note(`  ${command}`);
}
