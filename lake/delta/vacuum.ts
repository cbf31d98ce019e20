/**
 * Vacuum: deletes what no version within the retention needs any more. Time travel reaches back no further afterwards.
 */
import { SpymasterError } from '../../graph/errors';
import { STAGING_FOLDER, type Store } from '../store/store';
import type { DeltaTable } from './table';

const HOUR_MS = 3_600_000;
/** Files this young that no version names may belong to a commit that is under way. */
const ORPHANS_KEPT_HOURS = 1;
/** The log is kept longer than the files: who wrote what is worth knowing for a month. */
const LOG_KEPT_HOURS = 30 * 24;

const DEFAULT_RETENTION_HOURS = 7 * 24;

interface VacuumOptions {
  /** Files removed from the table longer ago than this are deleted. */
  retentionHours?: number;
  /** Only say what would be deleted. */
  dryRun?: boolean;
}

interface VacuumResult {
  /** Keys of the data files, and of the log files, that were (or would be) deleted. */
  files: string[];
  logFiles: string[];
  /** Bytes of both. */
  bytes: number;
}

export async function vacuum(table: DeltaTable, options: VacuumOptions = {}): Promise<VacuumResult> {
  const { retentionHours = DEFAULT_RETENTION_HOURS, dryRun = false } = options;
  if (!(retentionHours >= 0))
    throw new SpymasterError('BadArgument', `a retention of ${retentionHours} hours makes no sense`, {
      field: 'retention',
      expected: 'hours, 0 or more',
    });
  // Listed before the snapshot: a file committed in between is then not in the list, rather than not in the snapshot.
  const stored = await table.store.list(table.root);
  const snapshot = await table.snapshot();
  const now = Date.now();
  const removedBefore = now - retentionHours * HOUR_MS;
  const kept = new Set([...snapshot.files.values()].map((file) => table.files.keyOf(file)));
  const tombstones = new Map(
    [...snapshot.tombstones.values()].map((file) => [table.files.keyOf(file), file.deletionTimestamp ?? 0]),
  );

  const result: VacuumResult = { files: [], logFiles: [], bytes: 0 };
  const oldLog = await expendableLog(table, now - LOG_KEPT_HOURS * HOUR_MS);
  for (const { key, size, modified } of stored) {
    if (key.startsWith(`${table.log.folder}/`)) {
      if (!oldLog(key, modified)) continue;
      result.logFiles.push(key);
    } else {
      if (kept.has(key)) continue;
      const removedAt = tombstones.get(key);
      // A tombstone is forgotten after a while; an unknown file is judged by its own age, which is greater.
      const expendable =
        removedAt === undefined
          ? modified < Math.min(removedBefore, now - ORPHANS_KEPT_HOURS * HOUR_MS)
          : removedAt < removedBefore;
      if (!expendable) continue;
      result.files.push(key);
    }
    result.bytes += size;
    if (!dryRun) await table.store.remove(key);
  }
  return result;
}

/** Deletes what processes that died have left in the staging folder. Nothing is written for a whole day. */
export async function vacuumStaging(store: Store, dryRun = false): Promise<string[]> {
  const before = Date.now() - 24 * HOUR_MS;
  const left = (await store.list(STAGING_FOLDER)).filter(({ modified }) => modified < before);
  if (!dryRun) for (const { key } of left) await store.remove(key);
  return left.map(({ key }) => key);
}

/** Log files that a checkpoint has replaced and that are older than `before`. */
async function expendableLog(
  table: DeltaTable,
  before: number,
): Promise<(key: string, modified: number) => boolean> {
  const checkpoint = await table.log.wholeCheckpoint();
  if (checkpoint === undefined) return () => false;
  return (key, modified) => {
    const version = /\/(\d{20})\.[^/]*$/.exec(key)?.[1];
    return version !== undefined && Number(version) < checkpoint && modified < before;
  };
}
