/** A simulated session sent to the hub at an even rate, at which its own time passes as well: a market as busy as it is fast. */
import { setTimeout as sleep } from 'node:timers/promises';
import { EventHubProducerClient } from '@azure/event-hubs';
import { MboBatch } from '../../../graph/records/mbo';
import { appendMbo } from '../../../lake/parquet/mbo';
import { readDbn } from '../../../lake/raw/dbnFile';
import { FeedCounters } from '../../../workers/feed/counters';
import { Publisher } from '../../../workers/feed/publisher';
import { nowNs } from '../../../workers/live/clock';
import { HUBS } from '../../eventhubs/hubs';
import { recordsPacket } from '../recordsPacket';

/** As long as a feed lets records wait for others. */
const LINGER_MS = 5;
const MOST_RECORDS = 1000;

/** A packet that was sent: how many records there were with it, and when it was packed, ms since 1970. */
export interface SentPacket {
  readonly records: number;
  readonly packedAt: number;
}

export class PacedFeed {
  private readonly producer: EventHubProducerClient;
  private readonly publisher: Publisher;
  private readonly run = nowNs();
  private number = 0;
  /** Records so far. */
  sent = 0;

  /** @param time of the market when it begins, ns UTC */
  private constructor(
    connection: string,
    private readonly contract: string,
    private readonly records: MboBatch,
    private time: bigint,
  ) {
    this.producer = new EventHubProducerClient(connection, HUBS[0].name);
    this.publisher = new Publisher(this.producer, HUBS[0].partitions, new FeedCounters());
  }

  /** @param count records that are sent at most */
  static async open(
    connection: string,
    contract: string,
    files: readonly string[],
    count: number,
    begin: bigint,
  ): Promise<PacedFeed> {
    const records = new MboBatch(count);
    const mbo = (batch: MboBatch) =>
      appendMbo(records, batch, 0, Math.min(batch.length, count - records.length));
    for (const file of files) await readDbn(file, { mbo }, { signal: new AbortController().signal });
    return new PacedFeed(connection, contract, records, begin);
  }

  /**
   * Sends the next records.
   * @param rate records a second of the market's time
   * @param hurry how much faster than that they are sent
   */
  async send(count: number, rate: number, hurry = 1): Promise<SentPacket[]> {
    const { records, publisher, contract, run } = this;
    const end = Math.min(this.sent + count, records.length);
    const most = Math.min(MOST_RECORDS, Math.max(1, Math.round((rate * hurry * LINGER_MS) / 1000)));
    const nsPerRecord = BigInt(Math.round(1e9 / rate));
    const packets: SentPacket[] = [];
    const first = this.sent;
    const started = performance.now();
    while (this.sent < end) {
      const to = Math.min(this.sent + most, end);
      const due = started + ((to - first) / (rate * hurry)) * 1000 - performance.now();
      if (due > 1) await sleep(due);
      for (let i = this.sent; i < to; i++) records.tsRecv[i] = records.tsEvent[i] = this.time += nsPerRecord;
      packets.push({ records: to, packedAt: performance.timeOrigin + performance.now() });
      publisher.push(recordsPacket(records, this.sent, to, { contract, run, number: this.number++ }));
      this.sent = to;
      await publisher.room();
    }
    await publisher.drain(60_000);
    return packets;
  }

  close(): Promise<void> {
    return this.producer.close();
  }
}
