/** `spymaster server`: the Temporal development server with its UI, alone. */
import type { Command } from 'commander';
import { SpymasterError } from '../../../graph/errors';
import { readRunningServer, type RunningServer } from '../../../infra/temporal/serverFile';
import { stopRunningServer } from '../../../infra/temporal/devServer';
import { isServing } from '../../../infra/temporal/probe';
import { configuredPlace } from '../../temporal/connection';
import { joinedNote, movedNote, startProjectServer } from '../../temporal/projectServer';
import { loadTemporalSettings } from '../../temporal/settings';
import { temporalProgram } from '../temporalProgram';
import { untilInterrupted } from '../terminal/interrupt';
import { EXIT, note, printJson } from '../terminal/output';

const NONE = 'No server of this project runs.';

export function define(server: Command): void {
  server.action(run);
  server
    .command('status')
    .description('Say whether it runs, and where. Exit code 1 when it does not.')
    .option('--json', 'print one JSON document')
    .action(status);
  server.command('stop').description('Stop it, whoever started it.').action(stop);
}

async function run(): Promise<void> {
  const program = await temporalProgram();
  await untilInterrupted(async (signal) => {
    const server = await startProjectServer(program);
    note(`Temporal  ${server.address}\nUI        ${server.uiUrl}`);
    for (const more of [movedNote(server), joinedNote(server)]) if (more) note(more);
    // Last: who reads the output knows by it that all has been said.
    note('Ctrl-C stops it.');
    await server.ended(signal);
    if (!signal.aborted)
      throw new SpymasterError('StoreUnavailable', `The server at ${server.address} has ended`);
    await server.stop();
  });
}

async function status({ json }: { json?: boolean }): Promise<void> {
  const running = await runningServer();
  if (json) printJson(running ? { running: true, ...running } : { running: false });
  else note(running ? `Temporal  ${running.address}\nUI        ${running.uiUrl}` : NONE);
  if (!running) process.exitCode = EXIT.failed;
}

async function stop(): Promise<void> {
  const running = await runningServer();
  if (running) await stopRunningServer(running.pid);
  note(running ? `Stopped ${running.address}.` : NONE);
}

/** The recorded server, if it answers: its process number may be another program's by now. */
async function runningServer(): Promise<RunningServer | undefined> {
  const recorded = readRunningServer();
  const { namespace } = configuredPlace(loadTemporalSettings());
  return recorded && (await isServing(recorded.address, namespace)) ? recorded : undefined;
}
