/** Which training snapshots are kept: those a published model names, so that it can be fitted again, and those taken lately. */
import { randomUUID } from 'node:crypto';
import { goldTrainingSnapshot } from '../../graph/models/training/snapshotTable';
import { partitionChange } from '../../lake/delta/partitionChange';
import type { Lake } from '../../lake/lake';
import { ModelRegistry } from '../models/registry';

const HOUR_MS = 3_600_000;
/** A training that is under way has published nothing yet. */
const LEAST_KEPT_HOURS = 24;

export interface ExpiredSnapshot {
  product: string;
  version: string;
  rows: number;
  bytes: number;
}

/**
 * Takes snapshots that no version of a model names out of `gold.training_snapshot`; vacuum deletes their files once no version of the table
 * within the retention has them.
 * @param retentionHours snapshots taken later are kept; a day's are in any case
 * @param dryRun only say which
 * @param now ms since the Unix epoch
 */
export async function expireSnapshots(
  lake: Lake,
  { retentionHours, dryRun = false }: { retentionHours: number; dryRun?: boolean },
  now = Date.now(),
): Promise<ExpiredSnapshot[]> {
  const table = lake.table(goldTrainingSnapshot);
  const snapshot = await table.snapshot();
  const takenBefore = now - Math.max(retentionHours, LEAST_KEPT_HOURS) * HOUR_MS;
  const named = new Set(
    (await new ModelRegistry(lake).list()).map(({ product, training }) => `${product} ${training.snapshot}`),
  );
  const expired: ExpiredSnapshot[] = [];
  for (const { values, rows, bytes } of snapshot.partitions()) {
    const partition = values as Record<'product' | 'version', string>;
    const { product, version } = partition;
    const taken = snapshot.filesOf(partition).map(({ modificationTime }) => modificationTime);
    if (named.has(`${product} ${version}`) || Math.max(...taken) >= takenBefore) continue;
    expired.push({ product, version, rows, bytes });
    if (dryRun) continue;
    const lineage = {
      inputs: [],
      codeVersion: '1',
      digest: version,
      runId: randomUUID(),
      workflowId: 'local',
    };
    const nothing = { partition, overwrite: true, files: [], rows: 0, bytes: 0 };
    const options = { operation: 'snapshot expired', lineage };
    await table.commit(snapshot, partitionChange(goldTrainingSnapshot, snapshot, nothing, options));
  }
  return expired;
}
