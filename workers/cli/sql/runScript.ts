/** An SQL script on the lake: the result of each statement is printed, one after the other. */
import { SpymasterError } from '../../../graph/errors';
import type { QuerySession } from '../../../lake/query/query';
import type { Statement } from '../../../lake/query/statements';
import { untilInterrupted } from '../terminal/interrupt';
import { printResult, type ResultFormat } from '../terminal/resultPrinter';
import { pager, pagerCommand, standardOutput, type TextOutput } from '../terminal/textOutput';

export interface ScriptOptions {
  readonly format: ResultFormat;
  /** Whether long results go to the pager of a terminal. */
  readonly pager: boolean;
}

/**
 * Runs statements until one fails. As JSON the result of one statement is an array of rows, of several an array of such.
 * @throws SpymasterError of the statement that failed, with its line where there are several; Cancelled after Ctrl-C
 */
export async function runScript(
  session: QuerySession,
  statements: readonly Statement[],
  { format, pager: paged }: ScriptOptions,
): Promise<void> {
  if (statements.length === 0) throw new SpymasterError('BadArgument', 'there is no statement to run');
  if (format === 'arrow') requireOneReader(statements);
  const command = paged && format === 'table' ? pagerCommand() : undefined;
  const output = command === undefined ? standardOutput : pager(command);
  try {
    await untilInterrupted((signal) => printAll(session, statements, format, output, signal));
  } finally {
    await output.end();
  }
}

/** @throws SpymasterError BadArgument where an Arrow stream would be read by nobody, or several be one behind another */
function requireOneReader(statements: readonly Statement[]): void {
  const field = '--format';
  if (process.stdout.isTTY)
    throw new SpymasterError('BadArgument', 'Arrow IPC is for programs', {
      field,
      expected: '> FILE, or | PROGRAM',
    });
  if (statements.length > 1)
    throw new SpymasterError('BadArgument', `${statements.length} results are not one Arrow stream`, {
      field,
      expected: 'one statement',
    });
}

/** What stands before the first result of several, between two, and after the last. */
const AROUND: Record<ResultFormat, readonly [first: string, between: string, last: string]> = {
  table: ['', '\n', ''],
  csv: ['', '\n', ''],
  ndjson: ['', '', ''],
  json: ['[\n', ',\n', ']\n'],
  arrow: ['', '', ''],
};

async function printAll(
  session: QuerySession,
  statements: readonly Statement[],
  format: ResultFormat,
  output: TextOutput,
  signal: AbortSignal,
): Promise<void> {
  const several = statements.length > 1;
  const [first, between, last] = several ? AROUND[format] : ['', '', ''];
  let before = first;
  for (const { text, line } of statements) {
    let begun = false;
    const apart: TextOutput = {
      ...output,
      write: (more) => {
        const gap = begun ? '' : before;
        begun = true;
        return output.write(typeof more === 'string' ? gap + more : more);
      },
    };
    try {
      await printResult(format, (sink) => session.run(text, sink, signal), apart);
    } catch (error) {
      throw several ? withLine(error, line) : error;
    }
    if (begun) before = between;
  }
  if (last !== '') await output.write(before === first ? first + last : last);
}

const withLine = (error: unknown, line: number): unknown =>
  error instanceof SpymasterError && error.code !== 'Cancelled'
    ? new SpymasterError(error.code, error.message, { line, ...error.details }, { cause: error })
    : error;
