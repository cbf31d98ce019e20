/** One table of the lake: a Delta table that follows a data contract. */
import {
  storedColumns,
  type ColumnContract,
  type Row,
  type TableBatch,
  type TableContract,
} from '../../graph/datasets/schema';
import type { MboBatch } from '../../graph/records/mbo';
import { SpymasterError, type FailureCode } from '../../graph/errors';
import type { MboColumn } from '../parquet/mbo';
import { PartitionWriter } from '../parquet/partitionWriter';
import { readBatches, readMboBatches, toRows } from '../parquet/read';
import type { WrittenFile } from '../parquet/write';
import type { FileSpace } from '../store/fileSpace';
import type { Store } from '../store/store';
import { tell } from '../told';
import { commit, type Change } from './commit';
import { DataFiles } from './dataFiles';
import { requirePartitioning, schemaActions } from './evolution';
import { fileTags } from './lineage';
import { DeltaLog, type CommitRecord } from './log';
import { checkPartition, type Partition } from './partition';
import { partitionChange, type CommitOptions } from './partitionChange';
import { requireRemovable, requireWritable } from './protocol';
import type { Snapshot } from './snapshot';
import { wholeRead } from './wholeRead';

export type { CommitOptions, Partition };

export interface CommitResult {
  version: number;
  /** Written by this commit. */
  rows: number;
  files: number;
  /** Bytes on disk. */
  bytes: number;
}

export type RowWriter = (writer: PartitionWriter) => Promise<void> | void;

interface ReadOptions {
  /** Read the table as of this version. */
  version?: number;
  signal?: AbortSignal;
}

interface ReadColumns extends ReadOptions {
  /** Those to read; all, without. */
  columns?: readonly string[];
}

export class DeltaTable {
  /** Folder of the table in the store, e.g. `silver/bars`. */
  readonly root: string;
  readonly log: DeltaLog;
  readonly files: DataFiles;
  private latest: Snapshot | undefined;

  constructor(
    readonly store: Store,
    space: FileSpace,
    readonly contract: TableContract,
  ) {
    this.root = tableRoot(contract.name);
    this.log = new DeltaLog(store, space, this.root, contract.name);
    this.files = new DataFiles(store, space, this.root, contract);
  }

  /**
   * The table as of now, whoever wrote to it last, or as of a version. A table never written is a snapshot with `exists`
   * false.
   * @throws SpymasterError BadArgument if there is no such version; ContractViolation if the table is partitioned otherwise
   */
  async snapshot(version?: number): Promise<Snapshot> {
    if (version !== undefined) return this.log.load(version);
    this.latest = this.latest ? await this.log.catchUp(this.latest) : await this.log.load();
    requirePartitioning(this.contract, this.latest);
    return this.latest;
  }

  /** Who wrote which version, oldest first. */
  history(): Promise<CommitRecord[]> {
    return this.log.history();
  }

  /**
   * Replaces one partition in one commit: readers see the old rows or the new ones.
   * @throws SpymasterError `ContractViolation`, `CommitConflict` if another writer changed the partition since this call
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

  /**
   * Rows of one partition in the order they were written, without the partition's own columns.
   * @throws SpymasterError CorruptTable naming the file, if not every row of the partition can be read
   */
  async *readPartition(partition: Partition, options: ReadColumns = {}): AsyncGenerator<TableBatch> {
    checkPartition(this.contract, partition);
    const columns = this.columnsRead(options.columns);
    const { source, files } = await this.source(partition, options.version);
    const batches = readBatches(source, columns, options.signal);
    for await (const batch of wholeRead(this.files, files, batches, ({ rowCount }) => rowCount))
      yield { contract: this.contract, ...batch };
  }

  /**
   * Rows of many partitions in one scan, each as `readPartition` gives them; those without rows are left out.
   * @returns batches of one partition each, in the order of `partitions`
   * @throws SpymasterError CorruptTable naming the file, if not every row can be read
   */
  async *readPartitions(
    partitions: readonly Partition[],
    options: ReadColumns = {},
  ): AsyncGenerator<{ partition: Partition; batch: TableBatch }> {
    for (const partition of partitions) checkPartition(this.contract, partition);
    const stored = this.columnsRead(options.columns);
    const key = this.contract.columns.filter(({ name }) => this.contract.partitionBy.includes(name));
    const snapshot = await this.snapshot(options.version);
    if (options.version !== undefined) await this.files.requireFiles(snapshot);
    const files = partitions.flatMap((partition) => snapshot.filesOf(partition));
    if (files.length === 0) return;
    const source = await this.files.scan(files, this.contract);
    const batches = readBatches(source, [...stored, ...key], options.signal);
    for await (const batch of wholeRead(this.files, files, batches, ({ rowCount }) => rowCount))
      for (const [from, to] of runsOf(batch, key)) {
        const partition = Object.fromEntries(
          key.map(({ name }) => [name, batch.columns[name][from] as string]),
        );
        const columns = Object.fromEntries(
          stored.map(({ name }) => [name, batch.columns[name].slice(from, to)]),
        );
        yield { partition, batch: { contract: this.contract, rowCount: to - from, columns } };
      }
  }

  /**
   * Streams the MBO records of one partition in order of arrival.
   * @param onBatch gets a reused batch, valid only until it returns or resolves
   * @throws SpymasterError CorruptTable naming the file, if not every record of the partition can be read
   */
  async readMbo(
    partition: Partition,
    onBatch: (batch: MboBatch) => Promise<void> | void,
    options: ReadOptions & { columns?: readonly MboColumn[] } = {},
  ): Promise<void> {
    checkPartition(this.contract, partition);
    const { source, files } = await this.source(partition, options.version);
    const batches = readMboBatches(source, options.columns, options.signal);
    for await (const batch of wholeRead(this.files, files, batches, ({ length }) => length)) {
      const pending = onBatch(batch);
      if (pending) await pending;
    }
  }

  /**
   * Rows of a small table as objects, partition columns included.
   * @param where partition values to look in (all partitions without), a condition in SQL, and the columns wanted (all without)
   * @throws SpymasterError CorruptTable naming the file, if not every row can be read
   */
  async readRows(
    where: ReadOptions & { partition?: Partition; sql?: string; columns?: readonly string[] } = {},
  ): Promise<Row[]> {
    const { source, files } = await this.source(where.partition ?? {}, where.version);
    const filtered = where.sql === undefined ? source : `(FROM ${source} WHERE ${where.sql})`;
    const columns = this.contract.columns.filter(({ name }) => where.columns?.includes(name) ?? true);
    const batches = readBatches(filtered, columns, where.signal);
    // How many rows a condition leaves is not known.
    const count = where.sql === undefined ? ({ rowCount }: { rowCount: number }) => rowCount : undefined;
    const rows: Row[] = [];
    for await (const batch of wholeRead(this.files, files, batches, count))
      rows.push(...toRows(batch, columns));
    return rows;
  }

  /**
   * Commits a change, see `commit`.
   * @internal for maintenance and for changes that span more than one partition
   */
  async commit(base: Snapshot, change: Change): Promise<Snapshot> {
    this.latest = await commit(this.log, base, change);
    return this.latest;
  }

  /** Files first, then the commit that makes them part of the table. */
  private async write(
    partition: Partition,
    rows: readonly TableBatch[] | RowWriter,
    options: CommitOptions,
    overwrite: boolean,
  ): Promise<CommitResult> {
    checkPartition(this.contract, partition);
    const base = options.basedOn ?? (await this.snapshot());
    // What the table cannot take fails before the work, not after it.
    requireWritable(base);
    schemaActions(this.contract, base);
    if (overwrite && base.filesOf(partition).length > 0) requireRemovable(base);
    const written = await this.writeFiles(rows, options.signal);
    const tags = fileTags(options.lineage, this.contract.version);
    const files = await this.files.take(written, partition, tags);
    const total = { rows: sum(written, 'rows'), bytes: sum(written, 'size') };
    const change = partitionChange(this.contract, base, { partition, overwrite, files, ...total }, options);
    try {
      const { version } = await this.commit(base, change);
      tell('committed', { table: this.contract.name, ...total });
      return { version, files: files.length, ...total };
    } catch (error) {
      if (isLost(error)) await this.files.remove(files);
      throw error;
    }
  }

  private async writeFiles(
    rows: readonly TableBatch[] | RowWriter,
    signal: AbortSignal | undefined,
  ): Promise<WrittenFile[]> {
    const writer = new PartitionWriter(this.files.space, this.contract, signal);
    try {
      if (typeof rows === 'function') await rows(writer);
      else for (const batch of rows) await writer.write(batch);
      return await writer.finish();
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }

  /** @throws SpymasterError BadArgument for a column there is not */
  private columnsRead(wanted?: readonly string[]): ColumnContract[] {
    const stored = storedColumns(this.contract);
    const unknown = wanted?.find((name) => !stored.some((column) => column.name === name));
    if (unknown !== undefined)
      throw new SpymasterError('BadArgument', `${this.contract.name} has no column ${unknown}`, {
        field: unknown,
      });
    return wanted ? stored.filter(({ name }) => wanted.includes(name)) : stored;
  }

  private async source(partition: Partition, version: number | undefined) {
    const snapshot = await this.snapshot(version);
    if (version !== undefined) await this.files.requireFiles(snapshot);
    const files = snapshot.filesOf(partition);
    return { files, source: await this.files.scan(files, this.contract) };
  }
}

/** Failures of a commit that has not happened. After any other failure its files may be part of the table. */
const LOST: readonly FailureCode[] = ['CommitConflict', 'Fenced', 'ContractViolation'];

const isLost = (error: unknown) => error instanceof SpymasterError && LOST.includes(error.code);

/** Where rows of one partition begin and end in a batch. */
function* runsOf(
  { rowCount, columns }: Pick<TableBatch, 'rowCount' | 'columns'>,
  key: readonly ColumnContract[],
): Generator<[from: number, to: number]> {
  let from = 0;
  for (let i = 1; i <= rowCount; i++) {
    if (i < rowCount && key.every(({ name }) => columns[name][i] === columns[name][from])) continue;
    yield [from, i];
    from = i;
  }
}

/** Folder of a table by its name, `layer.table`. */
export const tableRoot = (name: string): string => name.replace('.', '/');

const sum = <K extends string>(items: readonly Record<K, number>[], key: K): number =>
  items.reduce((total, item) => total + item[key], 0);
