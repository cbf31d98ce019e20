import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Help } from 'commander';
import { PROJECT_ROOT } from '../../../infra/root';
import { COMMANDS } from '../../../workers/cli/commands';
import { spymasterHere } from '../../support/spymaster';

const nameOf = (usage: string) => usage.split(' ')[0];
const README = readFileSync(join(PROJECT_ROOT, 'README.md'), 'utf8');

test('--help lists every command with its description', async () => {
  const { stdout, code } = await spymasterHere('--help');
  const text = stdout.replaceAll(/\s+/g, ' ');
  for (const { usage, description } of COMMANDS) expect(text).toContain(` ${usage} ${description} `);
  expect(code).toBe(0);
});

describe.each(COMMANDS)('$usage', ({ usage, description, load }) => {
  const name = nameOf(usage);

  test('takes the arguments and options that the list of commands shows', () => {
    const command = new Command(name);
    load().define(command);
    expect(new Help().subcommandTerm(command)).toBe(usage);
  });

  test('explains itself, and is in the README', async () => {
    const { stdout, code } = await spymasterHere('help', name);
    expect(stdout).toContain(`Usage: spymaster ${name} `);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(description);
    expect(code).toBe(0);
    // The options of `temporal` are all its own.
    if (name !== 'temporal') expect((await spymasterHere(name, '--help')).stdout).toBe(stdout);
    expect(README).toMatch(new RegExp(`(spymaster|npm)\\s+${name}\\b`));
  });
});

test('a command there is not is wrong use, with a hint', async () => {
  expect(await spymasterHere('nonsense')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/unknown command 'nonsense'[^]*--help/),
  });
  expect((await spymasterHere('help', 'nonsense')).code).toBe(2);
  expect((await spymasterHere('features', '--nonsense')).code).toBe(2);
});

test('the program in the clone is the one `npm link` puts on the PATH', () => {
  const { bin } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
  };
  expect(realpathSync(join(PROJECT_ROOT, 'spymaster'))).toBe(realpathSync(join(PROJECT_ROOT, bin.spymaster)));
});
