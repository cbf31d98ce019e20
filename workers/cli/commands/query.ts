/** `spymaster query "SQL"`: DuckDB over the current snapshots of the lake's tables. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { ResultFormat } from '../resultPrinter';

export interface QueryOptions {
  format: ResultFormat;
  json?: boolean;
}

const HELP = `
Tables are named layer.table: silver.bars, gold.episodes, ... (spymaster tables lists them).
An older version: FROM silver.bars AT VERSION 3, or AT TIMESTAMP '2023-12-26 18:00:00' (UTC).
In JSON 64-bit integers are strings. SQL "-" is read from standard input.

  spymaster query "SELECT level_kind, count(*) FROM gold.episodes GROUP BY ALL"
  spymaster query --format csv "FROM silver.bars WHERE trade_date = '2023-12-26'" > bars.csv`;

export function registerQuery(program: Command): void {
  program
    .command('query')
    .description("Run SQL (DuckDB's) over the lake's tables.")
    .argument('<sql>', 'the query')
    .addOption(
      new Option('--format <format>', 'form of the result')
        .choices(['table', 'csv', 'ndjson', 'json'])
        .default('table'),
    )
    .option('--json', 'print one JSON document: an array of rows (the same as --format json)')
    .addHelpText('after', HELP)
    .action((sql: string, options: QueryOptions) => {
      const { queryLake } = require('../queryLake') as typeof import('../queryLake');
      return queryLake(sql, options);
    });
}
