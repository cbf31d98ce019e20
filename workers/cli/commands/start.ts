/** `npm start`, or `spymaster start`: server, UI and workers on one machine, and a demonstration the first time. */
import type { Command } from 'commander';
import { modelCard } from '../../../activities/models/cards';
import { ModelRegistry } from '../../../activities/models/registry';
import { askPrecedents } from '../../../activities/precedents/askPrecedents';
import { HeldIndexes } from '../../../activities/precedents/heldIndexes';
import { partitionGrid } from '../../../activities/planning/partitionGrid';
import { builtDates, datesByData } from '../../../activities/reports/outcomes';
import { SpymasterError } from '../../../graph/errors';
import { gainText } from '../../../graph/models/gate';
import { versionText } from '../../../graph/models/registry/modelVersion';
import type { HubsProcess } from '../../../infra/eventhubs/process';
import type { DevServer } from '../../../infra/temporal/devServer';
import type { Lake } from '../../../lake/lake';
import { quote } from '../../../lake/parquet/engine';
import { demoConfig, loadConfig, type Config } from '../../config';
import { startLocalHubs } from '../../eventHubs/localHubs';
import { serveHere } from '../../gateway/openGateway';
import { openLog } from '../../observing/log';
import { connectConfig } from '../../temporal/connection';
import { joinedNote, movedNote, usesDevServer, startProjectServer } from '../../temporal/projectServer';
import { installRuntime, startWorkers, type RunningWorkers } from '../../temporal/runWorkers';
import { loadTemporalSettings } from '../../temporal/settings';
import { openLake, openLakeId, shortPath } from '../openLake';
import { demonstrate } from '../start/demonstration';
import { outcomesByLevel, printOutcomes } from '../summaries/outcomes';
import { printAnswer } from '../summaries/precedents';
import { printGrid } from '../summaries/partitionGrid';
import { temporalProgram } from '../temporalProgram';
import { aborted, untilInterrupted } from '../terminal/interrupt';
import { EXIT, note, noteFault, print } from '../terminal/output';

const HELP = `
The first time, ten small sessions are simulated, taken into the lake and built through Temporal, the last of them after it has been
followed live, from a gateway through the feed, the event hubs and a worker; later starts go on from there. They have a lake of their own, .spymaster/demo, unless SPYMASTER_LAKE or the configuration names one; nothing is simulated into
one that holds real data. With TEMPORAL_ADDRESS set, the workers serve that server and none is started. Ctrl-C stops everything in order.`;

export function define(command: Command): void {
  command
    .option('--once', 'end when the demonstration has been shown')
    .option('--again', 'follow the last session live once more')
    .addHelpText('after', HELP)
    .action(start);
}

async function start({ once, again = false }: { once?: boolean; again?: boolean }): Promise<void> {
  const config = demoConfig(loadConfig());
  installRuntime('WARN', openLog('start'));
  let server: DevServer | undefined;
  let hubs: HubsProcess | undefined;
  let workers: RunningWorkers | undefined;
  let gateway: Awaited<ReturnType<typeof serveHere>> | undefined;
  const over = new AbortController();
  await untilInterrupted(async (signal) => {
    try {
      if (usesDevServer()) server = await startProjectServer(await temporalProgram());
      hubs = await startLocalHubs(config);
      // After the server: only then is known where it answers.
      const temporal = loadTemporalSettings();
      const { address } = connectConfig(temporal).connectionOptions;
      if (!signal.aborted) workers = await startWorkers({ role: 'all', config, temporal });
      note(
        `Temporal at ${address}, ${temporal.cpu.activities} stages at once, lake ${await openLakeId(config)} (${config.lake})`,
      );

      const ended = Promise.race([workers?.ended ?? aborted(over.signal), serverEnds(server, over.signal)]);
      ended.catch(() => {});
      await Promise.race([demonstrate(config, { again }, signal), ended]);
      if (!signal.aborted) {
        await showResults(config);
        showHowToAsk(config);
      }
      if (once || signal.aborted) return;
      gateway = await serveHere(config, await openLake(config), noteFault);
      showPlaces(server, hubs, gateway.address);
      await Promise.race([aborted(signal), ended]);
    } catch (error) {
      // Work cut short by the signal throws that it was cancelled.
      if (!signal.aborted) throw error;
    } finally {
      over.abort();
      if (signal.aborted) {
        process.exitCode = EXIT.interrupted;
        note('\nStopping: what is being built has 10 s to finish.');
      }
      await gateway?.close();
      await workers?.stop();
      await Promise.all([hubs?.stop(), server?.stop()]);
    }
  });
}

/** Settles with the signal; without its server nothing here could go on. */
async function serverEnds(server: DevServer | undefined, signal: AbortSignal): Promise<void> {
  await (server ? server.ended(signal) : aborted(signal));
  if (!signal.aborted)
    throw new SpymasterError('StoreUnavailable', `The server at ${server?.address} has ended`);
}

/** A lake of several settings, or of an older table of features, answers some questions no more. */
const UNANSWERED: readonly string[] = ['BadArgument', 'NoInput'];

async function showResults(config: Config): Promise<void> {
  printGrid(await partitionGrid(config));
  print('\n');
  try {
    const lake = await openLake(config);
    printOutcomes(await outcomesByLevel(lake), await datesByData(lake, {}));
    await showPrecedents(lake, config);
    await showModel(lake);
  } catch (error) {
    // Everything else goes on.
    if (!(error instanceof SpymasterError && UNANSWERED.includes(error.code))) throw error;
    note(error.message);
  }
}

/** First approaches of the last session of a lake that are shown with their precedents. */
const SHOWN_APPROACHES = 2;

async function showPrecedents(lake: Lake, { features }: Config): Promise<void> {
  const last = (await builtDates(lake, {})).at(-1);
  if (!last) return;
  const first = await lake.query(
    `SELECT episode_id FROM gold.episodes WHERE contract = ${quote(last.contract)} AND trade_date = ${quote(last.tradeDate)}
     ORDER BY touch_ts, episode_id LIMIT ${SHOWN_APPROACHES}`,
  );
  const indexes = new HeldIndexes(lake, features);
  for (const { episode_id: episode } of first) {
    print('\n');
    printAnswer(await askPrecedents(lake, { episode: episode as string }, indexes), []);
  }
}

async function showModel(lake: Lake): Promise<void> {
  const registry = new ModelRegistry(lake);
  const record = (await registry.list()).at(-1);
  if (!record) return;
  const { headline, comparisons } = await modelCard(registry, record);
  print(`\n${versionText(record)} of ${record.product}: ${headline}\n`);
  for (const compared of comparisons) print(`  over the ${compared.against}: ${gainText(compared)}\n`);
  print(`  \`./spymaster models card ${versionText(record)}\` tells the rest.\n`);
}

/** Other commands are on the lake of the configuration. */
function showHowToAsk({ lake }: Config): void {
  if (lake !== loadConfig().lake)
    note(`\nTo ask this lake more: SPYMASTER_LAKE=${shortPath(lake)} ./spymaster outcomes`);
}

function showPlaces(server: DevServer | undefined, hubs: HubsProcess | undefined, application: string): void {
  const { namespace } = loadTemporalSettings().env;
  const joined = server && joinedNote(server);
  note(
    joined
      ? `\nRunning. ${joined} Of this process are the workers of its lake, which Ctrl-C stops.`
      : '\nRunning; Ctrl-C stops everything.',
  );
  note(`  In a browser     ${application}`);
  if (server) note(`  Temporal UI      ${server.uiUrl}/namespaces/${namespace}`);
  if (hubs)
    note(
      `  Event Hubs       ${hubs.address}; \`./spymaster server status --json\` has the connection string`,
    );
  note('  Command line     ./spymaster --help');
  note("  Temporal's own   ./spymaster temporal workflow list");
  const moved = server && movedNote(server);
  if (moved) note(moved);
}
