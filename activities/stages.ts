/** The stages by layer: what a thread runs. */
import { SpymasterError } from '../graph/errors';
import type { StageContext, StageRequest, StageResult } from './stage';

/** Where a stage reads and writes, and how it computes; plain JSON. */
export interface StageSettings {
  /** Folder of the lake. */
  lake: string;
  /** Checked settings of the features (graph/settings). */
  features: unknown;
}

export function runStage(
  request: StageRequest,
  _context: StageContext,
  settings: StageSettings,
): Promise<StageResult> {
  return Promise.reject(
    new SpymasterError('StoreUnavailable', `This build has no stage for ${request.layer}`, {
      file: settings.lake,
    }),
  );
}
