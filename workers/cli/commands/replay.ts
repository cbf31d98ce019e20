/** `spymaster replay FILE|DATE...`: a gateway of this machine, and the feed that sends what it serves into the hub. */
import type { Command } from 'commander';
import { isoTime } from '../../../graph/dbn';
import { parseInstant } from '../../../graph/market/instant';
import { productsOf } from '../../../graph/settings';
import { loadConfig } from '../../config';
import { ApiKey, LiveClient, LiveGateway } from '../../databento';
import { CONTROL_HELP } from '../../databento/gateway/control';
import { FeedCounters } from '../../feed/counters';
import { readWhenAsked } from '../../observing/instruments';
import { METRICS } from '../../observing/metrics';
import { openLog } from '../../observing/log';
import { processRegistry } from '../../observing/observe';
import type { PortChoice } from '../../observing/place';
import { metricsOption } from '../arguments';
import { beginOf, marketOf, speed, takeControls } from '../live/market';
import { sendFeed } from '../live/sendFeed';
import { connectionTeller, subscriptionsOf } from '../live/subscriptions';
import { untilInterrupted } from '../terminal/interrupt';

interface Options {
  symbol: string;
  options?: boolean;
  speed: number;
  from?: string;
  hub: string;
  json?: boolean;
  metricsPort?: PortChoice;
}

const HELP = `
What lsg and feed do in two processes, until the files are through or Ctrl-C:

  ./spymaster replay 2024-03-05 --speed 10 --from 2024-03-05T14:30Z
  ./spymaster live --date 2024-03-05

While it runs it takes a line each on standard input:

${CONTROL_HELP}`;

export function define(command: Command): void {
  command
    .argument('<source...>', 'DBN files, or trade dates (YYYY-MM-DD) of the lake')
    .option('--symbol <product>', 'product, all of its futures', 'ES')
    .option('--options', 'also definitions, trades and statistics of its options')
    .option('--speed <factor>', 'how much faster than the market was: 1, 10, ..., or max', speed, 1)
    .option('--from <time>', 'market time to begin at, with the books of then')
    .option('--hub <name>', 'event hub', 'mbo_raw')
    .option('--json', 'print one JSON document at the end')
    .addHelpText('after', HELP)
    .action(replay);
  metricsOption(command);
}

const HOST = '127.0.0.1';
/** As short as a feed may let records wait for others, ms. */
const LINGER_MS = 5;

async function replay(sources: string[], options: Options): Promise<void> {
  const { symbol, hub, json, metricsPort } = options;
  const asked = options.from === undefined ? undefined : parseInstant(options.from);
  const product = productsOf(loadConfig().features).productOf(symbol);
  const log = openLog('replay');
  await untilInterrupted(async (signal) => {
    const market = await marketOf(sources, symbol, signal);
    const { source } = market;
    const from = beginOf(asked, market);
    const gateway = await LiveGateway.listen(source, {
      host: HOST,
      port: 0,
      speed: options.speed,
      from,
      log: (message) => log.info(message),
    });
    if (from !== undefined)
      log.info({ from: isoTime(from) }, `Begins at ${isoTime(from)}, with the books of then.`);
    const counters = new FeedCounters(processRegistry('feed'), log);
    readWhenAsked(counters.registry, METRICS.GATEWAY, () => gateway.counts);
    const leaveControls = takeControls(gateway, log);
    try {
      const tell = connectionTeller(log);
      const client = new LiveClient({
        // Any key is let in.
        key: new ApiKey(`db-${'0'.repeat(29)}`),
        dataset: source.dataset,
        host: HOST,
        port: gateway.port,
        stopAtEnd: true,
        onEvent: (event) => {
          counters.happened(event);
          tell(event);
        },
      });
      for (const subscription of subscriptionsOf(product, options.options === true, undefined))
        client.subscribe(subscription);
      const how = { hub, format: 'packets', linger: LINGER_MS, json, metricsPort } as const;
      await sendFeed(client, source.dataset, how, counters, log, signal);
    } finally {
      leaveControls();
      await gateway.close();
    }
  });
}
