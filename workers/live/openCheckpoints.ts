/** The checkpoints of this process, in the container of the configuration. */
import { azureCredential } from '../../lake/store/azure/credential';
import type { EventHubsConfig } from '../eventHubs/hubsConfig';
import { Checkpoints } from './checkpoints';

/** One for a container, so that sessions of a partition tell of it together. */
const opened = new Map<string, Checkpoints>();

/** @param warn told why one is not written, in words; undefined where none are wanted */
export function openCheckpoints(
  { checkpoints: address }: Pick<EventHubsConfig, 'checkpoints'>,
  warn: (text: string) => void,
): Checkpoints | undefined {
  if (address === undefined) return undefined;
  const known = opened.get(address);
  if (known) return known;
  const { ContainerClient } = require('@azure/storage-blob') as typeof import('@azure/storage-blob');
  const { BlobCheckpointStore } =
    require('@azure/eventhubs-checkpointstore-blob') as typeof import('@azure/eventhubs-checkpointstore-blob');
  const store = new BlobCheckpointStore(new ContainerClient(address, azureCredential()));
  const checkpoints = new Checkpoints(store, (error) =>
    warn(`A checkpoint was not written: ${error instanceof Error ? error.message : String(error)}`),
  );
  opened.set(address, checkpoints);
  return checkpoints;
}
