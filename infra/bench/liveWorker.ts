/**
 * The live worker on simulated sessions: how soon a touch is answered and published at an even rate, how fast it catches up on a session
 * that waits in the hub, and how long it takes to stand where another one stopped.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventHubProducerClient } from '@azure/event-hubs';
import { TABLES } from '../../graph/catalog/declaration';
import type { FeedMessage } from '../../graph/feed/packer';
import type { MboBatch } from '../../graph/records/mbo';
import { DEFAULT_SETTINGS } from '../../graph/settings';
import { Lake } from '../../lake/lake';
import { readDbn } from '../../lake/raw/dbnFile';
import { FeedCounters } from '../../workers/feed/counters';
import { Publisher } from '../../workers/feed/publisher';
import { nowNs } from '../../workers/live/clock';
import { followContract } from '../../workers/live/followContract';
import { simulateInto } from '../../workers/simulator/simulateInto';
import { HUBS } from '../eventhubs/hubs';
import type { HubsProcess } from '../eventhubs/process';
import { benchHubs } from './benchHubs';
import { recordsPacket } from './recordsPacket';
import { sized } from './size';
import type { BenchResult } from './types';

const CONTRACT = 'ESH4';
const RATE = 2000;
/** Of a session that comes at that rate, and of one that waits in the hub. */
const PACED = { date: '2024-03-05', events: sized(120_000, 10_000) };
const WAITING = { date: '2024-03-06', events: sized(3_000_000, 10_000) };
const PACKET_RECORDS = 1000;
/** As long as a feed lets records wait for others. */
const LINGER_MS = 5;

export async function liveWorkerResults(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'spymaster-bench-'));
  const hubs = await benchHubs(join(folder, 'hubs'));
  const running: ReturnType<typeof followed>[] = [];
  try {
    const lake = await Lake.open(join(folder, 'lake'), TABLES);
    const feed = new FileFeed(hubs);
    const files = await simulated(folder, PACED);
    const paced = followed(lake, hubs, PACED.date);
    running.push(paced);
    await paced.begun;
    await feed.send(files, sized(RATE, Infinity));
    const { latencies } = await paced.caughtUp(feed.sent);
    await paced.stop();

    await feed.send(await simulated(folder, WAITING));
    const before = performance.now();
    const first = followed(lake, hubs, WAITING.date);
    running.push(first);
    await first.begun;
    const { seconds, records } = await first.caughtUp(feed.sent);
    await first.stop();
    const restarted = performance.now();
    const second = followed(lake, hubs, WAITING.date);
    running.push(second);
    await second.caughtUp(feed.sent);
    const again = (performance.now() - restarted) / 1000;
    await second.stop();
    await feed.close();
    const sorted = latencies.sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
    const rate = records / seconds;
    const opened = ((performance.now() - before) / 1000).toFixed(1);
    return [
      {
        name: 'received to published, p99',
        value: at(0.99),
        unit: 'ms',
        target: { wanted: '<= 100', reached: at(0.99) <= 100 },
        note: `${sorted.length} results at ${RATE} messages/s, p50 ${at(0.5).toFixed(1)} ms; on top of it the client waits 20 ms before it hands out what has come`,
      },
      {
        name: 'live worker, catch-up of a session',
        value: rate,
        unit: 'messages/s',
        target: { wanted: '>= 300000', reached: rate >= 300_000 },
        note: `${records} order messages through all operators into Bronze, Silver and Gold; ${opened} s with the restart`,
      },
      {
        name: 'live worker, restart to caught up',
        value: again,
        unit: 's',
        target: { wanted: '<= 10', reached: again <= 10 },
      },
    ];
  } finally {
    for (const worker of running) await worker.stop().catch(() => {});
    await hubs.stop();
    rmSync(folder, { recursive: true });
  }
}

/** The order messages of a simulated trade date, as the files of the days it touches hold them. */
async function simulated(
  folder: string,
  { date, events }: { date: string; events: number },
): Promise<string[]> {
  const { files } = await simulateInto(join(folder, date), {
    symbol: 'ES',
    from: date,
    days: 1,
    events,
    strength: 0.8,
    seed: 1,
    options: false,
  });
  return files.map(({ path }) => path).filter((path) => path.includes('.mbo.'));
}

/** Files into the hub, packed as a feed packs them. */
class FileFeed {
  private readonly producer: EventHubProducerClient;
  private readonly publisher: Publisher;
  private readonly run = nowNs();
  private number = 0;
  /** Records so far. */
  sent = 0;

  constructor({ connectionString }: HubsProcess) {
    this.producer = new EventHubProducerClient(connectionString, HUBS[0].name);
    this.publisher = new Publisher(this.producer, HUBS[0].partitions, new FeedCounters());
  }

  /** @param rate messages/s; as fast as they are taken without */
  async send(files: readonly string[], rate = Infinity): Promise<void> {
    const most = Math.min(PACKET_RECORDS, Math.max(1, Math.round((rate * LINGER_MS) / 1000)));
    const { signal } = new AbortController();
    const started = performance.now();
    let count = 0;
    for (const file of files) {
      let waiting: FeedMessage[] = [];
      const mbo = (batch: MboBatch) => {
        for (let at = 0; at < batch.length; at += most)
          waiting.push(this.packed(batch, at, Math.min(at + most, batch.length)));
      };
      const drain = async () => {
        const taken = waiting;
        waiting = [];
        for (const message of taken) {
          const due = started + (count / rate) * 1000 - performance.now();
          if (due > 1) await sleep(due);
          this.publisher.push(message);
          count += message.records;
          await this.publisher.room();
        }
      };
      await readDbn(file, { mbo, drain }, { signal });
      await drain();
    }
    this.sent += count;
    await this.publisher.drain(60_000);
  }

  async close(): Promise<void> {
    await this.producer.close();
  }

  private packed(batch: MboBatch, from: number, to: number): FeedMessage {
    return recordsPacket(batch, from, to, { contract: CONTRACT, run: this.run, number: this.number++ });
  }
}

/** A worker in this process, until it is stopped. */
function followed(lake: Lake, { connectionString: connection }: HubsProcess, tradeDate: string) {
  const stopping = new AbortController();
  const latencies: number[] = [];
  const taken = { records: 0 };
  let [started, ended] = [0, 0];
  let begin = (): void => {};
  let look = (): void => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const ending = followContract({
    lake,
    features: DEFAULT_SETTINGS,
    connection,
    contract: CONTRACT,
    tradeDate,
    partMs: 10_000,
    once: false,
    again: false,
    run: { workflowId: 'bench', runId: tradeDate },
    signal: stopping.signal,
    tell: {
      begun: () => {
        started = performance.now();
        begin();
      },
      progress: (counts) => {
        taken.records = counts.records;
        ended = performance.now();
        look();
      },
      result: ({ latency }) => latencies.push(Number(nowNs() - BigInt(latency.received)) / 1e6),
      poisoned: () => {},
      takenOver: () => {},
    },
  });
  // What keeps it from beginning, or from going on, is what the bench fails with.
  const failed = ending.then(() => new Promise<never>(() => {}));
  return {
    begun: Promise.race([begun, failed]),
    async caughtUp(count: number) {
      while (taken.records < count)
        await Promise.race([new Promise<void>((resolve) => (look = resolve)), failed]);
      return { latencies, records: taken.records, seconds: (ended - started) / 1000 };
    },
    async stop() {
      stopping.abort();
      await ending;
    },
  };
}
