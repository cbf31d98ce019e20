/** The feed into the peer, by Azure's own client, with what may go wrong on the way. */
import { EventHubProducerClient } from '@azure/event-hubs';
import { Products } from '../../../graph/products/catalog';
import { Packer } from '../../../graph/feed/packer';
import { decodePacket, type Packet } from '../../../graph/feed/packet';
import { partitionOfKey } from '../../../infra/eventhubs/partitionKey';
import type { LiveItem } from '../../../workers/databento';
import { FeedCounters } from '../../../workers/feed/counters';
import { runFeed } from '../../../workers/feed/feed';
import { Publisher } from '../../../workers/feed/publisher';
import { someMetadata } from '../../support/dbnFiles';
import { Collector, TEST_HUB, startPeer, type TestPeer } from '../../support/eventHubs';
import { mapping, order } from '../../support/feedRecords';
import { until } from '../../support/until';

let running: TestPeer;
beforeEach(async () => {
  running = await startPeer();
});
afterEach(async () => {
  await running.peer.stop();
  running.remove();
});

const PER_RUN = 50;
const RUNS = 40;
const RECORDS = Array.from({ length: RUNS * PER_RUN }, (_, i) => order(1 + (i % 2), i + 1, BigInt(i + 1)));
const CONTRACTS = ['ESH4', 'ESM4'];

async function* source(between: (run: number) => Promise<void> | void): AsyncGenerator<LiveItem> {
  const metadata = someMetadata();
  const runOf = (records: readonly Uint8Array[]): LiveItem => ({
    kind: 'records',
    bytes: Buffer.concat(records),
    metadata,
  });
  yield runOf(CONTRACTS.map((symbol, i) => mapping(i + 1, symbol)));
  for (let run = 0; run < RUNS; run += 1) {
    yield runOf(RECORDS.slice(run * PER_RUN, (run + 1) * PER_RUN));
    await between(run);
    await new Promise(setImmediate);
  }
}

async function feed(between: (run: number) => Promise<void> | void) {
  const producer = new EventHubProducerClient(running.peer.connectionString, TEST_HUB, {
    retryOptions: { maxRetries: 1, retryDelayInMs: 20, timeoutInMs: 2000 },
  });
  const counters = new FeedCounters();
  const publisher = new Publisher(producer, 4, counters);
  let now = 1n;
  const writer = new Packer({
    dataset: 'GLBX.MDP3',
    products: new Products(),
    run: 1n,
    mostBytes: 1200,
    now: () => now++,
    emit: (message) => publisher.push(message),
  });
  await runFeed({ source: source(between), writer, publisher, counters, lingerMs: 2 });
  expect(await publisher.drain(600_000)).toBe(0);
  await producer.close();
  return counters;
}

/** Packets of a contract as they lie in its partition. */
async function arrived(contract: string): Promise<Packet[]> {
  const id = String(partitionOfKey(contract, 4));
  const collector = new Collector(running.peer.connectionString, TEST_HUB, id);
  const own = () =>
    collector.events
      .filter(({ partitionKey }) => partitionKey === contract)
      .map(({ body }) => decodePacket(body as Buffer));
  const last = RECORDS.length - (contract === 'ESM4' ? 0 : 1);
  await until(() => own().at(-1)?.lastSequence === last);
  await collector.close();
  return own();
}

test.each<[string, (run: number) => void]>([
  ['nothing', () => {}],
  ['a hub that is busy now and then', (run) => run % 10 === 5 && running.peer.faults.refuseSends(3)],
  [
    'lost answers and cut connections',
    (run) => {
      if (run === 10) running.peer.faults.loseAnswers(1);
      if (run === 25) running.peer.faults.cutConnections();
    },
  ],
])(
  'with %s in its way every record arrives, in order, and what comes twice can be told',
  async (_, fault) => {
    const counters = await feed(fault);
    expect(counters.records).toBe(RECORDS.length);
    for (const [i, contract] of CONTRACTS.entries()) {
      const packets = await arrived(contract);
      const first = packets.filter(
        ({ number }, at) => packets.findIndex((one) => one.number === number) === at,
      );
      expect(first.map(({ number }) => number)).toEqual(first.map((__, at) => at));
      const bytes = Buffer.concat(first.map(({ records }) => records));
      expect(bytes.equals(Buffer.concat(RECORDS.filter((__, at) => at % 2 === i)))).toBe(true);
    }
  },
);
