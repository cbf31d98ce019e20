/** `spymaster server`: the Temporal development server with its UI, and Event Hubs beside it. */
import { Argument, type Command } from 'commander';
import { SpymasterError } from '../../../graph/errors';
import { FAULTS, type FaultName } from '../../../infra/eventhubs/faultNames';
import { requestFault } from '../../../infra/eventhubs/faultNode';
import { stopRunningHubs, type RunningHubs } from '../../../infra/eventhubs/process';
import { readRunningServer, type RunningServer } from '../../../infra/temporal/serverFile';
import { stopRunningServer } from '../../../infra/temporal/devServer';
import { isServing } from '../../../infra/temporal/probe';
import { loadConfig } from '../../config';
import { runningHubs, startLocalHubs } from '../../eventHubs/localHubs';
import { configuredPlace } from '../../temporal/connection';
import { joinedNote, movedNote, startProjectServer } from '../../temporal/projectServer';
import { loadTemporalSettings } from '../../temporal/settings';
import { openLog } from '../../observing/log';
import type { PortChoice } from '../../observing/place';
import { metricsOption, wholeNumber } from '../arguments';
import { temporalProgram } from '../temporalProgram';
import { untilInterrupted } from '../terminal/interrupt';
import { EXIT, note, printJson } from '../terminal/output';

const NONE = 'No server of this project runs.';

export function define(server: Command): void {
  metricsOption(server).action(run);
  server
    .command('status')
    .description('Say whether it runs, and where. Exit code 1 when it does not.')
    .option('--json', 'print one JSON document')
    .action(status);
  server.command('stop').description('Stop it, whoever started it.').action(stop);
  server
    .command('fault')
    .description('Have Event Hubs fail on demand, to see what producers and consumers make of it.')
    .addArgument(new Argument('<fault>', 'what is to happen').choices(Object.keys(FAULTS)))
    .argument('[number]', 'how often, or for how long', wholeNumber, 1)
    .option('--hub <name>', 'of cut: connections that use this hub')
    .addHelpText('after', FAULT_HELP)
    .action(fault);
}

const FAULT_HELP = `
${Object.entries(FAULTS)
  .map(([name, meaning]) => `  ${name.padEnd(10)} ${meaning}`)
  .join('\n')}`;

async function fault(name: FaultName, amount: number, { hub }: { hub?: string }): Promise<void> {
  const hubs = runningHubs();
  if (!hubs) throw new SpymasterError('StoreUnavailable', 'No Event Hubs of this project run');
  await requestFault(hubs.connectionString, { fault: name, amount, ...(hub !== undefined && { hub }) });
}

async function run({ metricsPort }: { metricsPort?: PortChoice }): Promise<void> {
  const program = await temporalProgram();
  const config = loadConfig();
  const log = openLog('server');
  await untilInterrupted(async (signal) => {
    const server = await startProjectServer(program);
    const hubs = await startLocalHubs(config, metricsPort).catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    try {
      const places = {
        temporal: server.address,
        ui: server.uiUrl,
        hubs: hubs?.address,
        metrics: hubs?.metrics,
      };
      log.info({ ...places, words: placesOf(server, hubs) }, 'Temporal and Event Hubs serve.');
      for (const more of [movedNote(server), joinedNote(server)]) if (more) log.info(more);
      // Last: who reads the output knows by it that all has been said.
      log.info(joinedNote(server) === undefined ? 'Ctrl-C stops it.' : 'Ctrl-C stops this command alone.');
      const ended = [server.ended(signal).then(() => `The server at ${server.address}`)];
      if (hubs) ended.push(hubs.ended(signal).then(() => `Event Hubs at ${hubs.address}`));
      const what = await Promise.race(ended);
      if (!signal.aborted) throw new SpymasterError('StoreUnavailable', `${what} has ended`);
    } finally {
      await Promise.all([hubs?.stop(), server.stop()]);
    }
  });
}

const placesOf = (
  server: Pick<RunningServer, 'address' | 'uiUrl'>,
  hubs: Pick<RunningHubs, 'address' | 'metrics'> | undefined,
) =>
  [
    `Temporal  ${server.address}`,
    `UI        ${server.uiUrl}`,
    ...(hubs ? [`Hubs      ${hubs.address}`] : []),
    ...(hubs?.metrics === undefined ? [] : [`Metrics   ${hubs.metrics}`]),
  ].join('\n');

async function status({ json }: { json?: boolean }): Promise<void> {
  const running = await runningServer();
  const hubs = runningHubs();
  const eventHubs = hubs && { eventHubs: hubs };
  if (json) printJson(running ? { running: true, ...running, ...eventHubs } : { running: false });
  else note(running ? placesOf(running, hubs) : NONE);
  if (!running) process.exitCode = EXIT.failed;
}

async function stop(): Promise<void> {
  const running = await runningServer();
  const hubs = runningHubs();
  if (hubs) await stopRunningHubs(hubs.pid);
  if (running) await stopRunningServer(running.pid);
  note(running ? `Stopped ${running.address}.` : NONE);
}

/** The recorded server, if it answers: its process number may be another program's by now. */
async function runningServer(): Promise<RunningServer | undefined> {
  const recorded = readRunningServer();
  const { namespace } = configuredPlace(loadTemporalSettings());
  return recorded && (await isServing(recorded.address, namespace)) ? recorded : undefined;
}
