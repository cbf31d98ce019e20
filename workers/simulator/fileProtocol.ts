/** What the simulating thread and the one that writes its files say to each other. */
import type { DbnMetadata, DbnRecord } from '../../graph/dbn';

/** Ending of a file that is being written. */
export const PARTIAL = '.partial';

export type FileRequest =
  | { kind: 'file'; path: string; compressed: boolean; metadata: DbnMetadata }
  /** The first `length` rows of the `MboBatch` of `capacity` over `buffer`. */
  | { kind: 'rows'; buffer: ArrayBufferLike; capacity: number; length: number }
  | { kind: 'records'; records: DbnRecord[] }
  | { kind: 'end' }
  /** Ends the thread. It ends itself: torn down from outside within the compressor, it takes the process with it. */
  | { kind: 'stop' };

export type FileReply =
  /** The rows sent longest ago are encoded; their buffer may be filled again. */
  { kind: 'encoded' } | { kind: 'written'; path: string; records: number; bytes: number };
