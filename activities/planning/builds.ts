/** The build of one contract-date, as it is asked for and as it ends. Plain JSON: it crosses Temporal. */
import type { LayerOutcome } from '../../graph/planning/building';
import type { Layer } from '../../graph/datasets/layers';

/** Input of the workflow `buildContractDate`. */
export interface BuildInput {
  contract: string;
  /** Trade date (ET), `YYYY-MM-DD`. */
  tradeDate: string;
  /** Layers to build, in order. */
  layers: Layer[];
  /** Rebuild although inputs, code and settings are unchanged. */
  force?: boolean;
}

/** Result of the workflow `buildContractDate`; when a layer fails, the details of its failure. */
export interface BuildResult {
  contract: string;
  tradeDate: string;
  /** Of each layer that was asked for. */
  layers: LayerOutcome[];
}

/** How a build ended that somebody else had started. `gone`: cancelled, terminated or timed out. */
export type JoinedBuild =
  | { ended: 'completed'; result: BuildResult }
  | { ended: 'failed'; type: string; message: string; result?: BuildResult }
  | { ended: 'gone' };
