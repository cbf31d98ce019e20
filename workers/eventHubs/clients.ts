/** Clients of event hubs: what reads, and what sends. All there are in the product are made here. */
import {
  EventHubConsumerClient,
  EventHubProducerClient,
  type EventHubClientOptions,
  type RetryOptions,
  type TokenCredential,
} from '@azure/event-hubs';
import { requireHub } from './connectionString';
import './linkAddress';

/** A namespace that lets in whoever has a token of Entra ID with a role there; over TLS. */
export interface EntraNamespace {
  /** Its own host name, such as `NAME.servicebus.windows.net`: what tokens are shown for. */
  readonly namespace: string;
  readonly credential: TokenCredential;
  /** `sb://HOST[:PORT]`, where it is not reached by that name. */
  readonly endpoint?: string;
}

/** A connection string, or a namespace of Entra ID. */
export type HubsConnection = string | EntraNamespace;

/**
 * What is asked of a hub, and how long an answer may take before it is asked again, on another connection where that one is lost. The
 * SDK's own minute of waiting, and half a minute between two tries, would keep a worker from a hub that is back at once. To read twice
 * does no harm.
 */
const READING: RetryOptions = { maxRetries: 5, retryDelayInMs: 250, timeoutInMs: 5000 };

/**
 * @param group consumer group of the hub
 * @throws SpymasterError BadConfig where the connection string is of another hub
 */
export const openConsumer = (
  group: string,
  connection: HubsConnection,
  hub: string,
): EventHubConsumerClient => {
  if (typeof connection === 'string') {
    requireHub(connection, hub);
    return new EventHubConsumerClient(group, connection, hub, { retryOptions: READING });
  }
  const { namespace, credential } = connection;
  return new EventHubConsumerClient(group, namespace, hub, credential, at(connection, READING));
};

/**
 * @param retryOptions how often is tried, and how long an answer may take: whoever sends knows what it costs to send again
 * @throws SpymasterError BadConfig where the connection string is of another hub
 */
export const openProducer = (
  connection: HubsConnection,
  hub: string,
  retryOptions: RetryOptions,
): EventHubProducerClient => {
  if (typeof connection === 'string') {
    requireHub(connection, hub);
    return new EventHubProducerClient(connection, hub, { retryOptions });
  }
  const { namespace, credential } = connection;
  return new EventHubProducerClient(namespace, hub, credential, at(connection, retryOptions));
};

const at = ({ endpoint }: EntraNamespace, retryOptions: RetryOptions): EventHubClientOptions => ({
  retryOptions,
  ...(endpoint !== undefined && { customEndpointAddress: endpoint }),
});
