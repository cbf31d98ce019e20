/** Messages between the simulating thread and the one that writes its files. */
import type { DbnMetadata, DbnRecord } from '../../graph/dbn';

export type FileRequest =
  | { kind: 'file'; path: string; compressed: boolean; metadata: DbnMetadata }
  /** The first `length` rows of the `MboBatch` of `capacity` over `buffer`. */
  | { kind: 'rows'; buffer: ArrayBufferLike; capacity: number; length: number }
  | { kind: 'records'; records: DbnRecord[] }
  | { kind: 'end' }
  /** Asks the thread to end itself: terminated inside the compressor, it takes the process with it. */
  | { kind: 'stop' };

export type FileReply =
  /** The rows sent longest ago are encoded; their buffer may be reused. */
  { kind: 'encoded' } | { kind: 'written'; path: string; records: number; bytes: number };
