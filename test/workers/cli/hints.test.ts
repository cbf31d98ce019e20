/** Every command that is printed as a hint, or stands in the README, is one the command line takes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseBackfill } from '../../../activities/planning/requests';
import { PROJECT_ROOT } from '../../../infra/root';
import { COMMANDS } from '../../../workers/cli/commands';
import { createProgram } from '../../../workers/cli/program';

const SOURCES = ['graph', 'lake', 'activities', 'workflows', 'workers', 'infra'];

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));

/** Code without its comments: what is left may be printed. */
const printable = (text: string) => text.replaceAll(/\/\*\*[^]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');

const sources = SOURCES.flatMap((folder) => files(join(PROJECT_ROOT, folder))).map((file) => ({
  file: relative(PROJECT_ROOT, file),
  text: printable(readFileSync(file, 'utf8')),
}));

/** What a placeholder of a template stands for. */
const filled = (hint: string) =>
  hint
    .replaceAll(/\$\{[^}]*([dD]ate|start|end)[^}]*\}/g, '2024-03-05')
    .replaceAll(/\$\{(what|only|how)\}/g, '')
    .replaceAll(/\$\{[^}]*(product|symbol)[^}]*\}/g, 'ES')
    .replaceAll(/\$\{[^}]*\}/g, 'ESH4')
    .replaceAll(/\bDATE\b/g, '2024-03-05');

const printed = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/\.\/spymaster ((?:\$\{(?:[^{}]|\{[^{}]*\})*\}|"[^"]*"|[^`'"\\\n$])*)/g)].map(
    ([, hint]) => ({
      from: file,
      hint: filled(hint)
        .replace(/ > \S+$/, '')
        .trim(),
    }),
  ),
);

/** Commands of the README's code blocks, with the optional parts left out and the first of alternatives taken. */
const README = readFileSync(join(PROJECT_ROOT, 'README.md'), 'utf8');
const documented = [...README.matchAll(/^ *\.\/spymaster ((?:"[^"]*"|[^"\n])*)/gm)].map(([, line]) => ({
  from: 'README.md',
  hint: line
    .replace(/\s+#.*$/, '')
    .replace(/ > \S+$/, '')
    .replaceAll(/\s*\[[^\]]*\]/g, '')
    .replaceAll(/\b(\w+)(\|\w+)+/g, '$1')
    .replaceAll('...', '')
    .trim(),
}));

class Parsed extends Error {}

/** Parses as `spymaster` does, and stops short of doing it. */
async function parse(hint: string): Promise<void> {
  const args = [...hint.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word);
  const program = createProgram(args);
  program.hook('preAction', (_, command) => {
    // Whether a range is whole is known to the request, not to its options.
    if (command.name() === 'backfill' && command.parent === program) {
      const { symbol, contract, start, end, layers, reprocess } = command.opts();
      parseBackfill({ symbol, contract, start, end, layers, reprocess });
    }
    throw new Parsed();
  });
  const exit = jest.spyOn(process, 'exit').mockImplementation((code) => {
    throw code === 0 ? new Parsed() : new Error(`exit ${code}`);
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    throw new Error('no command was found');
  } catch (error) {
    if (!(error instanceof Parsed)) throw error;
  } finally {
    exit.mockRestore();
  }
}

beforeEach(() => {
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

test('hints were found', () => {
  expect(printed.length).toBeGreaterThan(25);
  expect(documented.length).toBeGreaterThan(25);
});

test.each([...printed, ...documented])('$from: $hint', async ({ hint }) => {
  await expect(parse(hint)).resolves.toBeUndefined();
});

test('no hint leaves out how the command is typed, nor lets npx fetch what a stranger calls spymaster', () => {
  const names = COMMANDS.map(({ usage }) => usage.split(' ')[0]).join('|');
  const bare = new RegExp(`(?<!\\./)\\bspymaster (${names})\\b`);
  const found = sources.filter(({ text }) => bare.test(text)).map(({ file }) => file);
  expect(found).toEqual([]);
  for (const { text } of [...sources, { text: README }]) expect(text).not.toContain('npx spymaster');
});
