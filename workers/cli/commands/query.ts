/** `spymaster query "SQL"`: DuckDB over the current snapshots of the lake's tables. */
import { text } from 'node:stream/consumers';
import { Option, type Command } from 'commander';
import { runQuery } from '../../../lake/query/query';
import { openLake } from '../openLake';
import { untilInterrupted } from '../terminal/interrupt';
import { RESULT_FORMATS, printResult, type ResultFormat } from '../terminal/resultPrinter';

const HELP = `
Tables are named layer.table: silver.bars, gold.episodes, ... (\`npx spymaster tables\` lists them).
An older version: FROM silver.bars AT VERSION 3, or AT TIMESTAMP '2023-12-26 18:00:00' (UTC).
In JSON 64-bit integers are strings. SQL "-" is read from standard input.

  npx spymaster query "SELECT level_kind, count(*) FROM gold.episodes GROUP BY ALL"
  npx spymaster query --format csv "FROM silver.bars WHERE trade_date = '2023-12-26'" > bars.csv`;

export function define(command: Command): void {
  command
    .argument('<sql>', 'the query')
    .addOption(new Option('--format <format>', 'form of the result').choices(RESULT_FORMATS).default('table'))
    .option('--json', 'print one JSON document: an array of rows (the same as --format json)')
    .addHelpText('after', HELP)
    .action(queryLake);
}

async function queryLake(
  sql: string,
  { format, json }: { format: ResultFormat; json?: boolean },
): Promise<void> {
  const query = sql === '-' ? await text(process.stdin) : sql;
  const lake = await openLake();
  await printResult(json ? 'json' : format, (sink) =>
    untilInterrupted((signal) => runQuery(lake, query, sink, signal)),
  );
}
