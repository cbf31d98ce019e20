/** `spymaster`: the one command line, put together from the commands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Help, type CommanderError } from 'commander';
import { COMMANDS, type CommandEntry } from './commands';
import { PROJECT_ROOT } from '../../infra/root';
import { asksForJson, failureLine } from './terminal/failure';
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
      outputError: (text, write) =>
        write(
          json
            ? `${failureLine('BadArgument', text.trim().replace(/^error: /, ''), { expected: HINT }, EXIT.usage)}\n`
            : `${text}${HINT}\n`,
        ),
    })
    .configureHelp({
      sortSubcommands: false,
      subcommandTerm: (command) => entries.get(command)?.usage ?? new Help().subcommandTerm(command),
    })
    .exitOverride(({ exitCode }: CommanderError) => process.exit(exitCode === 0 ? EXIT.ok : EXIT.usage));
  for (const entry of COMMANDS) {
    const [name] = entry.usage.split(' ');
    entries.set(program.command(name).description(entry.description), entry);
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

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  return `spymaster ${version}`;
}
