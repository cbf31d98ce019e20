import { PassThrough } from 'node:stream';
import { prompt } from '../../../../workers/cli/sql/prompt';

/** What runs when something is typed. */
async function typed(...lines: string[]): Promise<{ ran: string[][] }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const ran: string[][] = [];
  input.end(lines.map((line) => `${line}\n`).join(''));
  await prompt({ input, output, names: [] }, async (statements) => {
    // Something is typed while a statement runs.
    await new Promise(setImmediate);
    ran.push(statements.map((statement) => statement.text));
  });
  return { ran };
}

it('runs a statement at its semicolon, over any number of lines, and all of a line', async () => {
  const { ran } = await typed('SELECT 1;', 'SELECT', "  ';'", ';', '', 'SELECT 2; SELECT 3;', 'SELECT 4');
  expect(ran).toEqual([['SELECT 1'], ["SELECT\n  ';'"], ['SELECT 2', 'SELECT 3']]);
});

it('waits where a literal goes on behind a semicolon', async () => {
  expect((await typed("SELECT 'a;", "b';")).ran).toEqual([["SELECT 'a;\nb'"]]);
});

it.each(['exit', 'quit;', '\\q', '.quit', ' EXIT '])('is left by %s', async (word) => {
  expect((await typed('SELECT 1;', word, 'SELECT 2;')).ran).toEqual([['SELECT 1']]);
});

it('asks on after nothing but a comment', async () => {
  expect((await typed('-- a comment;', ';', 'SELECT 1;')).ran).toEqual([['SELECT 1']]);
});

it('asks otherwise for the rest of a statement, and anew after each', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const lines = ['SELECT', '1;', 'SELECT 2;', 'exit'];
  const asked: string[] = [];
  output.setEncoding('utf8').on('data', (question: string) => {
    asked.push(question);
    input.write(`${lines.shift()}\n`);
  });
  await prompt({ input, output, names: [] }, () => Promise.resolve());
  expect(asked).toEqual(['spymaster> ', '       ... ', 'spymaster> ', 'spymaster> ']);
});

/** What runs at a terminal when each text is typed once another has been shown. */
async function dialogue(...steps: [shown: string, typed: string][]): Promise<string[]> {
  const [input, output] = [Object.assign(new PassThrough(), { isTTY: true }), new PassThrough()];
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (steps.length === 0 || !shown.includes(steps[0][0])) return;
    shown = '';
    input.write(steps.shift()![1]);
  });
  const ran: string[] = [];
  await prompt({ input, output, names: ['gold.episodes', 'gold.outcomes'] }, (statements) => {
    ran.push(...statements.map(({ text }) => text));
    return Promise.resolve();
  });
  return ran;
}

it('drops on Ctrl-C what was typed, of earlier lines too', async () => {
  const ran = await dialogue(
    ['spymaster> ', 'SELECT 1,\n'],
    ['... ', 'SELECT 2'],
    ['SELECT 2', '\u0003'],
    ['spymaster> ', 'FROM x;\n'],
    ['spymaster> ', 'exit\n'],
  );
  expect(ran).toEqual(['FROM x']);
});

it('completes names of tables on a tabulator', async () => {
  const ran = await dialogue(['spymaster> ', 'FROM gold.e\t'], ['pisodes', ';\n'], ['spymaster> ', 'exit\n']);
  expect(ran).toEqual(['FROM gold.episodes']);
});
