/** The event hubs the configuration means: a namespace elsewhere, or those of this machine. */
import { SpymasterError } from '../../graph/errors';
import { HUBS } from '../../infra/eventhubs/hubs';
import {
  HUBS_FOLDER,
  ensureHubs,
  readRunningHubs,
  type HubsProcess,
  type RunningHubs,
} from '../../infra/eventhubs/process';
import type { Config } from '../config';
import { azureCredential } from '../../lake/store/azure/credential';
import { metricsPlace, type PortChoice } from '../observing/place';
import { readSecret } from '../../lake/secrets/readSecret';
import type { HubsConnection } from './clients';
import { requireConnectionString } from './connectionString';

const HOUR_MS = 3_600_000;
const GIGABYTE = 2 ** 30;
const SEGMENT_BYTES = 64 * 2 ** 20;

/**
 * Starts those of this machine, or joins the ones that run; undefined where the configuration names a namespace.
 * @param metricsPort where they tell Prometheus what they do, in place of the configuration's
 * @throws SpymasterError StoreUnavailable when they do not start
 */
export async function startLocalHubs(
  { eventHubs: config, metrics }: Pick<Config, 'eventHubs' | 'metrics'>,
  metricsPort?: PortChoice,
): Promise<HubsProcess | undefined> {
  if (config.connectionString !== undefined || config.namespace !== undefined) return undefined;
  return ensureHubs({
    folder: HUBS_FOLDER,
    hubs: HUBS,
    host: '127.0.0.1',
    port: config.port,
    exact: false,
    fsync: config.fsync,
    retentionMs: config.retentionHours * HOUR_MS,
    retentionBytes: config.retentionGigabytes * GIGABYTE,
    segmentBytes: SEGMENT_BYTES,
    metrics: metricsPlace('hub', metrics, metricsPort),
    ...(config.throughputUnits !== undefined && { throughputUnits: config.throughputUnits }),
  });
}

/** Those of this machine, where they run. */
export const runningHubs = (): RunningHubs | undefined => readRunningHubs();

/**
 * What producers and consumers connect to.
 * @throws SpymasterError StoreUnavailable when none is configured and none runs; as `readSecret` does
 */
export async function hubsConnection(config: Pick<Config, 'eventHubs' | 'vault'>): Promise<HubsConnection> {
  const { connectionString, namespace, endpoint } = config.eventHubs;
  if (namespace !== undefined) return { namespace, endpoint, credential: azureCredential() };
  if (connectionString !== undefined)
    return requireConnectionString(await readSecret(connectionString, 'eventHubs.connectionString', config));
  const running = readRunningHubs();
  if (running) return running.connectionString;
  throw new SpymasterError(
    'StoreUnavailable',
    'No Event Hubs: start those of this machine with `./spymaster server`, or give a namespace as EVENTHUB_NAMESPACE or EVENTHUB_CONNECTION_STRING',
    { field: 'eventHubs.namespace' },
  );
}
