/** New rows of one partition as a change of its table. */
import type { TableContract } from '../../graph/datasets/schema';
import { removal, type Action, type AddFile, type Txn } from './actions';
import type { Change } from './commit';
import { schemaActions } from './evolution';
import type { Lineage } from './lineage';
import type { Partition } from './partition';
import type { Snapshot } from './snapshot';

export interface CommitOptions {
  /** What is being done, for the table's history, e.g. `build silver`. */
  operation: string;
  lineage: Lineage;
  /**
   * Fences off other attempts at the same thing: a commit whose version is lower than the table's for this `appId` fails
   * with `Fenced`; one whose version is higher replaces what a concurrent lower one wrote.
   */
  txn?: Pick<Txn, 'appId' | 'version'>;
  /**
   * For rows that come in parts: names the stream and numbers the part. A part that the table has already, or one before it, fails
   * with `Fenced`, so that each is written once whoever writes it.
   */
  stream?: Pick<Txn, 'appId' | 'version'>;
  /** What the rows were computed from, if that is this table itself: a change of the partition since is a conflict. */
  basedOn?: Snapshot;
  signal?: AbortSignal;
}

/** What a write adds to a partition. */
interface PartitionWrite {
  partition: Partition;
  /** Whether the files replace those of the partition, or come after them. */
  overwrite: boolean;
  files: readonly AddFile[];
  /** Rows and bytes of the files. */
  rows: number;
  bytes: number;
}

/** @param base the snapshot the write was prepared against */
export function partitionChange(
  contract: TableContract,
  base: Snapshot,
  { partition, overwrite, files, rows, bytes }: PartitionWrite,
  { operation, lineage, txn, stream }: CommitOptions,
): Change {
  const commitInfo = (timestamp: number): Action => ({
    commitInfo: {
      timestamp,
      operation,
      operationParameters: {
        mode: overwrite ? 'Overwrite' : 'Append',
        partitionBy: JSON.stringify(contract.partitionBy),
        partition: JSON.stringify(partition),
      },
      operationMetrics: {
        numFiles: String(files.length),
        numOutputRows: String(rows),
        numOutputBytes: String(bytes),
      },
      readVersion: base.version,
      isBlindAppend: !overwrite,
      engineInfo: 'spymaster',
      lineage: { ...lineage, rows },
    },
  });
  return {
    overwrites: overwrite ? partition : undefined,
    txn,
    stream,
    actions: (now, timestamp) => [
      commitInfo(timestamp),
      ...schemaActions(contract, now),
      ...[txn, stream].flatMap((mark) =>
        mark ? [{ txn: { appId: mark.appId, version: mark.version, lastUpdated: timestamp } }] : [],
      ),
      ...(overwrite
        ? now.filesOf(partition).map((file) => ({ remove: removal(file, timestamp, true) }))
        : []),
      ...files.map((add) => ({ add: { ...add, modificationTime: timestamp } })),
    ],
  };
}
