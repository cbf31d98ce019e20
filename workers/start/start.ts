/** The whole system in one go: server, UI, workers, and a demonstration the first time. */
import { partitionGrid } from '../../activities/planning/plan';
import type { DevServer } from '../../infra/temporal/devServer';
import { openLake } from '../cli/openLake';
import { printGrid } from '../cli/commands/partitions';
import type { StartOptions } from '../cli/commands/start';
import { temporalProgram } from '../cli/commands/temporal';
import { aborted, untilInterrupted } from '../cli/interrupt';
import { outcomesByLevel, printOutcomes } from '../cli/outcomes';
import { EXIT, note } from '../cli/output';
import { loadConfig, type Config } from '../config';
import { connectConfig } from '../temporal/connection';
import { movedNote, serverIsOurs, startProjectServer } from '../temporal/projectServer';
import { installRuntime, startWorkers, type RunningWorkers } from '../temporal/runWorkers';
import { loadTemporalSettings } from '../temporal/settings';
import { demonstrate } from './demonstration';

/** @throws SpymasterError what keeps the server or a worker from running */
export async function start({ once }: StartOptions): Promise<void> {
  const config = loadConfig();
  installRuntime('WARN');
  let server: DevServer | undefined;
  let workers: RunningWorkers | undefined;
  await untilInterrupted(async (signal) => {
    try {
      if (serverIsOurs()) server = await startProjectServer(await temporalProgram());
      // After the server: only then is known where it answers.
      const temporal = loadTemporalSettings();
      const { address } = connectConfig(temporal).connectionOptions;
      if (!signal.aborted) workers = await startWorkers({ role: 'all', config, temporal });
      note(`Temporal at ${address}, ${temporal.cpu.activities} stages at once, lake ${config.lake}`);

      await Promise.race([demonstrate(config, signal), workers?.ended]);
      if (!signal.aborted) await showResults(config);
      if (once || signal.aborted) return;
      showPlaces(server);
      await Promise.race([aborted(signal), workers?.ended]);
    } catch (error) {
      // What was under way says that it was interrupted.
      if (!signal.aborted) throw error;
    } finally {
      if (signal.aborted) {
        process.exitCode = EXIT.interrupted;
        note('\nStopping: what is being built has 10 s to finish.');
      }
      await workers?.stop();
      await server?.stop();
    }
  });
}

async function showResults(config: Config): Promise<void> {
  printGrid(await partitionGrid(config));
  process.stdout.write('\n');
  printOutcomes(await outcomesByLevel(await openLake(config)));
}

function showPlaces(server: DevServer | undefined): void {
  const { namespace } = loadTemporalSettings().env;
  note('\nRunning; Ctrl-C stops everything.');
  if (server) note(`  Temporal UI      ${server.uiUrl}/namespaces/${namespace}`);
  note('  Command line     npx spymaster --help');
  note("  Temporal's own   npx spymaster temporal workflow list");
  const moved = server && movedNote(server);
  if (moved) note(moved);
}
