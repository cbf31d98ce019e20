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

/** What this lake can read and write. A table that asks for more was written by another engine with newer features. */
const SUPPORTED = { reader: 1, writer: 2 } as const;

export const PROTOCOL: Protocol = {
  minReaderVersion: SUPPORTED.reader,
  minWriterVersion: SUPPORTED.writer,
};

/** @throws SpymasterError CorruptTable if the table needs features this lake does not have */
export function checkProtocol(protocol: Protocol, table: string): void {
  if (protocol.minReaderVersion <= SUPPORTED.reader && protocol.minWriterVersion <= SUPPORTED.writer) return;
  const features = [...(protocol.readerFeatures ?? []), ...(protocol.writerFeatures ?? [])].join(', ');
  throw new SpymasterError(
    'CorruptTable',
    `${table} asks for Delta features another engine has switched on` + (features ? `: ${features}` : ''),
    {
      field: 'protocol',
      expected: `reader version ${SUPPORTED.reader}, writer version ${SUPPORTED.writer}`,
      found: `reader version ${protocol.minReaderVersion}, writer version ${protocol.minWriterVersion}`,
    },
  );
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export function encodeActions(actions: readonly Action[]): Uint8Array {
  return encoder.encode(actions.map((action) => JSON.stringify(action)).join('\n') + '\n');
}

/** @throws SpymasterError CorruptTable naming file and line of what is no JSON object */
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
  return actions;
}
