/** Clients that read of event hubs. */
import { EventHubConsumerClient } from '@azure/event-hubs';
import './linkAddress';

/**
 * What is asked of a hub, and how long an answer may take before it is asked again, on another connection where that one is lost. The
 * SDK's own minute of waiting, and half a minute between two tries, would keep a worker from a hub that is back at once. To read twice
 * does no harm.
 */
const TRIES = { retryOptions: { maxRetries: 5, retryDelayInMs: 250, timeoutInMs: 5000 } };

/** @param group consumer group of the hub */
export const openConsumer = (group: string, connection: string, hub: string): EventHubConsumerClient =>
  new EventHubConsumerClient(group, connection, hub, TRIES);
