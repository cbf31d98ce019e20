/** Which event hubs are meant: a namespace of Azure, or what `./spymaster server` runs. */
import { z } from 'zod';
import { SpymasterError } from '../../graph/errors';
import { FSYNC_POLICIES } from '../../infra/eventhubs/log/policies';
import { secretSetting } from '../../lake/secrets/reference';

const namespace = z.hostname('must be a host name such as NAME.servicebus.windows.net').refine(
  // The certificate of a private endpoint has the other name alone.
  (name) => !name.includes('.privatelink.'),
  "must be the namespace's own name, NAME.servicebus.windows.net: a private DNS zone has that lead to the private endpoint",
);

export const eventHubsConfig = z
  .strictObject({
    /** Of a namespace that takes keys; better in the environment, as EVENTHUB_CONNECTION_STRING. */
    connectionString: secretSetting((text) => text !== '', 'must not be empty').optional(),
    /** A namespace that is entered with a token of Entra ID; or EVENTHUB_NAMESPACE. Without either, the hubs of this machine are meant. */
    namespace: namespace.optional(),
    /** Where the namespace is reached, if not by its name; a certificate of that host is expected there. */
    endpoint: z
      .string()
      .regex(/^sb:\/\/[\w.-]+(:\d{1,5})?\/?$/, 'must be sb://HOST or sb://HOST:PORT')
      .optional(),
    /** A container of blob storage to which live workers tell how far they have taken each partition, for what watches lag. */
    checkpoints: z
      .url({ protocol: /^https$/, error: 'must be https://ACCOUNT.blob.core.windows.net/CONTAINER' })
      .optional(),
    /** Of the hubs of this machine; another is taken where it is not free. */
    port: z.int().min(1).max(65_535).default(5672),
    retentionHours: z.number().positive().default(24),
    /** What a partition keeps at most. */
    retentionGigabytes: z.number().positive().default(1),
    /** When the device is made to keep what a producer sent; a process that is killed loses nothing in any case. */
    fsync: z.enum(FSYNC_POLICIES).default('each-second'),
    /** Producers beyond 1 MB or 1000 events a second for each are told that the server is busy; unlimited without. */
    throughputUnits: z.int().positive().optional(),
  })
  .refine((chosen) => chosen.connectionString === undefined || chosen.namespace === undefined, {
    path: ['namespace'],
    message: 'must be left out where there is a connectionString',
  });

export type EventHubsConfig = z.infer<typeof eventHubsConfig>;

/**
 * A namespace that the environment names, either way, takes the place of the file's.
 * @throws SpymasterError BadConfig for one that it cannot name
 */
export function withEnvironment(config: EventHubsConfig, environment: NodeJS.ProcessEnv): EventHubsConfig {
  const { EVENTHUB_CONNECTION_STRING, EVENTHUB_NAMESPACE } = environment;
  if (!EVENTHUB_CONNECTION_STRING && !EVENTHUB_NAMESPACE) return config;
  const { connectionString: _, namespace: __, ...rest } = config;
  if (!EVENTHUB_NAMESPACE) return { ...rest, connectionString: EVENTHUB_CONNECTION_STRING };
  const field = 'EVENTHUB_NAMESPACE';
  if (EVENTHUB_CONNECTION_STRING)
    throw new SpymasterError('BadConfig', `${field} and EVENTHUB_CONNECTION_STRING name a namespace each`, {
      field,
      expected: 'one of them',
    });
  const named = namespace.safeParse(EVENTHUB_NAMESPACE);
  if (named.success) return { ...rest, namespace: named.data };
  throw new SpymasterError('BadConfig', `${field} ${named.error.issues[0].message}`, { field });
}
