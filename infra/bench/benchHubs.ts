/** Hubs for a bench: a process of their own, in a folder of their own. */
import { HUBS } from '../eventhubs/hubs';
import { ensureHubs, type HubsProcess } from '../eventhubs/process';

export const benchHubs = (folder: string): Promise<HubsProcess> =>
  ensureHubs({
    folder,
    hubs: HUBS,
    host: '127.0.0.1',
    port: 0,
    exact: false,
    fsync: 'each-second',
    retentionMs: 3_600_000,
    retentionBytes: 2 ** 32,
    segmentBytes: 2 ** 26,
    metrics: { host: '127.0.0.1', port: 0, exact: false },
  });
