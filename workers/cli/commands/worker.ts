/** `spymaster worker`: a worker process. More of them, here or elsewhere, do more at once. */
import { Option, type Command } from 'commander';
import { aborted, untilInterrupted } from '../interrupt';
import { note } from '../output';

interface Options {
  role: 'control' | 'cpu' | 'all';
  log: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
}

export function registerWorker(program: Command): void {
  program
    .command('worker')
    .description('Run a worker until Ctrl-C; what it was doing is then done again by the next one.')
    .addOption(
      new Option('--role <role>', 'control: workflows and planning; cpu: stages; all: both')
        .choices(['control', 'cpu', 'all'])
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
  const { installRuntime, startWorkers } =
    require('../../temporal/runWorkers') as typeof import('../../temporal/runWorkers');
  const { loadTemporalSettings } =
    require('../../temporal/settings') as typeof import('../../temporal/settings');
  const { loadConfig } = require('../../config') as typeof import('../../config');
  const config = loadConfig();
  const temporal = loadTemporalSettings();
  installRuntime(log);
  const workers = await startWorkers({ role, config, temporal });
  note(`Worker ${role}: ${temporal.cpu.activities} stages at once, lake ${config.lake}. Ctrl-C stops it.`);
  await untilInterrupted(async (signal) => {
    await Promise.race([aborted(signal), workers.ended]);
    if (signal.aborted) note('Stopping: what is being built has 10 s to finish.');
    await workers.stop();
  });
}
