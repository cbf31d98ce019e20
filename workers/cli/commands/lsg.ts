/** `spymaster lsg FILE|DATE...`: a live gateway of one's own. */
import type { Command } from 'commander';
import { isoTime } from '../../../graph/dbn';
import { parseInstant } from '../../../graph/market/instant';
import { loadConfig } from '../../config';
import { ApiKey, KEY_VARIABLE, LIVE_PORT, LiveGateway } from '../../databento';
import { CONTROL_HELP } from '../../databento/gateway/control';
import { databentoKey } from '../../databentoKey';
import { readWhenAsked } from '../../observing/instruments';
import { METRICS } from '../../observing/metrics';
import { openLog } from '../../observing/log';
import { processRegistry, whileObserved } from '../../observing/observe';
import { metricsPlace, type PortChoice } from '../../observing/place';
import { metricsOption, portNumber } from '../arguments';
import { beginOf, marketOf, speed, takeControls } from '../live/market';
import { aborted, untilInterrupted } from '../terminal/interrupt';

interface Options {
  host: string;
  port: number;
  speed: number;
  key?: string;
  from?: string;
  symbol: string;
  metricsPort?: PortChoice;
}

const HELP = `
Serves DBN files (real or simulated), or trade dates of the lake's raw files, to any client of Databento's live protocol, as the real
gateway would: challenge, subscriptions by raw_symbol, parent, continuous or instrument_id, symbol mappings, heartbeats, and snapshots of
the book. The market begins with the first session, at its start where it asks for one, as a feed does that goes on; who comes later gets
what is then, and history with a start. After its end it begins anew for the next one.

  ./spymaster lsg esh4-20231225.mbo.dbn.zst --speed max
  python -c "import databento as db; c = db.Live(key='db-...', gateway='127.0.0.1', port=${LIVE_PORT}); ..."

While it runs it takes a line each on standard input:

${CONTROL_HELP}

Without --key, and without ${KEY_VARIABLE}, any key is let in. The options of a command can be read by every user of a machine: a
key that is also used elsewhere is better told by ${KEY_VARIABLE}.`;

export function define(command: Command): void {
  command
    .argument('<source...>', 'DBN files, or trade dates (YYYY-MM-DD) of the lake')
    .option('--host <address>', 'address to listen at', '127.0.0.1')
    .option('--port <number>', 'port; 0 takes a free one', portNumber, LIVE_PORT)
    .option('--speed <factor>', 'how much faster than the market was: 1, 10, ..., or max', speed, 1)
    .option('--key <key>', 'the one key that is let in')
    .option('--from <time>', 'market time to begin at, with the books of then')
    .option('--symbol <product>', 'product of trade dates', 'ES')
    .addHelpText('after', HELP)
    .action(serve);
  metricsOption(command);
}

async function serve(sources: string[], options: Options): Promise<void> {
  const { host, port, speed, key, from, symbol, metricsPort } = options;
  const config = loadConfig();
  const place = metricsPlace('lsg', config.metrics, metricsPort);
  const only = key ? new ApiKey(key) : process.env[KEY_VARIABLE] ? await databentoKey(config) : undefined;
  const asked = from === undefined ? undefined : parseInstant(from);
  const log = openLog('lsg');
  await untilInterrupted(async (signal) => {
    const market = await marketOf(sources, symbol, signal);
    const { source } = market;
    const from = beginOf(asked, market);
    const gateway = await LiveGateway.listen(source, {
      host,
      port,
      speed,
      key: only,
      from,
      log: (message) => log.info(message),
    });
    if (from !== undefined)
      log.info({ from: isoTime(from) }, `Begins at ${isoTime(from)}, with the books of then.`);
    const names = new Set(source.symbols.map((one) => one.symbol));
    log.info(
      { dataset: source.dataset, instruments: names.size },
      `${source.dataset}: ${[...source.schemas].join(', ')} of ${names.size} instruments.`,
    );
    log.info(
      { host, port: gateway.port },
      `Live at ${host}:${gateway.port}, speed ${speed === Infinity ? 'max' : speed}. Ctrl-C stops it, help shows the controls.`,
    );
    const registry = processRegistry('lsg');
    readWhenAsked(registry, METRICS.GATEWAY, () => gateway.counts);
    const leaveControls = takeControls(gateway, log);
    try {
      await whileObserved('lsg', registry, place, log, () => aborted(signal));
    } finally {
      leaveControls();
      await gateway.close();
    }
  });
}
