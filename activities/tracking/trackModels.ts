/** Models of the registry in MLflow: each version with its card, and who is champion and challenger. */
import type { ModelCard } from '../../graph/models/card';
import { versionText, type ModelRecord } from '../../graph/models/registry/modelVersion';
import { modelCard } from '../models/cards';
import type { ModelRegistry } from '../models/registry';
import type { MlflowClient } from './mlflowClient';
import { registeredName, trackAliases, trackVersion, type Tracked } from './trackVersion';

export interface TrackedModel extends Tracked {
  /** `logistic@3`. */
  model: string;
  /** The registered model it is a version of. */
  registered: string;
}

interface How {
  /** A card as an HTML page. */
  cardPage: (card: ModelCard) => string;
  /** Run of the training beneath which those of the versions are shown. */
  parent?: string;
  /** Told before each version, with how many are done. */
  onVersion?: (record: ModelRecord, done: number) => void;
}

/** Logs versions of a product's models that are not there yet, then their aliases. */
export async function trackModels(
  client: MlflowClient,
  registry: ModelRegistry,
  records: readonly ModelRecord[],
  { cardPage, parent, onVersion }: How,
): Promise<TrackedModel[]> {
  const tracked: TrackedModel[] = [];
  for (const record of records) {
    onVersion?.(record, tracked.length);
    const artifacts = { 'card.html': cardPage(await modelCard(registry, record)) };
    const done = await trackVersion(client, record, await registry.onnx(record), { artifacts, parent });
    tracked.push({ model: versionText(record), registered: registeredName(record), ...done });
  }
  const families = new Map(records.map(({ product, model }) => [`${product} ${model}`, { product, model }]));
  for (const family of families.values())
    await trackAliases(
      client,
      family,
      await registry.aliases(family.product),
      await registry.list({ product: family.product }),
    );
  return tracked;
}
