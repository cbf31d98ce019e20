import { EventHubProducerClient } from '@azure/event-hubs';
import { Registry } from 'prom-client';
import { Collector, QUICK_RETRIES, TEST_HUB, startPeer } from '../../support/eventHubs';
import { samplesOf } from '../../support/prometheus';
import { until } from '../../support/until';

test('what hubs take, give and refuse is counted', async () => {
  const registry = new Registry();
  const { peer, remove } = await startPeer({ registry });
  const told = async (name: string) => samplesOf(await registry.metrics()).get(`spymaster_hub_${name}`);
  const of = `{hub="${TEST_HUB}"}`;
  const producer = new EventHubProducerClient(peer.connectionString, TEST_HUB, QUICK_RETRIES);
  peer.faults.refuseSends(2);
  const body = Buffer.alloc(100_000, 7);
  await producer.sendBatch([{ body }, { body }, { body }], { partitionId: '0' });
  expect(await told(`throttled_total${of}`)).toBe(2);
  expect(await told(`incoming_events_total${of}`)).toBe(3);
  expect(await told(`incoming_bytes_total${of}`)).toBeGreaterThan(300_000);
  expect(await told(`incoming_bytes_total${of}`)).toBeLessThan(310_000);

  const collector = await new Collector(peer.connectionString, TEST_HUB, '0').waitFor(3);
  expect(await told(`outgoing_events_total${of}`)).toBe(3);
  expect(await told(`outgoing_bytes_total${of}`)).toBeGreaterThan(300_000);
  expect(await told('connections')).toBe(2);

  await collector.close();
  await producer.close();
  await until(async () => (await told('connections')) === 0);
  await peer.stop();
  remove();
});
