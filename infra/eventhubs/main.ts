/** The process of a peer: waits for its order, serves, and ends when its parent does or SIGTERM comes. See `process.ts`. */
import { join } from 'node:path';
import type { Registry } from 'prom-client';
import { SpymasterError } from '../../graph/errors';
import { MetricsEndpoint } from '../../workers/observing/endpoint';
import { openLog } from '../../workers/observing/log';
import { processRegistry } from '../../workers/observing/observe';
import { secretIn } from '../secretFile';
import { EventHubsPeer } from './peer';
import type { PeerAnswer, PeerOrder } from './process';
import type { SharedKey } from './sasToken';

/** As namespaces call the key they come with. */
const KEY_NAME = 'RootManageSharedAccessKey';

process.once('message', (order: PeerOrder) => void serve(order));

async function serve(order: PeerOrder): Promise<void> {
  try {
    const registry = processRegistry('hub');
    const endpoint = order.metrics && (await MetricsEndpoint.open(registry, order.metrics));
    const peer = await start(order, registry);
    const { address, connectionString } = peer;
    tell({ address, connectionString, ...(endpoint && { metrics: endpoint.url }) });
    const stop = () => void peer.stop().then(() => process.exit(0));
    process.once('disconnect', stop);
    process.once('SIGTERM', stop);
  } catch (error) {
    const code = error instanceof SpymasterError ? error.code : 'StoreUnavailable';
    tell({ failure: { code, message: error instanceof Error ? error.message : String(error) } });
    process.disconnect();
  }
}

async function start({ exact, ...order }: PeerOrder, registry: Registry): Promise<EventHubsPeer> {
  const options = { ...order, registry, log: openLog('hub'), key: keyIn(order.folder) };
  try {
    return await EventHubsPeer.start(options);
  } catch (error) {
    if (exact) throw error;
    return EventHubsPeer.start({ ...options, port: 0 });
  }
}

/** The key of a folder's peer, made the first time, so that connection strings stay good. */
function keyIn(folder: string): SharedKey {
  return { name: KEY_NAME, key: secretIn(join(folder, 'key'), 32) };
}

const tell = (answer: PeerAnswer): void => void process.send?.(answer);
