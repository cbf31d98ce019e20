/**
 * Committing: optimistic, as Delta does it. A writer prepares against the snapshot it read and tries to create the next
 * version; one that finds it taken reads the commits that came first, and either commits after them or fails with
 * `CommitConflict` or `Fenced`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SpymasterError } from '../../graph/errors';
import type { Action, PartitionValues, Txn } from './actions';
import type { Commit, DeltaLog } from './log';
import { requireRemovable, requireWritable } from './protocol';
import { inPartition, type Snapshot } from './snapshot';

/** A change, as a function of the table it will be applied to. */
export interface Change {
  /** The partition it reads and replaces; absent for one that only adds. */
  overwrites?: PartitionValues;
  /** Fences writers off: a version lower than the table's for the same application loses. */
  txn?: Txn;
  /** How far a stream has come in the table: each of its commits has to carry it on. */
  stream?: Txn;
  /** The actions on top of `snapshot`; called again after every lost race. */
  actions(snapshot: Snapshot, timestamp: number): Action[];
}

/** Commits between checkpoints. */
const CHECKPOINT_INTERVAL = 10;

/** Lost races in a row after which a writer stops: far more than writers that all make progress can cause. */
const ATTEMPTS = 500;

/**
 * Commits a change that was prepared against `base`; every tenth version is summed up in a checkpoint too.
 *
 * @returns the table with the change
 * @throws SpymasterError `ContractViolation` if the table has features this lake cannot write, or is append-only and would
 * lose rows; `Fenced` if a later attempt of the same application has written, or the stream has come as far already; `CommitConflict` if another
 * writer changed the partition since `base`; `StoreUnavailable` if the race was lost too often
 */
export async function commit(log: DeltaLog, base: Snapshot, change: Change): Promise<Snapshot> {
  let snapshot = base;
  requireWritable(snapshot);
  checkFence(snapshot, change);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    // Commit times rise with versions whatever the clocks of the writers say.
    const timestamp = Math.max(Date.now(), snapshot.timestamp + 1);
    const actions = change.actions(snapshot, timestamp);
    if (actions.some(({ remove }) => remove?.dataChange)) requireRemovable(snapshot);
    const version = snapshot.version + 1;
    if (await log.tryCommit(version, actions)) {
      const committed = snapshot.apply(version, actions);
      if (version > 0 && version % CHECKPOINT_INTERVAL === 0) await checkpoint(log, committed);
      return committed;
    }
    const winners = await log.commitsAfter(snapshot.version);
    for (const winner of winners) snapshot = snapshot.apply(winner.version, winner.actions);
    requireWritable(snapshot);
    // Fencing is checked before conflicts: a later attempt supersedes this one.
    checkFence(snapshot, change);
    for (const winner of winners) checkConflict(base, winner, change);
    await sleep(Math.random() * Math.min(50, 2 * attempt));
  }
  throw new SpymasterError('StoreUnavailable', `${base.table}: other writers were faster ${ATTEMPTS} times`, {
    file: log.folder,
  });
}

/** The commit is valid without its checkpoint, and the next one that is due makes up for it. */
async function checkpoint(log: DeltaLog, snapshot: Snapshot): Promise<void> {
  await log.writeCheckpoint(snapshot).catch((error: unknown) => {
    const { table, version } = snapshot;
    process.emitWarning(`${table}: no checkpoint at version ${version}: ${String(error)}`);
  });
}

function checkFence(snapshot: Snapshot, { txn, stream }: Change): void {
  const written = stream && snapshot.txns.get(stream.appId);
  if (stream && written !== undefined && written >= stream.version)
    throw new SpymasterError('Fenced', `${snapshot.table}: the stream has been written as far already`, {
      field: stream.appId,
      expected: `a part numbered ${written + 1} or higher`,
      found: stream.version,
    });
  const seen = txn && snapshot.txns.get(txn.appId);
  if (txn && seen !== undefined && seen > txn.version)
    throw new SpymasterError('Fenced', `${snapshot.table}: a later attempt has written this partition`, {
      field: txn.appId,
      expected: `an attempt numbered ${seen} or higher`,
      found: txn.version,
    });
}

/**
 * Two writers of one partition: the second would replace rows it never saw, so it fails; unless its fence says that it
 * is the later attempt at the same thing, whose rows are meant to replace the earlier one's.
 */
function checkConflict(base: Snapshot, winner: Commit, { overwrites, txn }: Change): void {
  if (!overwrites) return;
  const touched = winner.actions.some(({ add, remove }) => {
    const file = add ?? remove;
    return file?.dataChange && inPartition(file, overwrites);
  });
  if (!touched) return;
  const theirs = winner.actions.find((action) => action.txn?.appId === txn?.appId)?.txn;
  if (txn && theirs && theirs.version < txn.version) return;
  throw new SpymasterError(
    'CommitConflict',
    `${base.table}: another writer changed the partition in the meantime`,
    {
      field: Object.entries(overwrites)
        .map(([name, value]) => `${name}=${value ?? ''}`)
        .join('/'),
      expected: `the partition as of version ${base.version}`,
      found: `a change in version ${winner.version}`,
    },
  );
}
