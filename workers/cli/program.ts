/** `spymaster`: the one command line, put together from the commands. */
import { Command, Help, type CommanderError } from 'commander';
import { COMMANDS, type CommandEntry } from './commands';
import { EXIT } from './terminal/output';

/** The command line; a command's options are there once its file is loaded, which parsing does. */
export function createProgram(): Command {
  const entries = new Map<Command, CommandEntry>();
  const program = new Command('spymaster')
    .description('Rebuilds order books from every message and shows how the precedents of an approach ended.')
    // Options after a command's name belong to that command.
    .enablePositionalOptions()
    .showHelpAfterError('(run with --help for the options)')
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
