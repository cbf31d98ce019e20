/** What is read of the hub for lanes: each partition once, and none that nobody takes from. */
import { EventHubConsumerClient } from '@azure/event-hubs';
import { HUBS } from '../../../infra/eventhubs/hubs';
import { partitionOfKey } from '../../../infra/eventhubs/partitionKey';
import { HubReader } from '../../../workers/live/hubReader';
import { startPeer, type TestPeer } from '../../support/eventHubs';

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
  const [taken, over] = ['ESH4', 'NQH4'].map((key) => reader.lane(key, -1));
  expect(reader.partitionOf('NQH4')).not.toBe(reader.partitionOf('ESH4'));
  over.end();
  reader.start();
  await taken.changed(60_000);
  expect(subscribed.mock.calls.map(([partition]) => partition)).toEqual([
    String(partitionOfKey('ESH4', HUBS[0].partitions)),
  ]);
  await reader.close();
});
