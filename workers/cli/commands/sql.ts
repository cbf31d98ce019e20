/** `spymaster sql`: a prompt for SQL on the lake, or a script of it from a file. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Option, type Command } from 'commander';
import { SpymasterError } from '../../../graph/errors';
import { withSession } from '../../../lake/query/query';
import { splitStatements } from '../../../lake/query/statements';
import { openExistingLake } from '../openLake';
import { PromptHistory } from '../sql/history';
import { prompt } from '../sql/prompt';
import { runScript, type ScriptOptions } from '../sql/runScript';
import { reportFailure } from '../terminal/failure';
import { note } from '../terminal/output';
import { RESULT_FORMATS } from '../terminal/resultPrinter';

interface Options extends ScriptOptions {
  file?: string;
  allowFiles?: boolean;
}

const HELP = `
A statement ends with a semicolon. What one sets (SET VARIABLE, USE, SET TimeZone), the next ones find; each reads the tables as they
are when it starts. Lines typed are remembered in ~/.local/state/spymaster. Ctrl-C stops a statement, Ctrl-D or exit leaves. Without a
terminal the script is read from standard input.

  ./spymaster sql
  ./spymaster sql -f report.sql --format csv`;

export function define(command: Command): void {
  command
    .option('-f, --file <file>', 'run the statements of a file; "-" is standard input')
    .addOption(
      new Option('--format <format>', 'form of the results').choices(RESULT_FORMATS).default('table'),
    )
    .option('--allow-files', 'let statements read and write files of this machine')
    .option('--no-pager', 'print long results on the terminal themselves')
    .addHelpText('after', HELP)
    .action(runSql);
}

async function runSql({ file, allowFiles: files, ...options }: Options): Promise<void> {
  const script = file ?? (process.stdin.isTTY ? undefined : '-');
  const sql = script === undefined ? undefined : await read(script);
  const lake = await openExistingLake();
  await withSession(lake, { files }, async (session) => {
    if (sql !== undefined) return runScript(session, splitStatements(sql), options);
    note(`${lake.store.location}: SHOW TABLES; lists what there is, Ctrl-D leaves.`);
    const names = lake.contracts.map(({ name }) => name);
    const history = new PromptHistory();
    await prompt({ input: process.stdin, output: process.stdout, names, history }, async (statements) => {
      await runScript(session, statements, options).catch(reportFailure);
      // That a statement failed was said; leaving the prompt is no failure.
      process.exitCode = undefined;
    });
  });
}

async function read(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SpymasterError('BadArgument', 'the script cannot be read', { file, found: code ?? message });
  }
}
