import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { HISTORY_LINES, historyFile, PromptHistory } from '../../../../workers/cli/sql/history';
import { prompt } from '../../../../workers/cli/sql/prompt';
import { temporaryFolder } from '../../../support/lake';

const modeOf = (path: string) => statSync(path).mode & 0o777;

test('is in the state folder of the user', () => {
  expect(historyFile({ XDG_STATE_HOME: '/state' })).toBe('/state/spymaster/sql-history');
  expect(historyFile({})).toMatch(/\/\.local\/state\/spymaster\/sql-history$/);
});

test('lines come back to the next prompt, the latest first and each once', () => {
  const file = join(temporaryFolder(), 'state', 'sql-history');
  const history = new PromptHistory(file);
  expect(history.lines()).toEqual([]);
  for (const line of ['SELECT 1;', 'SHOW TABLES;', '  ', 'SELECT 1;']) history.add(line);
  expect(new PromptHistory(file).lines()).toEqual(['SELECT 1;', 'SHOW TABLES;']);
});

test('only the user can read it, even where the file was there before', () => {
  const folder = join(temporaryFolder(), 'state');
  const file = join(folder, 'sql-history');
  new PromptHistory(file).add('SELECT 1;');
  expect([modeOf(folder), modeOf(file)]).toEqual([0o700, 0o600]);
  const open = join(temporaryFolder(), 'sql-history');
  writeFileSync(open, 'SELECT 0;\n', { mode: 0o644 });
  new PromptHistory(open).add('SELECT 1;');
  expect(modeOf(open)).toBe(0o600);
});

test('it is cut to the latest lines', () => {
  const file = join(temporaryFolder(), 'sql-history');
  const typed = Array.from({ length: 2 * HISTORY_LINES + 1 }, (_, k) => `SELECT ${k};`);
  writeFileSync(file, `${typed.join('\n')}\n`);
  const latest = typed.slice(-HISTORY_LINES);
  expect(new PromptHistory(file).lines()).toEqual(latest.toReversed());
  expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toEqual(latest);
  expect(modeOf(file)).toBe(0o600);
});

test('where it cannot be written that is said once, and the prompt goes on', () => {
  const file = join(temporaryFolder(), 'sql-history');
  mkdirSync(file);
  const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const history = new PromptHistory(file);
  history.add('SELECT 1;');
  history.add('SELECT 2;');
  expect(said.mock.calls.map(([text]) => String(text))).toEqual([expect.stringContaining(file)]);
  said.mockRestore();
});

/** Types at a terminal, each text once the prompt asks. */
async function typeAt(file: string, ...texts: string[]): Promise<string[]> {
  const [input, output] = [Object.assign(new PassThrough(), { isTTY: true }), new PassThrough()];
  output.setEncoding('utf8').on('data', (shown: string) => {
    if (shown.includes('spymaster> ') && texts.length > 0) input.write(texts.shift()!);
  });
  const ran: string[] = [];
  await prompt({ input, output, names: [], history: new PromptHistory(file) }, (statements) => {
    ran.push(...statements.map(({ text }) => text));
    return Promise.resolve();
  });
  return ran;
}

test('an arrow up at a new prompt brings back what was typed at the last', async () => {
  const file = join(temporaryFolder(), 'sql-history');
  expect(await typeAt(file, 'SELECT 42;\r', 'exit\r')).toEqual(['SELECT 42']);
  expect(await typeAt(file, '\x1b[A\x1b[A\r', 'exit\r')).toEqual(['SELECT 42']);
});
