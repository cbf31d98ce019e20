/** SQL typed line by line: a statement runs at its semicolon. */
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { HISTORY_LINES, type PromptHistory } from './history';
import { splitStatements, type Statement } from '../../../lake/query/statements';

const PROMPT = 'spymaster> ';
const MORE = '       ... ';
const LEAVE = /^\s*(\.quit|\.exit|\\q|quit|exit)\s*;?\s*$/i;

export interface PromptOptions {
  readonly input: Readable & { isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly output: Writable;
  /** Names that a tabulator completes. */
  readonly names: readonly string[];
  /** What was typed before, and where what is typed now goes. */
  readonly history?: PromptHistory;
}

/**
 * Asks for statements until the input ends or the user leaves. Ctrl-C drops what was typed.
 * @param run runs statements; it reports its own failures, which do not end the prompt
 */
export async function prompt(
  { input, output, names, history }: PromptOptions,
  run: (statements: Statement[]) => Promise<void>,
): Promise<void> {
  const lines = createInterface({
    input,
    output,
    terminal: input.isTTY ?? false,
    completer: (line: string) => completions(line, names),
    history: history?.lines(),
    historySize: HISTORY_LINES,
    removeHistoryDuplicates: true,
  });
  // The latest is the first.
  lines.on('history', ([line]: string[]) => history?.add(line));
  let typed = '';
  let closed = false;
  lines.once('close', () => (closed = true));
  const ask = () => {
    if (closed) return;
    lines.setPrompt(typed === '' ? PROMPT : MORE);
    lines.prompt();
  };
  lines.on('SIGINT', () => {
    typed = '';
    output.write('\n');
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
    ask();
  });
  // Before the first question: its answer may come at once.
  const answers = lines[Symbol.asyncIterator]();
  ask();
  for await (const line of answers) {
    if (typed === '' && LEAVE.test(line)) break;
    typed += `${line}\n`;
    const statements = splitStatements(typed);
    if (statements.every(({ ended }) => ended)) {
      typed = '';
      if (statements.length > 0) await outsideOf(lines, input, () => run(statements));
    }
    ask();
  }
  if (closed) output.write('\n');
  else lines.close();
}

/** While a statement runs, the terminal is its own: Ctrl-C is a signal again, and a pager may read keys. */
async function outsideOf(
  lines: Interface,
  input: PromptOptions['input'],
  work: () => Promise<void>,
): Promise<void> {
  lines.pause();
  if (input.isTTY) input.setRawMode?.(false);
  try {
    await work();
  } finally {
    if (input.isTTY) input.setRawMode?.(true);
  }
}

function completions(line: string, names: readonly string[]): [string[], string] {
  const [word] = /[\w.]*$/.exec(line)!;
  return [word === '' ? [] : names.filter((name) => name.startsWith(word)), word];
}
