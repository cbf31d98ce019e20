/**
 * Order messages through the feed and the hubs of this machine, a process of their own, to a consumer, by Azure's own client at both
 * ends. Beside latency stands what the client waits for in any case before it hands out what has come.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  EventHubConsumerClient,
  EventHubProducerClient,
  earliestEventPosition,
  latestEventPosition,
} from '@azure/event-hubs';
import { encodeRecord } from '../../graph/dbn';
import { Products } from '../../graph/products/catalog';
import { Packer } from '../../graph/feed/packer';
import { decodePacket } from '../../graph/feed/packet';
import { FeedCounters } from '../../workers/feed/counters';
import { Publisher } from '../../workers/feed/publisher';
import { HUBS } from '../eventhubs/hubs';
import type { HubsProcess } from '../eventhubs/process';
import { benchHubs } from './benchHubs';
import { liveAnswersResults } from './liveAnswers';
import { liveWorkerResults } from './liveWorker';
import { nameRecord } from './nameRecord';
import { quantile } from './quantile';
import { sized } from './size';
import type { BenchResult } from './types';

const HUB = 'mbo_raw';
const CONTRACTS = ['ESH4', 'ESM4', 'NQH4', 'CLG4'];
const DATASET = 'GLBX.MDP3';
/** Records of a run, as one read of a socket brings them. */
const RUN_RECORDS = 1000;
const BACKLOG = sized(5_000_000, 20_000);
const RATE = 20_000;
const PACED_SECONDS = sized(15, 1);
const TURN_MS = 5;
/** What the client waits between the first event that has come and handing it out (`qReadIntervalInMs`). */
const CLIENT_WAITS_MS = 20;
const CATCH_UP = 300_000;

export async function* bench(): AsyncGenerator<BenchResult> {
  yield* await transportResults();
  yield* await liveAnswersResults();
  yield* liveWorkerResults();
}

async function transportResults(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spymaster-bench-'));
  const hubs = await benchHubs(folder);
  try {
    const latencies = await paced(hubs);
    const sent = await feedAll(hubs);
    const read = await catchUp(hubs);
    const at = (share: number) => quantile(latencies, share);
    const note = `${BACKLOG} order messages of 4 contracts, packed; hubs in a process of their own, feed and consumer in this one`;
    const floor = `at ${RATE} messages/s; ${CLIENT_WAITS_MS} ms of it the client waits in any case`;
    return [
      {
        name: 'feed into the hub',
        value: sent,
        unit: 'messages/s',
        target: { wanted: `>= ${RATE}`, reached: sent >= RATE },
        note,
      },
      {
        name: 'catch-up of a consumer',
        value: read,
        unit: 'messages/s',
        target: { wanted: `>= ${CATCH_UP}`, reached: read >= CATCH_UP },
        note,
      },
      { name: 'packed to received, p50', value: at(0.5), unit: 'ms', note: floor },
      { name: 'packed to received, p99', value: at(0.99), unit: 'ms', note: floor },
    ];
  } finally {
    await hubs.stop();
    await rm(folder, { recursive: true });
  }
}

const nowNs = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6));

/** A feed whose runs are made beforehand: what is measured is what it does with them. */
class BenchFeed {
  private readonly producer: EventHubProducerClient;
  private readonly publisher: Publisher;
  private readonly packer: Packer;
  private readonly run = Buffer.concat(Array.from({ length: RUN_RECORDS }, (_, i) => order(i)));
  readonly counters = new FeedCounters();

  constructor({ connectionString }: HubsProcess) {
    this.producer = new EventHubProducerClient(connectionString, HUB);
    this.publisher = new Publisher(this.producer, HUBS[0].partitions, this.counters);
    const emit = (message: Parameters<Publisher['push']>[0]) => this.publisher.push(message);
    this.packer = new Packer({
      dataset: DATASET,
      products: new Products(),
      run: nowNs(),
      mostBytes: 120_000,
      now: nowNs,
      emit,
    });
    this.packer.push(Buffer.concat(CONTRACTS.map((symbol, id) => nameRecord(id, symbol))), 3, false);
  }

  async push(records: number): Promise<void> {
    this.packer.push(this.run.subarray(0, records * (this.run.length / RUN_RECORDS)), 3, false);
    await this.publisher.room();
  }

  flush(): void {
    this.packer.flush();
  }

  async end(): Promise<void> {
    this.flush();
    await this.publisher.drain(60_000);
    await this.producer.close();
  }
}

/** Messages/s, from the first to the last answer of the hub. */
async function feedAll(hubs: HubsProcess): Promise<number> {
  const feed = new BenchFeed(hubs);
  const started = performance.now();
  for (let sent = 0; sent < BACKLOG; sent += RUN_RECORDS) await feed.push(RUN_RECORDS);
  await feed.end();
  return feed.counters.records / ((performance.now() - started) / 1000);
}

/** Calls back with every packet there is from a position on, until what is returned is called. */
function consume(hubs: HubsProcess, latest: boolean, received: (records: number, packedAt: bigint) => void) {
  const client = new EventHubConsumerClient('live', hubs.connectionString, HUB);
  const subscription = client.subscribe(
    {
      processEvents: async (events) => {
        for (const { body } of events) {
          const { count, packedAt } = decodePacket(body as Buffer);
          received(count, packedAt);
        }
      },
      processError: async () => {},
    },
    {
      startPosition: latest ? latestEventPosition : earliestEventPosition,
      skipParsingBodyAsJson: true,
      maxBatchSize: 100,
      maxWaitTimeInSeconds: 1,
    },
  );
  return async () => {
    await subscription.close();
    await client.close();
  };
}

/** Messages/s of everything the hub holds. */
async function catchUp(hubs: HubsProcess): Promise<number> {
  let [read, started, ended] = [0, 0, 0];
  let whole = (): void => {};
  const all = new Promise<void>((resolve) => (whole = resolve));
  const stop = consume(hubs, false, (records) => {
    if (read === 0) started = performance.now();
    read += records;
    ended = performance.now();
    if (read >= BACKLOG) whole();
  });
  await all;
  await stop();
  return read / Math.max((ended - started) / 1000, 1e-3);
}

/** From packing to receiving, ms, at an even rate. */
async function paced(hubs: HubsProcess): Promise<Float64Array> {
  const latencies: number[] = [];
  const feed = new BenchFeed(hubs);
  const stop = consume(hubs, true, (_, packedAt) => latencies.push(Number(nowNs() - packedAt) / 1e6));
  // Until all partitions are attached to.
  for (const begun = performance.now(); latencies.length === 0 || performance.now() - begun < 1000;) {
    await feed.push(4);
    feed.flush();
    await sleep(50);
  }
  latencies.length = 0;
  const started = performance.now();
  for (let sent = 0; sent < RATE * PACED_SECONDS;) {
    const due = Math.min(((performance.now() - started) / 1000) * RATE - sent, RUN_RECORDS);
    const records = Math.floor(due / CONTRACTS.length) * CONTRACTS.length;
    if (records > 0) await feed.push(records);
    feed.flush();
    sent += records;
    await sleep(TURN_MS);
  }
  await feed.end();
  await sleep(10 * CLIENT_WAITS_MS);
  await stop();
  return Float64Array.from(latencies);
}

const order = (i: number): Uint8Array =>
  encodeRecord({
    type: 'mbo',
    publisherId: 1,
    instrumentId: i % CONTRACTS.length,
    tsEvent: BigInt(i),
    orderId: BigInt(i),
    price: 4_805_250_000_000n,
    size: 1,
    flags: 128,
    channelId: 0,
    action: 'A',
    side: 'B',
    tsRecv: BigInt(i),
    tsInDelta: 0,
    sequence: i,
  });
