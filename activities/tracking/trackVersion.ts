/** Versions of models in MLflow: a run with parameters and figures, the ONNX model with its card, and the registry with its aliases. */
import { canonical } from '../../graph/catalog/provenance';
import { ALIASES, type Alias, type AliasChange } from '../../graph/models/registry/aliasesTable';
import { versionText, type ModelRecord } from '../../graph/models/registry/modelVersion';
import type { MlflowClient, Metric } from './mlflowClient';
import { onnxFlavor } from './onnxFlavor';

/** Tag by which a version is found again: its digest. */
const DIGEST_TAG = 'spymaster.digest';

/** Name of the registered model of a product's family, such as `spymaster-ES-logistic`. */
export const registeredName = ({ product, model }: { product: string; model: string }): string =>
  `spymaster-${product}-${model}`;

export const experimentName = (product: string): string => `spymaster-${product}`;

export interface Tracked {
  /** Number of the version in MLflow. */
  version: string;
  /** Whether it was logged now; it may have been before. */
  logged: boolean;
}

/**
 * Logs a version, unless it was logged before.
 * @param artifacts further files of the run by path, such as its card
 * @param parent run that trained it, beneath which its own is shown
 */
export async function trackVersion(
  client: MlflowClient,
  record: ModelRecord,
  onnx: Uint8Array,
  { artifacts = {}, parent }: { artifacts?: Readonly<Record<string, string>>; parent?: string } = {},
): Promise<Tracked> {
  const name = registeredName(record);
  await client.ensureRegistered(
    name,
    `Forecasts of BREAK, REJECT and CHOP of ${record.product} by ${record.model}.`,
  );
  const known = (await client.versions(name)).find(({ tags }) => tags[DIGEST_TAG] === record.digest);
  if (known) return { version: known.version, logged: false };
  const startTime = Number(record.createdAt / 1_000_000n);
  const experimentId = await client.experiment(experimentName(record.product));
  const tags = tagsOf(record);
  const run = await client.createRun(experimentId, { name: versionText(record), startTime, parent, tags });
  try {
    const version = await logInto(client, record, onnx, { experimentId, ...run, tags, artifacts });
    await client.endRun(run.runId, 'FINISHED', startTime);
    return { version, logged: true };
  } catch (error) {
    await client.endRun(run.runId, 'FAILED', startTime).catch(() => {});
    throw error;
  }
}

async function logInto(
  client: MlflowClient,
  record: ModelRecord,
  onnx: Uint8Array,
  run: {
    experimentId: string;
    runId: string;
    artifactUri: string;
    tags: Record<string, string>;
    artifacts: Readonly<Record<string, string>>;
  },
): Promise<string> {
  const { runId, tags } = run;
  const params = Object.fromEntries(
    Object.entries({ ...record.parameters, seed: record.seed }).map(([key, value]) => [key, String(value)]),
  );
  const model = await client.createModel(run.experimentId, { name: record.model, runId, params, tags });
  await client.log(runId, { params, metrics: metricsOf(record, model.modelId) });
  for (const [path, content] of Object.entries(onnxFlavor(record, onnx, model, runId)))
    await client.putArtifact(model.artifactUri, path, content);
  await client.finishModel(runId, model.modelId);
  for (const [path, content] of Object.entries(run.artifacts))
    await client.putArtifact(run.artifactUri, path, content);
  await client.putArtifact(run.artifactUri, 'evaluation.json', canonical(record.evaluation));
  return client.createVersion(registeredName(record), { runId, modelId: model.modelId, tags });
}

/** Makes champion and challenger of a model's registered versions what they are in the lake. */
export async function trackAliases(
  client: MlflowClient,
  { product, model }: { product: string; model: string },
  aliases: Partial<Record<Alias, AliasChange>>,
  versions: readonly ModelRecord[],
): Promise<void> {
  const name = registeredName({ product, model });
  const logged = await client.versions(name);
  for (const alias of ALIASES) {
    const target = aliases[alias]?.target;
    const holder = versions.find(
      (one) => target?.model === model && one.model === model && one.version === target.version,
    );
    const wanted = logged.find(({ tags }) => holder && tags[DIGEST_TAG] === holder.digest)?.version ?? null;
    const now = await client.aliased(name, alias);
    if (now !== wanted) await client.setAlias(name, alias, wanted);
  }
}

const tagsOf = (record: ModelRecord): Record<string, string> => ({
  [DIGEST_TAG]: record.digest,
  'spymaster.version': versionText(record),
  'spymaster.product': record.product,
  'spymaster.feature_table': record.featureTable,
  'spymaster.settings': record.settingsVersion,
  'spymaster.snapshot': record.training.snapshot,
  'spymaster.onnx_sha256': record.onnxDigest,
});

/** Figures with their intervals, and the gain over the volatility baseline session by session, as it adds up. */
function metricsOf({ metrics, evaluation, createdAt }: ModelRecord, modelId: string): Metric[] {
  const timestamp = Number(createdAt / 1_000_000n);
  const figures = Object.entries(metrics).flatMap(([key, { value, low, high }]) =>
    Object.entries({ [key]: value, [`${key}_low`]: low, [`${key}_high`]: high }).map(([name, figure]) => ({
      key: name,
      value: figure,
      timestamp,
      modelId,
    })),
  );
  let gain = 0;
  const steps = evaluation.sessions.map(({ baselineLoss, loss }, step) => {
    gain += baselineLoss - loss;
    return { key: 'summed_gain_over_baseline', value: gain, step, timestamp };
  });
  return [...figures, ...steps];
}
