/** What hubs, and a feed that sends to them, say of what goes wrong. */
import { EventHubProducerClient } from '@azure/event-hubs';
import { requestFault } from '../../../infra/eventhubs/faultNode';
import { FeedCounters } from '../../../workers/feed/counters';
import { Publisher } from '../../../workers/feed/publisher';
import type { Log } from '../../../workers/observing/log';
import { startPeer, TEST_HUB } from '../../support/eventHubs';

/** A log that keeps what it is told, by level. */
function keptLog() {
  const told: [level: string, message: string][] = [];
  const keep = (level: string) => (_fields: object, message: string) => told.push([level, message]);
  return { told, log: { info: keep('info'), warn: keep('warn') } as unknown as Log };
}

test('a hub that refuses says why, once; the feed says that it tries again, and that it is over', async () => {
  const [hub, feed] = [keptLog(), keptLog()];
  const { peer, remove } = await startPeer({ log: hub.log });
  await requestFault(peer.connectionString, { fault: 'busy', amount: 5 });
  const producer = new EventHubProducerClient(peer.connectionString, TEST_HUB, {
    retryOptions: { maxRetries: 0 },
  });
  const publisher = new Publisher(producer, 4, new FeedCounters(undefined, feed.log));
  const of = { contract: 'ESH4', kind: 'records', records: 1, since: 1n } as const;
  publisher.push({ ...of, body: new Uint8Array(10) });
  expect(await publisher.drain(60_000)).toBe(0);
  const stranger = new EventHubProducerClient(peer.connectionString, 'no_hub');
  await expect(stranger.sendBatch([{ body: 'x' }])).rejects.toMatchObject({
    code: 'MessagingEntityNotFoundError',
  });
  await Promise.all([producer.close(), stranger.close()]);
  await peer.stop();
  remove();
  expect(hub.told).toEqual([
    ['info', 'Fails as asked: busy 5'],
    ['warn', expect.stringContaining(`${TEST_HUB} refuses a batch: `)],
    ['warn', expect.stringContaining('no_hub lets nobody in: ')],
  ]);
  expect(feed.told).toEqual([
    ['warn', expect.stringContaining('The hub did not take a batch, which is sent again: ')],
    ['info', 'The hub takes batches again.'],
  ]);
});
