/** A live client's records into an event hub, with progress on the terminal: what `feed` and `replay` do. */
import { SpymasterError } from '../../../graph/errors';
import { EnvelopeWriter } from '../../../graph/feed/envelopeWriter';
import { isoTime } from '../../../graph/dbn';
import { Packer, type PackerOptions } from '../../../graph/feed/packer';
import { productsOf } from '../../../graph/settings';
import type { Packet } from '../../../graph/feed/packet';
import { loadConfig } from '../../config';
import type { LiveClient } from '../../databento';
import { openProducer } from '../../eventHubs/clients';
import { hubsConnection } from '../../eventHubs/localHubs';
import { hubFailure, sdkErrorOf } from '../../eventHubs/sdkError';
import type { FeedCounters } from '../../feed/counters';
import { runFeed } from '../../feed/feed';
import { lastRun, type LastRun } from '../../feed/lastRun';
import { Publisher } from '../../feed/publisher';
import { risingClock } from '../../feed/risingClock';
import type { Log } from '../../observing/log';
import { whileObserved } from '../../observing/observe';
import { metricsPlace, type PortChoice } from '../../observing/place';
import { printJson } from '../terminal/output';
import { withProgress, type ProgressLine } from '../terminal/progress';

export interface SendOptions {
  readonly hub: string;
  readonly format: 'packets' | 'json';
  /** How long a record may wait for others, ms. */
  readonly linger: number;
  /** Go on where the last feed ended, as the hub tells. */
  readonly resume?: ResumeOptions;
  /** Print one JSON document at the end. */
  readonly json?: boolean;
  /** Of `--metrics-port`. */
  readonly metricsPort?: PortChoice;
}

export interface ResumeOptions {
  /** Whether a packet is of what is sent. */
  readonly own: (packet: Packet) => boolean;
  /** Time from which on the gateway still has records, ns UTC; undefined if it has all. */
  readonly heldFrom?: bigint;
}

/** Records of a packet take no more; many packets fit a batch. */
const MOST_PACKET_BYTES = 120_000;
/** How long the hub may take nothing of what is left at the end, ms. */
const DRAIN_MS = 10_000;
const SHOW_EVERY_MS = 250;

/** A connection that is lost is given up after the timeout, and what was under way is sent again by the feed. */
const RETRIES = { maxRetries: 1, retryDelayInMs: 100, timeoutInMs: 5000 };

/**
 * Runs until the client's stream ends, or the signal closes it; all that came is then in the hub.
 * @throws SpymasterError StoreUnavailable, AccessDenied of the hubs; of the client
 */
export async function sendFeed(
  client: LiveClient,
  dataset: string,
  { hub, format, linger, resume, json, metricsPort }: SendOptions,
  counters: FeedCounters,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const config = loadConfig();
  const { features, metrics } = config;
  const connection = await hubsConnection(config);
  const producer = openProducer(connection, hub, RETRIES);
  const place = metricsPlace('feed', metrics, metricsPort);
  const started = performance.now();
  try {
    const { partitionIds } = await producer.getEventHubProperties();
    const publisher = new Publisher(producer, partitionIds.length, counters);
    const before = resume && (await lastRun(connection, hub, resume.own));
    if (before) goOn(client, before, resume.heldFrom, log);
    const close = () => client.close();
    signal.addEventListener('abort', close);
    if (signal.aborted) close();
    log.info(
      { hub, namespace: producer.fullyQualifiedNamespace, partitions: partitionIds.length },
      `Into ${hub} at ${producer.fullyQualifiedNamespace}, ${partitionIds.length} partitions. Ctrl-C stops it.`,
    );
    const send = async (line: ProgressLine) => {
      const showing = setInterval(() => show(line, counters, started), SHOW_EVERY_MS);
      try {
        const options = {
          dataset,
          products: productsOf(features),
          resumes: before !== undefined,
          now: risingClock(before?.packedAt),
        };
        const writer = writerFor(format, publisher, options);
        await runFeed({ source: client, writer, publisher, counters, lingerMs: linger });
      } finally {
        await drain(publisher).finally(() => clearInterval(showing));
      }
    };
    await whileObserved('feed', counters.registry, place, log, () => withProgress(send, log));
  } catch (error) {
    throw asFailure(error, hub);
  } finally {
    await producer.close();
  }
  if (json) printJson({ ...counters.totals(), seconds: (performance.now() - started) / 1000 });
  else log.info(counters.totals(), summary(counters, started));
}

/** Has a client go on behind what is in the hub; where that cannot be, it tells of the gap. */
function goOn(client: LiveClient, { since, until, runs }: LastRun, heldFrom = 0n, log: Log): void {
  for (const run of runs) client.alreadySeen(run, since > 0n ? since : undefined);
  if (since > 0n && since >= heldFrom)
    return log.info(
      { until: isoTime(until) },
      `Goes on behind ${isoTime(until)}, where the last run of the feed ended.`,
    );
  client.beginAnew();
  log.warn(
    { until: isoTime(until) },
    `The last run of the feed ended at ${isoTime(until)}: the gateway cannot tell what came next.`,
  );
}

function writerFor(
  format: SendOptions['format'],
  publisher: Publisher,
  of: Pick<PackerOptions, 'dataset' | 'products' | 'resumes' | 'now'>,
) {
  const options: PackerOptions = {
    ...of,
    run: of.now(),
    settled: () => publisher.settled,
    mostBytes: MOST_PACKET_BYTES,
    emit: (message) => publisher.push(message),
  };
  return format === 'json' ? new EnvelopeWriter(options) : new Packer(options);
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
  if (sdkErrorOf(error).code === 'MessagingEntityNotFoundError')
    return new SpymasterError('BadArgument', `There is no event hub ${hub}`, { field: '--hub' });
  return hubFailure(error) ?? error;
}
