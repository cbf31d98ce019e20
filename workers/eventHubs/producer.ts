/** Clients that write to event hubs. */
import { EventHubProducerClient, type RetryOptions } from '@azure/event-hubs';
import './linkAddress';

/** @param retryOptions how often is tried, and how long an answer may take */
export const openProducer = (
  connection: string,
  hub: string,
  retryOptions: RetryOptions,
): EventHubProducerClient => new EventHubProducerClient(connection, hub, { retryOptions });
