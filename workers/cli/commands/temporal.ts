/** `spymaster temporal ...`: the `temporal` command line, with this project's server and namespace. */
import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { knownLakeId } from '../../../lake/identity';
import { openLake } from '../openLake';
import { withApiKey } from '../../temporal/apiKey';
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

/** The program knows no vault: where a key is named there, it is told the key. */
async function environmentWithKey(): Promise<NodeJS.ProcessEnv> {
  const configured = connectConfig(loadTemporalSettings()).connectionOptions.apiKey;
  const { apiKey } = (await withApiKey(connectConfig(loadTemporalSettings()))).connectionOptions;
  return typeof apiKey === 'string' && apiKey !== configured
    ? { ...process.env, TEMPORAL_API_KEY: apiKey }
    : process.env;
}

async function passOn(args: string[]): Promise<void> {
  const env = await environmentWithKey();
  const chosen = args.includes('--env-file') ? [] : ['--env-file', envFileFor(await lakeOfConfig(), env)];
  const child = spawn(await temporalProgram(), [...chosen, ...args], { stdio: 'inherit', env });
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
