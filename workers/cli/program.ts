/** `spymaster`: the one command line, put together from the commands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Help, type CommanderError } from 'commander';
import { COMMANDS, type CommandEntry } from './commands';
import { PROJECT_ROOT } from '../../infra/root';
import { asksForJson, failureLine, hasLogged } from './terminal/failure';
import { EXIT } from './terminal/output';

const HINT = '(run with --help for the options)';

/**
 * The command line; a command's options are there once its file is loaded, which parsing does.
 * @param args what will be parsed: wrong use is told in JSON where they ask for it
 */
export function createProgram(args: readonly string[] = []): Command {
  const json = asksForJson(args);
  const entries = new Map<Command, CommandEntry>();
  const program = new Command('spymaster')
    .description('Rebuilds order books from every message and shows how the precedents of an approach ended.')
    // Options after a command's name belong to that command.
    .enablePositionalOptions()
    .version(versionOf(), '--version', 'print the version')
    .configureOutput({
      outputError: (text, write) => {
        const message = text.trim().replace(/^error: /, '');
        if (json) return write(`${failureLine('BadArgument', message, { expected: HINT }, EXIT.usage)}\n`);
        const name = processOf(program, args);
        if (name && hasLogged(name, 'fatal', { code: 'BadArgument', expected: HINT }, message)) return;
        write(`${text}${HINT}\n`);
      },
    })
    .configureHelp({
      sortSubcommands: false,
      subcommandTerm: (command) => entries.get(command)?.usage ?? new Help().subcommandTerm(command),
    })
    .exitOverride(({ exitCode }: CommanderError) => process.exit(exitCode === 0 ? EXIT.ok : EXIT.usage));
  for (const entry of COMMANDS) {
    entries.set(program.command(nameOf(entry)).description(entry.description), entry);
  }
  const load = (command: Command) => entries.get(command)?.load().define(command);
  program.hook('preSubcommand', (_, command) => load(command));
  // Commander's own `help COMMAND` would show a command that is not loaded yet.
  program
    .helpCommand(false)
    .command('help [command]')
    .description('display help for command')
    .action((name?: string) => {
      const command = name === undefined ? program : program.commands.find((found) => found.name() === name);
      if (!command) return program.help({ error: true });
      load(command);
      return command.help();
    });
  return program;
}

const nameOf = ({ usage }: CommandEntry): string => usage.split(' ')[0];

/**
 * The command whose process stays up, and logs, where arguments are of one; undefined where they ask it for something else.
 * @param program has been given them, so that the command is loaded
 */
export function processOf(program: Command, args: readonly string[]): string | undefined {
  const [name] = args;
  if (!COMMANDS.some((entry) => entry.staysUp && nameOf(entry) === name)) return undefined;
  const { commands } = program.commands.find((command) => command.name() === name)!;
  return commands.some((command) => args.includes(command.name())) ? undefined : name;
}

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  return `spymaster ${version}`;
}
