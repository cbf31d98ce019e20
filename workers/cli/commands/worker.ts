/** `spymaster worker`: a worker process. More of them, here or elsewhere, do more at once. */
import { Option, type Command } from 'commander';
import type { Ended } from '../../../activities/pool/activity';
import { SpymasterError } from '../../../graph/errors';
import { loadConfig } from '../../config';
import { openLog } from '../../observing/log';
import { whileObserved } from '../../observing/observe';
import { metricsPlace, type PortChoice } from '../../observing/place';
import { compiledBuild } from '../../temporal/build';
import { keepServing } from '../../temporal/keepServing';
import { ROLES, installRuntime, type Role, type RunningWorkers } from '../../temporal/runWorkers';
import { sdkMetrics } from '../../temporal/sdkMetrics';
import { loadTemporalSettings } from '../../temporal/settings';
import { observeWorker } from '../../temporal/workerMetrics';
import { metricsOption } from '../arguments';
import { untilInterrupted } from '../terminal/interrupt';

interface Options {
  role: Role;
  log: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  versioned?: boolean;
  metricsPort?: PortChoice;
}

export function define(command: Command): void {
  command
    .addOption(
      new Option(
        '--role <role>',
        'control: workflows and planning; cpu: stages; live: sessions that are followed; all: everything',
      )
        .choices(ROLES)
        .default('all'),
    )
    .addOption(
      new Option('--log <level>', 'least level of the log on stderr')
        .choices(['DEBUG', 'INFO', 'WARN', 'ERROR'])
        .default('INFO'),
    )
    .option('--versioned', 'take what this build was promoted for alone: `./spymaster versions --help`')
    .action(run);
  metricsOption(command);
}

async function run({ role, log: level, versioned, metricsPort }: Options): Promise<void> {
  const config = loadConfig();
  const temporal = loadTemporalSettings();
  const place = metricsPlace('worker', config.metrics, metricsPort);
  const sdk = place && (await sdkMetrics());
  const log = openLog('worker', level === 'DEBUG' ? 'debug' : undefined);
  installRuntime(level, log, sdk?.telemetry);
  const { registry, onStage: count } = observeWorker(config, temporal);
  const { activities } = temporal.cpu;
  const onServing = ({ address, lake }: RunningWorkers) =>
    log.info(
      { role, address, lake: lake.id, folder: lake.folder, activities },
      `Worker ${role} of ${address}: ${activities} stages at once, lake ${lake.id} (${lake.folder}). Ctrl-C stops it.`,
    );
  const tells = ['DEBUG', 'INFO'].includes(level);
  const onStage = (ended: Ended) => {
    count(ended);
    if (!tells) return;
    const { line, about, status, rows, seconds } = ended;
    log.info({ ...about, status, rows, seconds, words: `${new Date().toISOString()} ${line}` }, line);
  };
  const onAway = (address: string) =>
    log.warn({ address }, `The server at ${address} does not answer: waiting for it, for a minute at most.`);
  const onBack = (address: string) => log.info({ address }, `The server at ${address} answers again.`);
  const setup = {
    role,
    config,
    temporal,
    onStage,
    registry,
    ...(versioned && { versionedAs: requireBuild() }),
  };
  await untilInterrupted((signal) => {
    signal.addEventListener('abort', () => log.info('Stopping: what is being built has 10 s to finish.'));
    const serve = () => keepServing(setup, { signal, onServing, onAway, onBack });
    return whileObserved('worker', registry, place, log, serve, sdk && [sdk.read]);
  });
  // A client of Event Hubs that lost its place may leave a timer of three quarters of an hour behind.
  process.exit();
}

function requireBuild(): string {
  const build = compiledBuild();
  if (build !== undefined) return build;
  throw new SpymasterError('BadConfig', 'Nothing is compiled here that could be a version', {
    field: '--versioned',
    expected: '`npm run build`',
  });
}
