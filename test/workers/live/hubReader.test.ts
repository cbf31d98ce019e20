/** What is read of the hub for lanes: each partition once, and none that nobody takes from. */
import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { HUBS } from '../../../infra/eventhubs/hubs';
import { partitionOfKey } from '../../../infra/eventhubs/partitionKey';
import { HubReader } from '../../../workers/live/hubReader';
import type { Lane } from '../../../workers/live/lane';
import { SpymasterError } from '../../../graph/errors';
import { startPeer, type TestPeer } from '../../support/eventHubs';

const isOwn = () => Promise.resolve();

let hubs: TestPeer;
beforeAll(async () => {
  hubs = await startPeer({ hubs: HUBS });
});
afterAll(async () => {
  await hubs.peer.stop();
  hubs.remove();
});

test('of lanes that have ended before anything is read nothing is, lest a link that is closed while it opens keeps the process', async () => {
  const subscribed = jest.spyOn(EventHubConsumerClient.prototype, 'subscribe');
  const reader = await HubReader.open(hubs.peer.connectionString);
  const [taken, over] = ['ESH4', 'NQH4'].map((key) => reader.contractLane(key, -1, isOwn));
  expect(reader.partitionOf('NQH4')).not.toBe(reader.partitionOf('ESH4'));
  over.end();
  reader.start();
  await taken.changed(60_000);
  expect(subscribed.mock.calls.map(([partition]) => partition)).toEqual([
    String(partitionOfKey('ESH4', HUBS[0].partitions)),
  ]);
  await reader.close();
});

/** Two contracts of one partition. */
const PARTITIONS = HUBS[0].partitions;
const MINE = 'ESH4';
const THEIRS = ['ESM4', 'ESU4', 'ESZ4', 'NQM4', 'NQU4', 'NQZ4', 'CLJ4', 'CLK4', 'GCG4', 'GCJ4'].find(
  (contract) => partitionOfKey(contract, PARTITIONS) === partitionOfKey(MINE, PARTITIONS),
)!;

/** Sends texts under the contracts they begin with. */
async function send(...texts: string[]): Promise<void> {
  const producer = new EventHubProducerClient(hubs.peer.connectionString, HUBS[0].name);
  for (const body of texts)
    await producer.sendBatch([{ body: Buffer.from(body) }], { partitionKey: body.split(' ')[0] });
  await producer.close();
}

/** Takes events from a lane until there are so many. */
async function take(lane: Lane, count: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const { events } of lane.arrivals()) {
    texts.push(...events.map((event) => Buffer.from('body' in event ? event.body : []).toString()));
    if (texts.length >= count) break;
  }
  return texts;
}

test('workers of several contracts of a partition share it; of one contract the later stays', async () => {
  await send(`${MINE} 1`, `${THEIRS} 1`);
  const first = await HubReader.open(hubs.peer.connectionString);
  let replaced = false;
  const mine = first.contractLane(MINE, -1, async () => {
    if (replaced) throw new SpymasterError('Fenced', `Another worker follows ${MINE}`);
  });
  first.start();
  expect(await take(mine, 1)).toEqual([`${MINE} 1`]);

  const second = await HubReader.open(hubs.peer.connectionString);
  const theirs = second.contractLane(THEIRS, -1, isOwn);
  second.start();
  expect(await take(theirs, 1)).toEqual([`${THEIRS} 1`]);
  await send(`${MINE} 2`, `${THEIRS} 2`, `${MINE} 3`);
  expect(await take(theirs, 1)).toEqual([`${THEIRS} 2`]);
  expect(await take(mine, 2)).toEqual([`${MINE} 2`, `${MINE} 3`]);
  await first.close();

  const third = await HubReader.open(hubs.peer.connectionString);
  const again = third.contractLane(MINE, -1, async () => {
    if (replaced) throw new SpymasterError('Fenced', `Another worker follows ${MINE}`);
  });
  third.start();
  expect(await take(again, 3)).toHaveLength(3);
  replaced = true;
  const fourth = await HubReader.open(hubs.peer.connectionString);
  fourth.contractLane(MINE, -1, isOwn);
  fourth.start();
  await expect(take(again, 1)).rejects.toMatchObject({
    code: 'Fenced',
    message: `Another worker follows ${MINE}`,
  });
  await Promise.all([second, third, fourth].map((reader) => reader.close()));
});
