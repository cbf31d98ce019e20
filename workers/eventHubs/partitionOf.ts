/** The partition of a hub that has what goes under a key. */
import type { EventHubConsumerClient } from '@azure/event-hubs';
import { partitionOfKey } from '../../infra/eventhubs/partitionKey';

/** @throws what the SDK does */
export async function partitionOf(consumer: EventHubConsumerClient, key: string): Promise<string> {
  const partitionIds = await consumer.getPartitionIds();
  return partitionIds[partitionOfKey(key, partitionIds.length)];
}
