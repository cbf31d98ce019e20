/**
 * Request, progress and result of building one layer, for the Temporal activities, `spymaster build`, and the thread pool under
 * both.
 */
import type { Layer } from '../../graph/datasets/layers';
import type { Scope } from '../../graph/planning/scope';
import type { CheckResult } from '../../graph/quality/checks';

export type { CheckResult, Layer };

/** Plain JSON: it crosses Temporal and threads. */
export interface StageRequest {
  layer: Layer;
  /** A partition of the layer's unit, or a span of them. */
  scope: Scope;
  /** Fencing token, higher with every attempt at this build: a commit with a lower one than the table's fails. */
  fence: number;
  /** Who asked, for lineage. `local` runs carry their own run id. */
  run: { workflowId: string; runId: string };
  /** Rebuild although inputs, code and settings are unchanged. */
  force?: boolean;
}

export interface StageProgress {
  /** What is being done now, e.g. `decoding`, `writing`. */
  phase: string;
  /** Events read so far, of about `total` (0 when unknown). */
  done: number;
  total: number;
}

export interface StageResult {
  layer: Layer;
  scope: Scope;
  /** `current`: inputs, code and settings equal the published build's, nothing was done. Of a span: how most of it ended. */
  status: 'published' | 'current' | 'blocked' | 'no_data';
  /** Rows written, by table. */
  rows: Record<string, number>;
  checks: CheckResult[];
  /** Digest over inputs, code and settings: what `current` is judged by. Of a span: that of its last partition. */
  digest: string;
  seconds: number;
  /** For `blocked` and `no_data`: the reason. */
  reason?: string;
}

/** What a running stage may use besides its request. */
export interface StageContext {
  progress: (progress: StageProgress) => void;
  signal: AbortSignal;
}
