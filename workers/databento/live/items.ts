/** What a live client hands out: runs of records as they came, and the gaps between them. */
import type { DbnMetadata, DbnRecord } from '../../../graph/dbn';

/** Whole records, one after the other, in the bytes the gateway sent; system, error and mapping records among them. */
export interface RecordRun {
  readonly kind: 'records';
  readonly bytes: Uint8Array;
  /** Of the session the records came in: version, whether they carry `ts_out`. */
  readonly metadata: DbnMetadata;
}

/** Records that were missed and cannot be had again. */
export interface Gap {
  readonly kind: 'gap';
  /** ts_recv of the last record before the gap, ns UTC. */
  readonly from: bigint;
  /** ts_recv of the first record after it, ns UTC; u64::MAX where the stream ended before one came. */
  readonly to: bigint;
  readonly reason: GapReason;
}

/**
 * - `snapshot`: after a loss of the connection the book was taken anew, what led to it was not replayed
 * - `replay_refused`: the gateway no longer has the records, or does not replay
 * - `no_overlap`: the replay does not contain the record last seen, so that nobody knows what is missing
 * - `slow_reader`: the gateway left out records that were not taken in time
 */
export type GapReason = 'snapshot' | 'replay_refused' | 'no_overlap' | 'slow_reader';

export type LiveItem = RecordRun | Gap;

/** What happens to a live client, for logs and counters. Records are in the shape of version 3. */
export type LiveEvent =
  | { kind: 'connected'; sessionId: string; attempt: number }
  | { kind: 'disconnected'; reason: string; retryInMs: number }
  | { kind: 'system'; record: DbnRecord<'system'> }
  | { kind: 'error'; record: DbnRecord<'error'> }
  | { kind: 'mapping'; record: DbnRecord<'symbol-mapping'> }
  | { kind: 'gap'; gap: Gap };
