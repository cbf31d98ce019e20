/** A table as one version of its log leaves it. */
import { SpymasterError } from '../../graph/errors';
import type { Action, AddFile, Metadata, PartitionValues, Protocol, RemoveFile } from './actions';
import { requireReadable } from './protocol';
import { lineageOf, type Lineage } from './lineage';
import { decodeSchema, type DeltaField } from './schema';

/** What one partition holds. */
export interface PartitionInfo {
  readonly values: PartitionValues;
  /** In the order their rows were written. */
  readonly files: readonly AddFile[];
  /** Without those of files that other engines wrote without statistics. */
  readonly rows: number;
  /** Bytes on disk. */
  readonly bytes: number;
  /** How the partition came about: that of its latest file. `undefined` for files of other engines. */
  readonly lineage?: Lineage;
}

/** Immutable; `apply` gives the next one. An absent table is version -1, without metadata and files. */
export class Snapshot {
  private constructor(
    readonly table: string,
    readonly version: number,
    /** When this version was committed, ms since the Unix epoch; 0 when unknown. */
    readonly timestamp: number,
    readonly protocol: Protocol | undefined,
    readonly metadata: Metadata | undefined,
    /** Current data files by path. */
    readonly files: ReadonlyMap<string, AddFile>,
    /** Files removed before this version and not yet forgotten, by path. */
    readonly tombstones: ReadonlyMap<string, RemoveFile>,
    /** Highest transaction version by application. */
    readonly txns: ReadonlyMap<string, number>,
  ) {}

  static absent(table: string): Snapshot {
    return new Snapshot(table, -1, 0, undefined, undefined, new Map(), new Map(), new Map());
  }

  get exists(): boolean {
    return this.metadata !== undefined;
  }

  /** Columns in table order; none for an absent table. */
  get fields(): DeltaField[] {
    return this.metadata ? decodeSchema(this.metadata.schemaString) : [];
  }

  /** This snapshot with the actions of `version` on top. */
  apply(version: number, actions: Iterable<Action>): Snapshot {
    let { timestamp, protocol, metadata } = this;
    const files = new Map(this.files);
    const tombstones = new Map(this.tombstones);
    const txns = new Map(this.txns);
    for (const action of actions) {
      if (action.add) {
        files.set(action.add.path, action.add);
        tombstones.delete(action.add.path);
      } else if (action.remove) {
        files.delete(action.remove.path);
        tombstones.set(action.remove.path, action.remove);
      } else if (action.txn) txns.set(action.txn.appId, action.txn.version);
      else if (action.metaData) metadata = action.metaData;
      else if (action.protocol) protocol = action.protocol;
      else if (action.commitInfo) timestamp = action.commitInfo.timestamp;
    }
    if (!protocol || !metadata)
      throw new SpymasterError('CorruptTable', `${this.table}: version ${version} has no protocol or schema`);
    requireReadable(this.table, protocol, metadata);
    return new Snapshot(this.table, version, timestamp, protocol, metadata, files, tombstones, txns);
  }

  /** Files of one partition in the order their rows were written; all files without an argument. */
  filesOf(partition: PartitionValues = {}): AddFile[] {
    return [...this.files.values()].filter((file) => inPartition(file, partition)).sort(inWritingOrder);
  }

  /** One partition, or `undefined` if nothing was ever written to it or it was removed. */
  partition(values: PartitionValues): PartitionInfo | undefined {
    const files = this.filesOf(values);
    return files.length > 0 ? describe(files) : undefined;
  }

  /** Every partition, ordered by its values. */
  partitions(): PartitionInfo[] {
    return this.filesByPartition().map(describe);
  }

  /** All files, those of a partition together, in the order of `partitions`. */
  filesByPartition(): AddFile[][] {
    const groups = new Map<string, AddFile[]>();
    for (const file of this.filesOf()) {
      const key = partitionKey(file.partitionValues, this.metadata?.partitionColumns ?? []);
      const group = groups.get(key);
      if (group) group.push(file);
      else groups.set(key, [file]);
    }
    return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, files]) => files);
  }
}

/** Whether a file belongs to a partition; of a partition named in part, to any that agrees with that part. */
export function inPartition(
  file: { partitionValues?: PartitionValues },
  partition: PartitionValues,
): boolean {
  return Object.entries(partition).every(([name, value]) => (file.partitionValues?.[name] ?? null) === value);
}

/** One text per partition, sorting like its values. */
const partitionKey = (values: PartitionValues, columns: readonly string[]): string =>
  columns.map((column) => values[column] ?? '').join('\u0000');

/** Files of one commit share their time and are numbered in their names; a later commit has a later time. */
function inWritingOrder(a: AddFile, b: AddFile): number {
  return a.modificationTime - b.modificationTime || (a.path < b.path ? -1 : 1);
}

/** Rows of a file, as its statistics say; other engines may write none. */
export function rowsOf(file: AddFile): number | undefined {
  return file.stats ? (JSON.parse(file.stats) as { numRecords?: number }).numRecords : undefined;
}

/** Rows of files together; `undefined` if the statistics of one are missing. */
export function rowsOfAll(files: readonly AddFile[]): number | undefined {
  let sum = 0;
  for (const file of files) {
    const rows = rowsOf(file);
    if (rows === undefined) return undefined;
    sum += rows;
  }
  return sum;
}

function describe(files: AddFile[]): PartitionInfo {
  return {
    values: files[0].partitionValues,
    files,
    rows: files.reduce((sum, file) => sum + (rowsOf(file) ?? 0), 0),
    bytes: files.reduce((sum, file) => sum + file.size, 0),
    lineage: lineageOf(files[files.length - 1]),
  };
}
