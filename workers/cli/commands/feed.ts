/** `spymaster feed`: Databento's live records into the hub `mbo_raw`. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { SpymasterError } from '../../../graph/errors';
import { parseInstant } from '../../../graph/market/instant';
import type { Product } from '../../../graph/products/profile';
import { productsOf } from '../../../graph/settings';
import { loadConfig } from '../../config';
import { ApiKey, KEY_VARIABLE, LIVE_PORT, LiveClient, liveHost } from '../../databento';
import { FeedCounters } from '../../feed/counters';
import { nowNs } from '../../live/clock';
import { openLog, type Log } from '../../observing/log';
import { processRegistry } from '../../observing/observe';
import type { PortChoice } from '../../observing/place';
import { metricsOption, wholeNumber } from '../arguments';
import { databentoKey } from '../../databentoKey';
import { schemaText } from '../eventSchemas';
import { sendFeed, type ResumeOptions } from '../live/sendFeed';
import { connectionTeller, isSentBy, subscriptionsOf } from '../live/subscriptions';
import { untilInterrupted } from '../terminal/interrupt';
import { print } from '../terminal/output';

interface Options {
  symbol: string;
  dataset?: string;
  options?: boolean;
  gateway?: string;
  start?: string;
  hub: string;
  format: 'packets' | 'json';
  linger: number;
  once?: boolean;
  json?: boolean;
  metricsPort?: PortChoice;
}

const LONGEST_LINGER_MS = 10;
const HELP = `
Records of a contract go to one partition of the hub, in the order they came and each at least once: packed as they are (DBN), or with
--format json an event each, whose schema \`./spymaster feed schema\` prints. The key of Databento comes from ${KEY_VARIABLE}; a
gateway of this machine that asks for none needs none. Lost connections are resumed, on both sides. Ctrl-C sends what is left. Started
again, after a crash too, it goes on where the hub's events of the product end; what the gateway no longer has is told as a gap, of JSON
in the log alone. With --start it does not look what is in the hub.

  ./spymaster lsg FILE --speed 10
  ./spymaster feed --gateway 127.0.0.1:${LIVE_PORT}`;

export function define(command: Command): void {
  command
    .option('--symbol <product>', 'product, all of its futures', 'ES')
    .option('--options', 'also definitions, trades and statistics of its options')
    .option(
      '--dataset <name>',
      "of Databento, such as XSIM.MDP3 of simulated files; by default the product's",
    )
    .option('--gateway <address>', "host:port of a live gateway; Databento's own without")
    .option('--start <time>', 'replay from this time on, of the last 24 hours, in place of a snapshot')
    .option('--hub <name>', 'event hub', 'mbo_raw')
    .addOption(
      new Option('--format <format>', 'of the events').choices(['packets', 'json']).default('packets'),
    )
    .option('--linger <ms>', 'how long a record may wait for others', lingerMs, 5)
    .option('--once', 'end when the gateway ends the session, as after a file')
    .option('--json', 'print one JSON document at the end')
    .addHelpText('after', HELP)
    .action(feed);
  metricsOption(command);
  command
    .command('schema')
    .description('Print the JSON Schema of events of --format json.')
    .action(() => print(schemaText('mbo_raw')));
}

function lingerMs(text: string): number {
  const ms = wholeNumber(text);
  if (ms > LONGEST_LINGER_MS) throw new InvalidArgumentError(`It must be at most ${LONGEST_LINGER_MS}.`);
  return ms;
}

async function feed(options: Options): Promise<void> {
  const config = loadConfig();
  const product = productsOf(config.features).productOf(options.symbol);
  const dataset = options.dataset ?? product.dataset;
  const log = openLog('feed');
  const counters = new FeedCounters(processRegistry('feed'), log);
  const { start, gateway } = options;
  // Some key: who serves files without asking for one lets any in.
  const open = gateway !== undefined && !process.env[KEY_VARIABLE];
  const key = open ? new ApiKey(`db-${'0'.repeat(29)}`) : await databentoKey(config);
  const client = liveClient(product, dataset, key, options, counters, log);
  const resume = start === undefined ? resumeOf(product, dataset, gateway) : undefined;
  await untilInterrupted((signal) =>
    sendFeed(client, dataset, { ...options, resume }, counters, log, signal),
  );
}

/** Databento's gateway has the last 24 hours; others say what they do not have. */
const HELD_NS = 24n * 3_600_000_000_000n;

const resumeOf = (product: Product, dataset: string, gateway: string | undefined): ResumeOptions => ({
  own: (packet) => packet.dataset === dataset && isSentBy(product, packet.contract),
  ...(gateway === undefined && { heldFrom: nowNs() - HELD_NS }),
});

function liveClient(
  product: Product,
  dataset: string,
  key: ApiKey,
  { gateway, start, once = false, options }: Options,
  counters: FeedCounters,
  log: Log,
): LiveClient {
  const { host, port } = addressOf(gateway ?? `${liveHost(dataset)}:${LIVE_PORT}`);
  const tell = connectionTeller(log);
  const client = new LiveClient({
    key,
    dataset,
    host,
    port,
    stopAtEnd: once,
    onEvent: (event) => {
      counters.happened(event);
      tell(event);
    },
  });
  const from = start === undefined ? undefined : parseInstant(start);
  for (const subscription of subscriptionsOf(product, options === true, from)) client.subscribe(subscription);
  log.info(
    { host, port, dataset },
    `From ${host}:${port}: ${product.root}.FUT${options ? ' and its options' : ''}.`,
  );
  return client;
}

function addressOf(text: string): { host: string; port: number } {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535)
    throw new SpymasterError('BadArgument', `${text} is no address of a gateway`, {
      field: '--gateway',
      expected: 'host:port',
    });
  return { host, port: Number(port) };
}
