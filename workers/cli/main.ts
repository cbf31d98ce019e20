/** `spymaster`: the one command line. Each command lives in its own file under `commands/`. */
import { Command, type CommanderError } from 'commander';
import { COMMANDS } from './commands';
import { EXIT, reportFailure } from './output';

const program = new Command('spymaster')
  .description('Rebuilds order books from every message and shows how the precedents of an approach ended.')
  // What stands behind a command's name is that command's.
  .enablePositionalOptions()
  .showHelpAfterError('(run with --help for the options)')
  .configureHelp({ sortSubcommands: false })
  .exitOverride(({ exitCode }: CommanderError) => process.exit(exitCode === 0 ? EXIT.ok : EXIT.usage));

for (const register of COMMANDS) register(program);

// Whoever reads the output may have seen enough, as `head` does; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

program.parseAsync().catch(reportFailure);
