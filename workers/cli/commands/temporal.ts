/** `spymaster temporal ...`: the `temporal` command line, with this project's server and namespace. */
import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { knownLakeId } from '../../../lake/identity';
import { openLake } from '../openLake';
import { envFileFor } from '../../temporal/cliEnv';
import { connectConfig } from '../../temporal/connection';
import { requireListening } from '../../temporal/listening';
import { loadTemporalSettings } from '../../temporal/settings';
import { temporalProgram } from '../temporalProgram';

const NAME = 'temporal';

export function define(command: Command): void {
  command
    .argument('[args...]', 'arguments of `temporal`')
    .allowUnknownOption()
    .helpOption(false)
    // The arguments as they were typed: every option after the name is one of `temporal`.
    .action(() => passOn(process.argv.slice(process.argv.indexOf(NAME) + 1)));
}

const lakeOfConfig = async () => knownLakeId((await openLake()).store);

async function passOn(args: string[]): Promise<void> {
  const chosen = args.includes('--env-file') ? [] : ['--env-file', envFileFor(await lakeOfConfig())];
  const child = spawn(await temporalProgram(), [...chosen, ...args], { stdio: 'inherit' });
  // Ctrl-C reaches both processes; this one waits for the other to end.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve(code ?? 1));
  });
  process.off('SIGINT', ignore);
  if (process.exitCode === 0 || args[0] === 'server' || args.some((arg) => arg.startsWith('--address')))
    return;
  await requireListening(connectConfig(loadTemporalSettings()).connectionOptions.address);
}
