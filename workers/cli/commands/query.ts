/** `spymaster query "SQL"`: DuckDB over the current snapshots of the lake's tables. */
import { text } from 'node:stream/consumers';
import { Option, type Command } from 'commander';
import { withSession } from '../../../lake/query/query';
import { splitStatements } from '../../../lake/query/statements';
import { openExistingLake } from '../openLake';
import { runScript, type ScriptOptions } from '../sql/runScript';
import { RESULT_FORMATS } from '../terminal/resultPrinter';

interface Options extends ScriptOptions {
  json?: boolean;
  allowFiles?: boolean;
}

const HELP = `
Tables are named layer.table: silver.bars, gold.episodes, ... (SHOW TABLES lists them, DESCRIBE silver.bars its columns).
Beside each time in ns UTC stands one in New York's time: touch_at beside touch_ts.
An older version: FROM silver.bars AT VERSION 3, or AT TIMESTAMP '2023-12-26 18:00:00' (UTC).
In JSON 64-bit integers are strings. SQL "-" is read from standard input; several statements are separated by semicolons.
Statements only read, and only the lake; files of this machine with --allow-files.
On a terminal long results go to the pager (PAGER, or less); rows too wide for the screen are shown one column a line.

  ./spymaster query "SELECT level_kind, count(*) FROM gold.episodes GROUP BY ALL"
  ./spymaster query --format csv "FROM silver.bars WHERE trade_date = '2023-12-26'" > bars.csv
  ./spymaster query --allow-files "SELECT * FROM gold.outcomes JOIN 'notes.csv' USING (episode_id)"`;

export function define(command: Command): void {
  command
    .argument('<sql>', 'the query')
    .addOption(new Option('--format <format>', 'form of the result').choices(RESULT_FORMATS).default('table'))
    .option('--json', 'print one JSON document: an array of rows (the same as --format json)')
    .option('--allow-files', 'let statements read and write files of this machine')
    .option('--no-pager', 'print a long result on the terminal itself')
    .addHelpText('after', HELP)
    .action(queryLake);
}

async function queryLake(sql: string, { format, json, allowFiles: files, pager }: Options): Promise<void> {
  const query = sql === '-' ? await text(process.stdin) : sql;
  const options = { format: json ? ('json' as const) : format, pager };
  await withSession(await openExistingLake(), { files }, (session) =>
    runScript(session, splitStatements(query), options),
  );
}
