/** Publishes what is said of touches to the hub `inference_results`, each result once. */
import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import type { InferenceResult } from '../../graph/scoring/inferenceResult';
import { DEFAULT_GROUP } from '../../infra/eventhubs/hubs';
import { partitionOfKey } from '../../infra/eventhubs/partitionKey';
import { readRange } from '../eventHubs/readRange';

export const RESULTS_HUB = 'inference_results';

export class ResultPublisher {
  private constructor(
    private readonly producer: EventHubProducerClient,
    private readonly contract: string,
    private readonly stream: string,
    /** Ids of results of the stream that are in the hub already. */
    private readonly published: Set<string>,
  ) {}

  /** @param stream of the session: what a worker before this one has published of it is not published again */
  static async open(connection: string, contract: string, stream: string): Promise<ResultPublisher> {
    const producer = new EventHubProducerClient(connection, RESULTS_HUB);
    const published = await publishedBefore(producer, connection, contract, stream);
    return new ResultPublisher(producer, contract, stream, published);
  }

  /** @returns whether it was not there yet */
  async publish(result: InferenceResult): Promise<boolean> {
    if (this.published.has(result.id)) return false;
    const { id: messageId, schema } = result;
    await this.producer.sendBatch(
      [
        {
          body: result,
          messageId,
          contentType: 'application/json',
          properties: { schema, stream: this.stream },
        },
      ],
      { partitionKey: this.contract },
    );
    this.published.add(result.id);
    return true;
  }

  close(): Promise<void> {
    return this.producer.close();
  }
}

/** Ids in the partition of the contract, up to its end as it is now. */
async function publishedBefore(
  producer: EventHubProducerClient,
  connection: string,
  contract: string,
  stream: string,
): Promise<Set<string>> {
  const { partitionIds } = await producer.getEventHubProperties();
  const partition = partitionIds[partitionOfKey(contract, partitionIds.length)];
  const {
    isEmpty,
    beginningSequenceNumber: from,
    lastEnqueuedSequenceNumber: to,
  } = await producer.getPartitionProperties(partition);
  const found = new Set<string>();
  if (isEmpty) return found;
  const consumer = new EventHubConsumerClient(DEFAULT_GROUP, connection, RESULTS_HUB);
  try {
    await readRange(consumer, partition, { from, to }, (events) => {
      for (const { messageId, properties } of events)
        if (properties?.stream === stream) found.add(String(messageId));
    });
  } finally {
    await consumer.close();
  }
  return found;
}
