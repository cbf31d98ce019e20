/**
 * What a Delta log says: one action a line. Names and shapes are the Delta transaction log protocol's (reader version 1,
 * writer version 2); only what this lake writes or must understand is spelled out.
 */
import { SpymasterError } from '../../graph/errors';

export interface Protocol {
  minReaderVersion: number;
  minWriterVersion: number;
  readerFeatures?: string[];
  writerFeatures?: string[];
}

export interface Metadata {
  id: string;
  name?: string | null;
  description?: string | null;
  format: { provider: string; options: Record<string, string> };
  /** The schema as JSON text, see `schema.ts`. */
  schemaString: string;
  partitionColumns: string[];
  configuration: Record<string, string>;
  /** ms since the Unix epoch. */
  createdTime?: number;
}

export type PartitionValues = Record<string, string | null>;

/** A data file that is part of the table from this version on. */
export interface AddFile {
  /** URL-encoded, relative to the table. */
  path: string;
  partitionValues: PartitionValues;
  /** Bytes. */
  size: number;
  /** ms since the Unix epoch; with the path it gives the order of a partition's files. */
  modificationTime: number;
  /** False when rows were only moved about (compaction). */
  dataChange: boolean;
  /** JSON text: row count, minima, maxima, null counts. */
  stats?: string | null;
  tags?: Record<string, string> | null;
}

/** A data file that is no longer part of the table; kept for readers of older versions until it is vacuumed. */
export interface RemoveFile {
  path: string;
  /** ms since the Unix epoch. */
  deletionTimestamp?: number;
  dataChange: boolean;
  extendedFileMetadata?: boolean;
  partitionValues?: PartitionValues;
  size?: number;
}

/** What says that a file is no longer part of the table. */
export const removal = (file: AddFile, timestamp: number, dataChange: boolean): RemoveFile => ({
  path: file.path,
  deletionTimestamp: timestamp,
  dataChange,
  extendedFileMetadata: true,
  partitionValues: file.partitionValues,
  size: file.size,
});

/** The highest version an application has written: what a commit is fenced by. */
export interface Txn {
  appId: string;
  version: number;
  lastUpdated?: number;
}

/** Who wrote a version, from what. Free-form in the protocol; `lineage` is this lake's addition. */
export interface CommitInfo {
  /** ms since the Unix epoch. */
  timestamp: number;
  operation: string;
  operationParameters?: Record<string, string>;
  operationMetrics?: Record<string, string>;
  readVersion?: number;
  isBlindAppend?: boolean;
  engineInfo?: string;
  lineage?: unknown;
}

export interface Action {
  protocol?: Protocol;
  metaData?: Metadata;
  add?: AddFile;
  remove?: RemoveFile;
  txn?: Txn;
  commitInfo?: CommitInfo;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export function encodeActions(actions: readonly Action[]): Uint8Array {
  return encoder.encode(actions.map((action) => JSON.stringify(action)).join('\n') + '\n');
}

/** @throws SpymasterError CorruptTable naming file and line of what is no JSON object, and a file without any */
export function decodeActions(bytes: Uint8Array, file: string): Action[] {
  const actions: Action[] = [];
  let line = 0;
  for (const text of decoder.decode(bytes).split('\n')) {
    line++;
    if (text.trim() === '') continue;
    try {
      const action = JSON.parse(text) as Action;
      if (typeof action !== 'object' || action === null) throw new Error('not an object');
      actions.push(action);
    } catch (cause) {
      throw new SpymasterError(
        'CorruptTable',
        'a line of the table log is not JSON',
        { file, line },
        { cause },
      );
    }
  }
  // Created, but never written to: its writer, or the disk under it, died.
  if (actions.length === 0)
    throw new SpymasterError('CorruptTable', 'a commit of the table log is empty', {
      file,
      offset: 0,
      expected: 'a JSON object a line',
    });
  return actions;
}
