/** Every command that is printed as a hint, or stands in the README, is one the command line takes. */
import { parseBackfill } from '../../../activities/planning/requests';
import { COMMANDS } from '../../../workers/cli/commands';
import { createProgram } from '../../../workers/cli/program';
import { README, documented, printed, sources, wordsOf } from '../../support/hints';

class Parsed extends Error {}

/** Parses as `spymaster` does, and stops short of doing it. */
async function parse(hint: string): Promise<void> {
  const args = wordsOf(hint);
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
