/** A feed in a process of its own: order messages of files into the hub, packed and published as a feed does it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { EventHubProducerClient } from '@azure/event-hubs';
import { encodeMbo, MBO_BYTES } from '../../../graph/dbn/mboCodec';
import { Packer } from '../../../graph/feed/packer';
import { Products } from '../../../graph/products/catalog';
import type { MboBatch } from '../../../graph/records/mbo';
import { readDbn } from '../../../lake/raw/dbnFile';
import { FeedCounters } from '../../../workers/feed/counters';
import { Publisher } from '../../../workers/feed/publisher';
import { nowNs } from '../../../workers/live/clock';
import { HUBS } from '../../eventhubs/hubs';
import { nameRecord } from '../nameRecord';
import { answering } from './child';

const DBN_VERSION = 3;
const MOST_PACKET_BYTES = 120_000;

interface Sending {
  readonly connection: string;
  readonly files: readonly string[];
  /** The contract whose order messages the files hold. */
  readonly contract: string;
  /** Order messages/s; `Infinity`: as fast as they are taken. */
  readonly rate: number;
  /** Order messages of a packet. */
  readonly together: number;
}

const handlers = {
  /** Resolves when the hub has all: with how many there were, and in how many seconds they came. */
  async send({ connection, files, contract, rate, together }: Sending) {
    const counters = new FeedCounters();
    const producer = new EventHubProducerClient(connection, HUBS[0].name);
    const publisher = new Publisher(producer, HUBS[0].partitions, counters);
    const packer = new Packer({
      dataset: 'XSIM.MDP3',
      products: new Products(),
      run: nowNs(),
      settled: () => publisher.settled,
      mostBytes: MOST_PACKET_BYTES,
      now: nowNs,
      emit: (message) => publisher.push(message),
    });
    const started = performance.now();
    let count = 0;
    const waiting: Stretch[] = [];
    const mbo = (batch: MboBatch) => {
      for (let at = 0; at < batch.length; at += together)
        waiting.push(stretchOf(batch, at, Math.min(at + together, batch.length)));
    };
    const drain = async () => {
      for (const { instrumentId, records } of waiting.splice(0)) {
        if (count === 0) packer.push(nameRecord(instrumentId, contract), DBN_VERSION, false);
        const due = started + (count / rate) * 1000 - performance.now();
        if (due > 1) await sleep(due);
        packer.push(records, DBN_VERSION, false);
        // As when they have waited for others as long as they may.
        packer.flush();
        count += records.length / MBO_BYTES;
        await publisher.room();
      }
    };
    const { signal } = new AbortController();
    for (const file of files) await readDbn(file, { mbo, drain }, { signal });
    await publisher.drain(60_000);
    await producer.close();
    return { records: counters.records, seconds: (performance.now() - started) / 1000 };
  },
};

export type FeedHandlers = typeof handlers;

/** Order messages that come together. */
interface Stretch {
  readonly instrumentId: number;
  readonly records: Uint8Array;
}

function stretchOf(batch: MboBatch, from: number, to: number): Stretch {
  const records = new Uint8Array((to - from) * MBO_BYTES);
  encodeMbo(batch, from, to, records, 0);
  return { instrumentId: batch.instrumentId[from], records };
}

answering(handlers);
