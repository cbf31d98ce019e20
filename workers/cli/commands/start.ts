/** `npm start`, or `spymaster start`: server, UI and workers on one machine, and a demonstration the first time. */
import type { Command } from 'commander';
import { foremost, modelCard } from '../../../activities/models/cards';
import { ModelRegistry } from '../../../activities/models/registry';
import { askPrecedents } from '../../../activities/precedents/askPrecedents';
import { HeldIndexes } from '../../../activities/precedents/heldIndexes';
import { partitionGrid } from '../../../activities/planning/partitionGrid';
import { builtDates, datesByData } from '../../../activities/reports/outcomes';
import { SpymasterError } from '../../../graph/errors';
import { versionText } from '../../../graph/models/registry/modelVersion';
import type { HubsProcess } from '../../../infra/eventhubs/process';
import type { DevServer } from '../../../infra/temporal/devServer';
import type { Lake } from '../../../lake/lake';
import { quote } from '../../../lake/parquet/engine';
import { demoConfig, loadConfig, type Config } from '../../config';
import { startLocalHubs } from '../../eventHubs/localHubs';
import { serveHere } from '../../gateway/openGateway';
import { faultsOf, openLog, type Log } from '../../observing/log';
import { whileObserved } from '../../observing/observe';
import { metricsPlace, type PortChoice } from '../../observing/place';
import { comparisonText } from '../../report/modelFacts';
import { connectConfig } from '../../temporal/connection';
import { joinedNote, movedNote, usesDevServer, startProjectServer } from '../../temporal/projectServer';
import { installRuntime, startWorkers, type RunningWorkers } from '../../temporal/runWorkers';
import { sdkMetrics } from '../../temporal/sdkMetrics';
import { loadTemporalSettings } from '../../temporal/settings';
import { observeWorker } from '../../temporal/workerMetrics';
import { metricsOption } from '../arguments';
import { openLake, openLakeId, shortPath } from '../openLake';
import { demonstrate } from '../start/demonstration';
import { openBrowser } from '../start/openBrowser';
import { outcomesByLevel, printOutcomes } from '../summaries/outcomes';
import { printAnswer } from '../summaries/precedents';
import { printGrid } from '../summaries/partitionGrid';
import { temporalProgram } from '../temporalProgram';
import { aborted, untilInterrupted } from '../terminal/interrupt';
import { EXIT, note, print } from '../terminal/output';

const HELP = `
The first time, ten small sessions are simulated, taken into the lake and built through Temporal, the last of them after it has been
followed live, from a gateway through the feed, the event hubs and a worker; later starts go on from there. They have a lake of their
own, .spymaster/demo, unless SPYMASTER_LAKE or the configuration names one; nothing is simulated into one that holds real data. The
application shows the session as it is followed, and plays it back later; where there is a desktop, it is opened in the browser. With
TEMPORAL_ADDRESS set, the workers serve that server and none is started. Ctrl-C stops everything in order.`;

export function define(command: Command): void {
  command
    .option('--once', 'end when the demonstration has been shown')
    .option('--again', 'follow the last session live once more')
    .addHelpText('after', HELP)
    .action(start);
  metricsOption(command);
}

interface Options {
  once?: boolean;
  again?: boolean;
  metricsPort?: PortChoice;
}

async function start({ once = false, again = false, metricsPort }: Options): Promise<void> {
  const config = demoConfig(loadConfig());
  const place = metricsPlace('worker', config.metrics, metricsPort);
  const sdk = place && (await sdkMetrics());
  const log = openLog('start');
  installRuntime('WARN', log, sdk?.telemetry);
  const observed = observeWorker(config, loadTemporalSettings());
  await untilInterrupted((signal) =>
    whileObserved(
      'worker',
      observed.registry,
      place,
      log,
      () => run(config, { once, again }, log, observed, signal),
      sdk && [sdk.read],
    ),
  );
}

async function run(
  config: Config,
  { once, again }: { once: boolean; again: boolean },
  log: Log,
  { registry, onStage }: ReturnType<typeof observeWorker>,
  signal: AbortSignal,
): Promise<void> {
  let server: DevServer | undefined;
  let hubs: HubsProcess | undefined;
  let workers: RunningWorkers | undefined;
  let gateway: Awaited<ReturnType<typeof serveHere>> | undefined;
  let shown = false;
  const over = new AbortController();
  try {
    if (usesDevServer()) server = await startProjectServer(await temporalProgram());
    hubs = await startLocalHubs(config);
    // After the server: only then is known where it answers.
    const temporal = loadTemporalSettings();
    const { address } = connectConfig(temporal).connectionOptions;
    if (!signal.aborted) workers = await startWorkers({ role: 'all', config, temporal, onStage, registry });
    note(
      `Temporal at ${address}, ${temporal.cpu.activities} stages at once, lake ${await openLakeId(config)} (${config.lake})`,
    );
    if (!once && !signal.aborted)
      gateway = await serveHere(config, await openLake(config), faultsOf(log), registry);

    const ended = Promise.race([workers?.ended ?? aborted(over.signal), serverEnds(server, over.signal)]);
    ended.catch(() => {});
    const onLive = (contract: string) => {
      if (!gateway) return;
      const live = liveAddress(gateway.address, contract);
      note(`It is shown as it goes at ${live}`);
      openBrowser(live);
      shown = true;
    };
    await Promise.race([demonstrate(config, { again, onLive }, signal), ended]);
    if (!signal.aborted) {
      await showResults(config);
      showHowToAsk(config);
    }
    if (!gateway || signal.aborted) return;
    const last = await replayAddress(config, gateway.address);
    showPlaces(server, hubs, gateway.address, last);
    if (!shown) openBrowser(last ?? gateway.address);
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
}

/** Of the market of a contract as it comes, which may have to be waited for. */
const liveAddress = (application: string, contract: string) => `${application}/#//${contract}`;

/** Of the last session that is built, played back; undefined where there is none. */
async function replayAddress(config: Config, application: string): Promise<string | undefined> {
  const last = (await builtDates(await openLake(config), {})).at(-1);
  return last && `${application}/#/replay/${last.contract}/${last.tradeDate}`;
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
  const record = await foremost(registry);
  if (!record) return;
  const { headline, comparisons } = await modelCard(registry, record);
  print(`\n${versionText(record)} of ${record.product}: ${headline}\n`);
  for (const compared of comparisons) print(`  ${comparisonText(compared)}\n`);
  print(`  \`./spymaster models card ${versionText(record)}\` tells the rest.\n`);
}

/** Other commands are on the lake of the configuration. */
function showHowToAsk({ lake }: Config): void {
  if (lake !== loadConfig().lake)
    note(`\nTo ask this lake more: SPYMASTER_LAKE=${shortPath(lake)} ./spymaster outcomes`);
}

function showPlaces(
  server: DevServer | undefined,
  hubs: HubsProcess | undefined,
  application: string,
  replay: string | undefined,
): void {
  const { namespace } = loadTemporalSettings().env;
  const joined = server && joinedNote(server);
  note(
    joined
      ? `\nRunning. ${joined} Of this process are the workers of its lake, which Ctrl-C stops.`
      : '\nRunning; Ctrl-C stops everything.',
  );
  note(`  In a browser     ${application}`);
  if (replay !== undefined) note(`  The last session ${replay}`);
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
