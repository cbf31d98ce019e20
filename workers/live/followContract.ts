/** The live worker: a contract-date from the hub `mbo_raw` to the lake, and to `features_gold` and `inference_results`. */
import { EventHubConsumerClient } from '@azure/event-hubs';
import type { Registry } from 'prom-client';
import { Scorer } from '../../activities/models/scorer';
import { openIndex } from '../../activities/precedents/openIndex';
import { previousDayOf } from '../../activities/stages/inputs';
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import { SpymasterError } from '../../graph/errors';
import type { InferenceResult } from '../../graph/scoring/inferenceResult';
import type { FeatureSettings } from '../../graph/settings';
import { partitionOfKey } from '../../infra/eventhubs/partitionKey';
import type { Lake } from '../../lake/lake';
import { Announcements } from './announcements';
import { Answers, opened } from './answers';
import type { FeedCounts } from './contractProgress';
import { LiveMetrics } from './liveMetrics';
import { LiveSession } from './liveSession';
import { packets } from './packetSource';

export const RAW_HUB = 'mbo_raw';
export const LIVE_GROUP = 'live';

export interface FollowOptions {
  readonly lake: Lake;
  readonly features: FeatureSettings;
  readonly connection: string;
  readonly contract: string;
  /** ET, `YYYY-MM-DD`. */
  readonly tradeDate: string;
  /** Time between parts, ms. */
  readonly partMs: number;
  /** End the session when all that is in the hub has been taken, as after a replay. */
  readonly once: boolean;
  /** Begin anew, whatever a worker before this one has left, or a build has published. */
  readonly again: boolean;
  readonly run: { readonly workflowId: string; readonly runId: string };
  readonly signal: AbortSignal;
  readonly tell: FollowListener;
  /** Where Prometheus finds what comes of it. */
  readonly registry?: Registry;
}

export interface FollowListener {
  begun(at: { resumed: boolean; partition: string }): void;
  progress(counts: Readonly<FeedCounts>, caughtUp: boolean): void;
  result(result: InferenceResult): void;
  poisoned(sequence: number, reason: string): void;
  takenOver(): void;
}

/** How it ended: with the session, or so that another worker goes on; `over`: it had ended before. */
export type Followed = 'ended' | 'suspended' | 'over';

/** Of two workers that follow the same contract, the one that comes later stays. */
const OWNER_LEVEL = 1;
/** More records than this wait for no time to pass before they are written. */
const MOST_WAITING = 500_000;

/** @throws SpymasterError Fenced when another worker follows the contract; StoreUnavailable, AccessDenied, CorruptState */
export async function followContract(options: FollowOptions): Promise<Followed> {
  const { lake, features, connection, contract, tradeDate, run, again, tell } = options;
  const product = lake.products.contractOf(contract, tradeDate).product.root;
  const scorer = await opened(() => Scorer.open(lake, product, features));
  const index = await opened(() => openIndex(lake, product, tradeDate, features));
  const metrics = new LiveMetrics(contract, options.registry);
  const answers = new Answers(scorer, index, metrics);
  const consumer = new EventHubConsumerClient(LIVE_GROUP, connection, RAW_HUB);
  let announcements: Announcements | undefined;
  try {
    const session = await LiveSession.open({
      lake,
      graph: DATASET_GRAPH,
      features,
      contract,
      tradeDate,
      previousDay: await previousDayOf(lake, contract, tradeDate),
      announcer: async (stream, requireOwn) => {
        const to = { connection, contract, stream, requireOwn };
        announcements = await Announcements.open(to, answers, (result) => {
          metrics.published(BigInt(result.latency.received));
          tell.result(result);
        });
        return announcements.announce;
      },
      kept: (seconds) => metrics.kept(seconds),
      run,
      again,
    });
    if (session.isOver) return 'over';
    const partitionIds = await consumer.getPartitionIds();
    const partition = partitionIds[partitionOfKey(contract, partitionIds.length)];
    metrics.begun(session.counts);
    tell.begun({ resumed: session.position >= 0, partition });
    const over = await pump(session, consumer, partition, metrics, options);
    if (over) await session.end();
    else await session.suspend();
    return over ? 'ended' : 'suspended';
  } finally {
    await consumer.close();
    await announcements?.close();
    if (!('missing' in scorer)) await scorer.close();
  }
}

/** Takes packets until the session is over, or the signal is aborted. Returns whether it is over. */
async function pump(
  session: LiveSession,
  consumer: EventHubConsumerClient,
  partition: string,
  metrics: LiveMetrics,
  { signal, tell, once, partMs, contract, tradeDate }: FollowOptions,
): Promise<boolean> {
  const poisoned = (sequence: number, { message }: Error) => {
    metrics.poisoned();
    tell.poisoned(sequence, message);
  };
  const windowEnd = session.frame.clock.session.window.end;
  let cutAt = performance.now();
  let takenOver = false;
  for await (const arrived of packets({
    consumer,
    partition,
    after: session.position,
    poisoned,
    signal,
    ownerLevel: OWNER_LEVEL,
  })) {
    const { caughtUp } = arrived;
    const started = performance.now();
    for (const placed of arrived.packets) {
      await session.take(placed);
      const { packet } = placed;
      // Of a later date that was replayed before this one, packets may come first.
      if (session.hasBegun && packet.contract === contract && packet.firstTsRecv > windowEnd) return true;
    }
    metrics.progress(session.counts, arrived, (performance.now() - started) / 1000);
    tell.progress(session.counts, caughtUp);
    if (session.isTakenOver && !takenOver) tell.takenOver();
    takenOver = session.isTakenOver;
    if (performance.now() - cutAt >= partMs || session.waiting > MOST_WAITING) {
      await session.cut();
      cutAt = performance.now();
    }
    if (!once || !caughtUp) continue;
    if (session.hasBegun) return true;
    throw new SpymasterError('NoInput', `There is nothing of ${contract} on ${tradeDate} in ${RAW_HUB}`, {
      expected: '`./spymaster feed`, which brings it there',
    });
  }
  return false;
}
