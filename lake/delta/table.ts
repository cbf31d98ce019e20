/** One table of the lake: a Delta table that follows a data contract. */
import type { Row, TableBatch, TableContract } from '../../graph/datasets/schema';
import type { MboBatch } from '../../graph/records/mbo';
import { SpymasterError } from '../../graph/errors';
import { storedColumns } from '../contracts/enforce';
import type { MboColumn } from '../parquet/mbo';
import { PartitionWriter } from '../parquet/partitionWriter';
import { readBatches, readMboBatches, toRows } from '../parquet/read';
import type { WrittenFile } from '../parquet/write';
import type { Store } from '../store/store';
import { type AddFile, type PartitionValues, type RemoveFile, type Txn } from './actions';
import { writeCheckpoint } from './checkpoint';
import { commit, type Change } from './commit';
import { DeltaLog, type CommitRecord } from './log';
import { fileTags, type Lineage } from './lineage';
import { fileKey, scanSql } from './scan';
import { checkPartition, partitionFolder, type Partition } from './partition';
import { schemaActions } from './schema';
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
  /** What the rows were computed from, if that is this table itself: a change of the partition since is a conflict. */
  basedOn?: Snapshot;
  signal?: AbortSignal;
}

export interface CommitResult {
  version: number;
  /** Written by this commit. */
  rows: number;
  files: number;
  /** Bytes on disk. */
  bytes: number;
}

export type { Partition };

export type RowWriter = (writer: PartitionWriter) => Promise<void> | void;

export interface ReadOptions {
  /** Read the table as of this version. */
  version?: number;
  signal?: AbortSignal;
}

/** Commits between checkpoints. */
const CHECKPOINT_INTERVAL = 10;

export class DeltaTable {
  /** Folder of the table in the store, e.g. `silver/bars`. */
  readonly root: string;
  readonly log: DeltaLog;
  private latest: Snapshot | undefined;

  constructor(
    readonly store: Store,
    readonly contract: TableContract,
  ) {
    this.root = tableRoot(contract.name);
    this.log = new DeltaLog(store, this.root, contract.name);
  }

  /**
   * The table as of now, or as of a version. A table nobody has written yet is a snapshot with `exists` false.
   * @throws SpymasterError BadArgument if there is no such version
   */
  async snapshot(version?: number): Promise<Snapshot> {
    if (version !== undefined) return this.log.load(version);
    this.latest = this.latest ? await this.log.catchUp(this.latest) : await this.log.load();
    return this.latest;
  }

  /** Who wrote which version, oldest first. */
  history(): Promise<CommitRecord[]> {
    return this.log.history();
  }

  /**
   * Replaces one partition in one commit: readers see the old rows or the new ones.
   * @throws SpymasterError `ContractViolation`, `CommitConflict` if somebody else changed the partition since this call
   * began, `Fenced`, `Cancelled`; the table is as it was then
   */
  async overwritePartition(
    partition: Partition,
    rows: readonly TableBatch[] | RowWriter,
    options: CommitOptions,
  ): Promise<CommitResult> {
    return this.write(partition, rows, options, true);
  }

  /** Adds rows to one partition; never in conflict with what others write. */
  async append(
    partition: Partition,
    rows: readonly TableBatch[] | RowWriter,
    options: CommitOptions,
  ): Promise<CommitResult> {
    return this.write(partition, rows, options, false);
  }

  /** Rows of one partition in the order they were written, without the partition's own columns. */
  async *readPartition(
    partition: Partition,
    options: ReadOptions & { columns?: readonly string[] } = {},
  ): AsyncGenerator<TableBatch> {
    checkPartition(this.contract, partition);
    const wanted = options.columns;
    const stored = storedColumns(this.contract);
    const columns = wanted ? stored.filter(({ name }) => wanted.includes(name)) : stored;
    const unknown = wanted?.find((name) => !stored.some((column) => column.name === name));
    if (unknown !== undefined)
      throw new SpymasterError('BadArgument', `${this.contract.name} has no column ${unknown}`, {
        field: unknown,
      });
    const source = await this.source(partition, options.version);
    for await (const batch of readBatches(source, columns, options.signal))
      yield { contract: this.contract, ...batch };
  }

  /**
   * Streams the MBO records of one partition in order of arrival.
   * @param onBatch gets a reused batch, valid only until it returns or resolves
   */
  async readMbo(
    partition: Partition,
    onBatch: (batch: MboBatch) => Promise<void> | void,
    options: ReadOptions & { columns?: readonly MboColumn[] } = {},
  ): Promise<void> {
    checkPartition(this.contract, partition);
    const source = await this.source(partition, options.version);
    await readMboBatches(source, onBatch, options.columns, options.signal);
  }

  /**
   * Rows of a small table as objects, partition columns included.
   * @param where partition values to look in (all partitions without), and a condition in SQL
   */
  async readRows(where: ReadOptions & { partition?: Partition; sql?: string } = {}): Promise<Row[]> {
    const source = await this.source(where.partition ?? {}, where.version);
    const filtered = where.sql === undefined ? source : `(FROM ${source} WHERE ${where.sql})`;
    const rows: Row[] = [];
    for await (const batch of readBatches(filtered, this.contract.columns, where.signal))
      rows.push(...toRows(batch, this.contract.columns));
    return rows;
  }

  /**
   * Commits a change and, every so often, sums the log up in a checkpoint.
   * @internal for maintenance and for changes that span more than one partition
   */
  async commit(base: Snapshot, change: Change): Promise<Snapshot> {
    const { snapshot } = await commit(this.log, base, change);
    this.latest = snapshot;
    if (snapshot.version > 0 && snapshot.version % CHECKPOINT_INTERVAL === 0) {
      // The commit stands without it, and the next one that is due makes up for it.
      await writeCheckpoint(this.store, this.log, snapshot).catch((error: unknown) =>
        process.emitWarning(
          `${this.contract.name}: no checkpoint at version ${snapshot.version}: ${String(error)}`,
        ),
      );
    }
    return snapshot;
  }

  /** Moves files that were written aside into the table's folder, and describes them for the log. */
  async adopt(
    files: readonly WrittenFile[],
    partition: PartitionValues,
    tags: Record<string, string>,
  ): Promise<AddFile[]> {
    const folder = partitionFolder(this.contract, partition);
    return Promise.all(
      files.map(async ({ path, size, stats }) => {
        const name = `${folder}${path.slice(path.lastIndexOf('/') + 1)}`;
        await this.store.adopt(path, `${this.root}/${name}`);
        return {
          path: encodeURI(name),
          partitionValues: partition,
          size,
          modificationTime: 0,
          dataChange: true,
          stats,
          tags,
        };
      }),
    );
  }

  private async write(
    partition: Partition,
    rows: readonly TableBatch[] | RowWriter,
    options: CommitOptions,
    overwrite: boolean,
  ): Promise<CommitResult> {
    checkPartition(this.contract, partition);
    const base = options.basedOn ?? (await this.snapshot());
    schemaActions(this.contract, base); // A contract the table cannot take fails before the work, not after it.
    const writer = new PartitionWriter(this.store, this.contract, options.signal);
    let written: WrittenFile[];
    try {
      if (typeof rows === 'function') await rows(writer);
      else for (const batch of rows) await writer.write(batch);
      written = await writer.finish();
    } catch (error) {
      await writer.discard();
      throw error;
    }
    const adds = await this.adopt(written, partition, fileTags(options.lineage, this.contract.version));
    const { txn } = options;
    const total = { rows: sum(written, 'rows'), files: written.length, bytes: sum(written, 'size') };
    const change: Change = {
      overwrites: overwrite ? partition : undefined,
      txn,
      actions: (now, timestamp) => [
        {
          commitInfo: {
            timestamp,
            operation: options.operation,
            operationParameters: {
              mode: overwrite ? 'Overwrite' : 'Append',
              partitionBy: JSON.stringify(this.contract.partitionBy),
              partition: JSON.stringify(partition),
            },
            operationMetrics: {
              numFiles: String(total.files),
              numOutputRows: String(total.rows),
              numOutputBytes: String(total.bytes),
            },
            readVersion: base.version,
            isBlindAppend: !overwrite,
            engineInfo: 'spymaster',
            lineage: { ...options.lineage, rows: total.rows },
          },
        },
        ...schemaActions(this.contract, now),
        ...(txn ? [{ txn: { appId: txn.appId, version: txn.version, lastUpdated: timestamp } }] : []),
        ...(overwrite
          ? now.filesOf(partition).map((file) => ({ remove: removal(file, timestamp, true) }))
          : []),
        ...adds.map((add) => ({ add: { ...add, modificationTime: timestamp } })),
      ],
    };
    try {
      const { version } = await this.commit(base, change);
      return { version, ...total };
    } catch (error) {
      if (isLost(error)) await Promise.all(adds.map((add) => this.store.remove(fileKey(this.root, add))));
      throw error;
    }
  }

  /**
   * Makes sure that an old version can still be read.
   * @throws SpymasterError BadArgument if files of it have been vacuumed
   */
  async checkFiles(snapshot: Snapshot): Promise<void> {
    const stored = new Set((await this.store.list(this.root)).map(({ key }) => key));
    const gone = snapshot.filesOf().find((file) => !stored.has(fileKey(this.root, file)));
    if (gone)
      throw new SpymasterError(
        'BadArgument',
        `${this.contract.name}: files of version ${snapshot.version} have been vacuumed`,
        { file: gone.path },
      );
  }

  private async source(partition: Partition, version: number | undefined): Promise<string> {
    const snapshot = await this.snapshot(version);
    if (version !== undefined) await this.checkFiles(snapshot);
    return scanSql(this.store, this.root, snapshot.filesOf(partition), this.contract);
  }
}

/** Whether a commit is known not to have happened. After any other failure its files may be part of the table. */
const isLost = (error: unknown) =>
  error instanceof SpymasterError && (error.code === 'CommitConflict' || error.code === 'Fenced');

/** Folder of a table by its name, `layer.table`. */
export const tableRoot = (name: string): string => name.replace('.', '/');

/** What says that a file is no longer part of the table. */
export const removal = (file: AddFile, timestamp: number, dataChange: boolean): RemoveFile => ({
  path: file.path,
  deletionTimestamp: timestamp,
  dataChange,
  extendedFileMetadata: true,
  partitionValues: file.partitionValues,
  size: file.size,
});

const sum = <K extends string>(items: readonly Record<K, number>[], key: K): number =>
  items.reduce((total, item) => total + item[key], 0);
