/** One build, as it is asked for and as it ends. Plain JSON: it crosses Temporal. */
import type { Layer } from '../../graph/datasets/layers';
import type { LayerOutcome } from '../../graph/planning/layerOutcomes';
import type { Scope } from '../../graph/planning/scope';

/** Input of the workflow `buildPartition`. */
export interface BuildInput {
  scope: Scope;
  /** Layers to build, in order; all of the scope's unit. */
  layers: Layer[];
  /** Rebuild although inputs, code and settings are unchanged. */
  force?: boolean;
  /** The lake that is meant, by name or id, for a run started on the queue that is no lake's. */
  lake?: string;
}

/** Result of the workflow `buildPartition`; when a layer fails, the details of its failure. */
export interface BuildResult {
  scope: Scope;
  /** Of each layer that was asked for. */
  layers: LayerOutcome[];
}

/** How a build ended that somebody else had started. `gone`: cancelled, terminated or timed out. */
export type JoinedBuild =
  | { ended: 'completed'; result: BuildResult }
  | { ended: 'failed'; type: string; message: string; result?: BuildResult }
  | { ended: 'gone' };
