/** The stages by layer: what a thread of the pool, and `spymaster build`, runs. */
import type { Layer } from '../../graph/datasets/layers';
import { productsOf, settingsFor, type FeatureSettings } from '../../graph/settings';
import { Lake } from '../../lake/lake';
import { buildBronze } from './bronze';
import { buildGold } from './gold';
import { buildSilver } from './silver';
import type { StageContext, StageRequest, StageResult } from './stage';

/** Where a stage reads and writes, and how it computes; plain JSON. */
export interface StageSettings {
  /** Folder of the lake. */
  lake: string;
  /** What the user chose about the features. */
  features: FeatureSettings;
}

/** The same, opened, and the features as they hold for the contract's product. */
export interface StageDependencies {
  lake: Lake;
  settings: FeatureSettings;
}

type Stage = (
  request: StageRequest,
  context: StageContext,
  dependencies: StageDependencies,
) => Promise<StageResult>;

const STAGES: Record<Layer, Stage> = { bronze: buildBronze, silver: buildSilver, gold: buildGold };

/**
 * Builds one layer of one contract-date, unless it is current.
 * @throws SpymasterError NoInput if a layer below is not published; CommitConflict or Fenced if another build of the same
 * layer came first; Cancelled
 */
export async function runStage(
  request: StageRequest,
  context: StageContext,
  { lake, features }: StageSettings,
): Promise<StageResult> {
  const products = productsOf(features);
  const { product } = products.contractOf(request.contract, request.tradeDate);
  return STAGES[request.layer](request, context, {
    lake: await Lake.open(lake, products),
    settings: settingsFor(features, product),
  });
}
