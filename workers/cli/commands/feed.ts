/** `spymaster feed`: Databento's live records into the hub `mbo_raw`. */
import { EventHubProducerClient } from '@azure/event-hubs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { SpymasterError } from '../../../graph/errors';
import { envelopeSchema } from '../../../graph/feed/envelope';
import { EnvelopeWriter } from '../../../graph/feed/envelopeWriter';
import { Packer, type PackerOptions } from '../../../graph/feed/packer';
import { parseInstant } from '../../../graph/market/instant';
import type { Product } from '../../../graph/products/profile';
import { productsOf } from '../../../graph/settings';
import { loadConfig } from '../../config';
import {
  ApiKey,
  KEY_VARIABLE,
  LIVE_PORT,
  LiveClient,
  liveHost,
  type LiveEvent,
  type Subscription,
} from '../../databento';
import { sdkErrorOf } from '../../eventHubs/sdkError';
import { hubsConnection } from '../../eventHubs/localHubs';
import { FeedCounters } from '../../feed/counters';
import { runFeed } from '../../feed/feed';
import { Publisher } from '../../feed/publisher';
import { wholeNumber } from '../arguments';
import { untilInterrupted } from '../terminal/interrupt';
import { note, print, printJson } from '../terminal/output';
import { withProgress, type ProgressLine } from '../terminal/progress';

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
}

/** Records of a packet take no more; many packets fit a batch. */
const MOST_PACKET_BYTES = 120_000;
/** How long sending what is left may take, ms. */
const DRAIN_MS = 10_000;
const LONGEST_LINGER_MS = 10;
const SHOW_EVERY_MS = 250;

/** A connection that is lost is given up after the timeout, and what was under way is sent again by the feed. */
const RETRIES = { retryOptions: { maxRetries: 1, retryDelayInMs: 100, timeoutInMs: 5000 } };

const HELP = `
Records of a contract go to one partition of the hub, in the order they came and each at least once: packed as they are (DBN), or with
--format json an event each, whose schema \`./spymaster feed schema\` prints. The key of Databento comes from ${KEY_VARIABLE}; a
gateway of this machine that asks for none needs none. Lost connections are resumed, on both sides. Ctrl-C sends what is left.

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
  command
    .command('schema')
    .description('Print the JSON Schema of events of --format json.')
    .action(() => print(`${JSON.stringify(envelopeSchema(), null, 2)}\n`));
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
  const client = liveClient(product, dataset, options);
  const connection = hubsConnection(config.eventHubs);
  const producer = new EventHubProducerClient(connection, options.hub, RETRIES);
  const counters = new FeedCounters();
  const started = performance.now();
  try {
    await untilInterrupted(async (signal) => {
      const { partitionIds } = await producer.getEventHubProperties();
      const publisher = new Publisher(producer, partitionIds.length, counters);
      signal.addEventListener('abort', () => client.close());
      note(
        `Into ${options.hub} at ${producer.fullyQualifiedNamespace}, ${partitionIds.length} partitions. Ctrl-C stops it.`,
      );
      await withProgress(async (line) => {
        const showing = setInterval(() => show(line, counters, started), SHOW_EVERY_MS);
        try {
          const writer = writerFor(options.format, dataset, (message) => publisher.push(message));
          await runFeed({ source: client, writer, publisher, counters, lingerMs: options.linger });
        } finally {
          await drain(publisher).finally(() => clearInterval(showing));
        }
      });
    });
  } catch (error) {
    throw asFailure(error, options.hub);
  } finally {
    await producer.close();
  }
  if (options.json) printJson({ ...counters.totals(), seconds: (performance.now() - started) / 1000 });
  else note(summary(counters, started));
}

function liveClient(
  product: Product,
  dataset: string,
  { gateway, start, once = false, options }: Options,
): LiveClient {
  const { host, port } = addressOf(gateway ?? `${liveHost(dataset)}:${LIVE_PORT}`);
  const local = gateway !== undefined && !process.env[KEY_VARIABLE];
  // Some key: who serves files without asking for one lets any in.
  const key = local ? new ApiKey(`db-${'0'.repeat(29)}`) : ApiKey.fromEnvironment();
  const client = new LiveClient({
    key,
    dataset,
    host,
    port,
    stopAtEnd: once,
    onEvent: tell,
  });
  const from = start === undefined ? undefined : parseInstant(start);
  for (const subscription of subscriptionsOf(product, options === true, from)) client.subscribe(subscription);
  note(`From ${host}:${port}: ${product.root}.FUT${options ? ' and its options' : ''}.`);
  return client;
}

function subscriptionsOf(product: Product, options: boolean, start: bigint | undefined): Subscription[] {
  const futures = { stypeIn: 'parent', symbols: [`${product.root}.FUT`] } as const;
  const chains = { stypeIn: 'parent', symbols: product.optionRoots.map((root) => `${root}.OPT`) } as const;
  return [
    { schema: 'mbo', ...futures, ...(start === undefined ? { snapshot: true } : { start }) },
    ...(options
      ? ([
          // Those of the day were sent before it began.
          { schema: 'definition', ...chains, start: start ?? 0n },
          { schema: 'statistics', ...chains, start: start ?? 0n },
          { schema: 'trades', ...chains, ...(start !== undefined && { start }) },
        ] as const)
      : []),
  ];
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

function writerFor(format: Options['format'], dataset: string, emit: PackerOptions['emit']) {
  const now = () => BigInt(Date.now()) * 1_000_000n;
  const options = { dataset, run: now(), mostBytes: MOST_PACKET_BYTES, now, emit };
  return format === 'json' ? new EnvelopeWriter(options) : new Packer(options);
}

function tell(event: LiveEvent): void {
  if (event.kind === 'connected') note(`Connected, session ${event.sessionId}.`);
  if (event.kind === 'disconnected')
    note(`Disconnected: ${event.reason}; again in ${Math.round(event.retryInMs)} ms.`);
  if (event.kind === 'error') note(`The gateway says: ${event.record.err}`, 'warn');
  if (event.kind === 'gap') note(`Records are missing (${event.gap.reason}).`, 'warn');
}

/** @throws SpymasterError StoreUnavailable when the hub does not take what is left in time */
async function drain(publisher: Publisher): Promise<void> {
  const left = await publisher.drain(DRAIN_MS);
  if (left > 0)
    throw new SpymasterError(
      'StoreUnavailable',
      `${left} bytes are not known to have reached the hub: it did not answer`,
    );
}

const rate = (count: number, started: number) =>
  Math.round(count / Math.max((performance.now() - started) / 1000, 0.001)).toLocaleString('en-US');

const show = (line: ProgressLine, counters: FeedCounters, started: number) =>
  line.show(
    `${counters.records.toLocaleString('en-US')} records, ${rate(counters.records, started)}/s${troubles(counters)}`,
  );

const troubles = ({ retries, deadLetters, gaps, lastFailure }: FeedCounters) =>
  [
    retries > 0 ? `, ${retries} batches sent again (${lastFailure})` : '',
    deadLetters > 0 ? `, ${deadLetters} records set aside` : '',
    gaps > 0 ? `, ${gaps} gaps` : '',
  ].join('');

const summary = (counters: FeedCounters, started: number) =>
  `${counters.records.toLocaleString('en-US')} records in ${counters.events} events, ${rate(counters.records, started)}/s${troubles(counters)}.`;

/** What the SDK throws, in words that say what to do. */
function asFailure(error: unknown, hub: string): unknown {
  if (error instanceof SpymasterError) return error;
  const { code, message } = sdkErrorOf(error);
  if (code === undefined) return error;
  if (code === 'UnauthorizedError')
    return new SpymasterError(
      'AccessDenied',
      `Event Hubs let nobody in with this connection string: ${message}`,
    );
  if (code === 'MessagingEntityNotFoundError')
    return new SpymasterError('BadArgument', `There is no event hub ${hub}`, { field: '--hub' });
  return new SpymasterError('StoreUnavailable', `Event Hubs do not answer: ${message}`, {}, { cause: error });
}
