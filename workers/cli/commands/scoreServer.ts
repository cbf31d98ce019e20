/** `spymaster score-server`: forecasts of the champion over HTTP. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { Scorer } from '../../../activities/models/scorer';
import { PrecedentsThread } from '../../../activities/precedents/precedentsThread';
import { MOST_ROWS } from '../../../graph/scoring/request';
import { loadConfig } from '../../config';
import { openExistingLake } from '../openLake';
import { exportMetrics } from '../../observing/azureMonitor';
import { openLog, type Log } from '../../observing/log';
import { ScoreServer } from '../../scoring/scoreServer';
import { PRECEDENTS_THREAD } from '../../stageThread';
import { portNumber, wholeNumber } from '../arguments';
import { untilInterrupted } from '../terminal/interrupt';

interface Options {
  symbol: string;
  model?: string;
  host: string;
  port: number;
  rate: number;
  bodyLimit: number;
}

/** How often the lake is asked for another champion. */
const REFRESH_MS = 1000;

const HELP = `
POST /score takes one row, or many as {"input_data": [ROW, ...]}, at most ${MOST_ROWS}; null stands for what is undefined or masked:

  {"level": "PM_HIGH", "direction": "UP", "timeOfDay": "T0_15", "touchDistance": -1, "minutesSinceOpen": 7.5, "minutesToClose": 382.5,
   "featureTable": "...", "vector": [144 numbers as raw in gold.vectors], "sequence": [...]}

POST /precedents takes {"episode": "ID"} or {"at": "2024-03-08T15:30-05:00", "level": "SMA_90"}, with "filter": {"level", "direction",
"timeOfDay", "contract", "start", "end", "where"}, "limit" and "paths" if wanted, and answers what \`./spymaster precedents --json\` does; with
\`accept: application/vnd.apache.arrow.stream\` the paths of the precedents. "where" is a condition on columns, without subqueries.

A forecast has probabilities of BREAK, REJECT and CHOP, what is shown of them, the base rate with its interval and n, and the versions
of model, index, features and settings. Without a champion it is the base rate. GET /healthz: alive; /readyz: ready, and what is served;
/metrics: for Prometheus; /openapi.json: all of it as OpenAPI. Another champion is served within a second of its promotion, without a
request lost. On SIGTERM or Ctrl-C what was asked is answered first.`;

export function define(command: Command): void {
  command
    .option('--symbol <product>', 'product', 'ES')
    .addOption(
      new Option('--model <version>', 'a version such as logistic@3, served whoever is champion').env(
        'SPYMASTER_SCORE_MODEL',
      ),
    )
    .option(
      '--host <address>',
      'address to listen at; without a proxy in front, one of this machine alone',
      '127.0.0.1',
    )
    .option('--port <number>', 'port; 0 takes a free one', portNumber, 5001)
    .option('--rate <n>', 'requests a second that one address may make', wholeNumber, 20_000)
    .option('--body-limit <bytes>', 'largest body of a request', wholeNumber, 8 * 2 ** 20)
    .addHelpText('after', HELP)
    .action(serve);
}

async function serve({ symbol, model, host, port, rate, bodyLimit }: Options): Promise<void> {
  const config = loadConfig();
  const lake = await openExistingLake(config);
  const log = openLog('score-server');
  await untilInterrupted(async (signal) => {
    const scorer = await Scorer.open(lake, symbol, config.features, model);
    const precedents = new PrecedentsThread(config, PRECEDENTS_THREAD);
    const onFault = (error: unknown) => log.error({ err: error }, describe(error));
    const server = new ScoreServer(scorer, { rate, bodyLimit, onFault, precedents });
    const endMetrics = await exportMetrics('spymaster-score-server', server.metrics.registry);
    try {
      const address = await server.listen(host, port);
      log.info(servedBy(scorer), `${symbol}: ${inWords(scorer)}.`);
      log.info({ address }, `${address}/score answers, and /precedents. Ctrl-C stops it.`);
      await keepFresh(scorer, server, log, signal);
      log.info('Stopping: what was asked is answered first.');
    } finally {
      await server.drain();
      await endMetrics();
      await precedents.close();
      await scorer.close();
    }
  });
}

async function keepFresh(scorer: Scorer, server: ScoreServer, log: Log, signal: AbortSignal): Promise<void> {
  let last = '';
  while (!signal.aborted) {
    await sleep(REFRESH_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      if (await scorer.refresh())
        log.info(servedBy(scorer), `${scorer.product}: ${inWords(scorer)} from now on.`);
      server.reportModel();
      last = '';
    } catch (error) {
      server.metrics.refreshFailed();
      const said = describe(error);
      // Once, not every second.
      if (said !== last)
        log.warn(
          servedBy(scorer),
          `The champion could not be looked for, ${inWords(scorer)} goes on: ${said}`,
        );
      last = said;
    }
  }
}

const servedBy = ({ product, model }: Scorer) => ({ product, model });

const inWords = ({ model, edge }: Scorer): string =>
  model === null ? `base rates (${edge.words})` : `${model} (${edge.words})`;

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
