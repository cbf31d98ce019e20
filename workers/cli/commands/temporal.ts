/** `spymaster temporal ...`: the `temporal` command line, with this project's server and namespace. */
import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { SpymasterError } from '../../../graph/errors';
import { findTemporal, obtainTemporal } from '../../../infra/temporal/cli';
import { note } from '../output';

const NAME = 'temporal';

export function registerTemporal(program: Command): void {
  program
    .command(NAME)
    .description('Run the `temporal` command line on this server: `spymaster temporal workflow list`.')
    .argument('[args...]', 'what `temporal` shall do')
    .allowUnknownOption()
    .helpOption(false)
    // The arguments as they were typed: all options behind the name are `temporal`'s own.
    .action(() => passOn(process.argv.slice(process.argv.indexOf(NAME) + 1)));
}

async function passOn(args: string[]): Promise<void> {
  const { envFileFor } = require('../../temporal/cliEnv') as typeof import('../../temporal/cliEnv');
  const chosen = args.includes('--env-file') ? [] : ['--env-file', envFileFor()];
  const child = spawn(await temporalProgram(), [...chosen, ...args], { stdio: 'inherit' });
  // A terminal tells both of Ctrl-C; this process waits for what the other makes of it.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve(code ?? 1));
  });
  process.off('SIGINT', ignore);
}

/** @throws SpymasterError BadConfig saying what to install when there is none and none can be had */
export async function temporalProgram(): Promise<string> {
  try {
    const found = findTemporal() ?? (await obtainTemporal({ report: (state) => note(`temporal: ${state}`) }));
    return found.path;
  } catch (error) {
    throw new SpymasterError('BadConfig', error instanceof Error ? error.message : String(error));
  }
}
