/** `spymaster worker`: a worker process. More of them, here or elsewhere, do more at once. */
import { Option, type Command } from 'commander';
import { loadConfig } from '../../config';
import { keepServing } from '../../temporal/keepServing';
import { ROLES, installRuntime, type Role, type RunningWorkers } from '../../temporal/runWorkers';
import { loadTemporalSettings } from '../../temporal/settings';
import { untilInterrupted } from '../terminal/interrupt';
import { note } from '../terminal/output';

interface Options {
  role: Role;
  log: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
}

export function define(command: Command): void {
  command
    .addOption(
      new Option('--role <role>', 'control: workflows and planning; cpu: stages; all: both')
        .choices(ROLES)
        .default('all'),
    )
    .addOption(
      new Option('--log <level>', 'least level of the log on stderr')
        .choices(['DEBUG', 'INFO', 'WARN', 'ERROR'])
        .default('INFO'),
    )
    .action(run);
}

async function run({ role, log }: Options): Promise<void> {
  const config = loadConfig();
  const temporal = loadTemporalSettings();
  installRuntime(log);
  const { activities } = temporal.cpu;
  const onServing = ({ address, lake }: RunningWorkers) =>
    note(
      `Worker ${role} of ${address}: ${activities} stages at once, lake ${lake.id} (${lake.folder}). Ctrl-C stops it.`,
    );
  const onStage = ['DEBUG', 'INFO'].includes(log)
    ? (line: string) => note(`${new Date().toISOString()} ${line}`)
    : undefined;
  const onAway = (address: string) =>
    note(`The server at ${address} does not answer: waiting for it, for a minute at most.`);
  const onBack = (address: string) => note(`The server at ${address} answers again.`);
  await untilInterrupted((signal) => {
    signal.addEventListener('abort', () => note('Stopping: what is being built has 10 s to finish.'));
    return keepServing({ role, config, temporal, onStage }, { signal, onServing, onAway, onBack });
  });
}
