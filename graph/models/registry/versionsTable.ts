/** `models.versions`: every published version of every model; and back from its rows. */
import { bytes, instant, int64, name, TableRows, type Column } from '../../datasets/column';
import type { ColumnContract, Row, TableBatch, TableContract } from '../../datasets/schema';
import type { ModelRecord } from './modelVersion';

/** Columns that hold a part of the version as JSON, by name. */
const JSON_PARTS = {
  signature: 'Inputs and output of the ONNX file: name, shape, what each is fed from',
  training: 'Version of the training snapshot, and its sessions and episodes',
  code: 'Versions of the code that took part',
  parameters: 'What the search chose',
  metrics: 'Figures out of sample, each with its 90 % interval by whole sessions and n',
  evaluation: 'Losses session by session beside those of the baselines, folds, reliability, partitions',
} as const satisfies Partial<Record<keyof ModelRecord, string>>;

type Source = ModelRecord & { readonly onnx: Uint8Array };

const COLUMNS: readonly Column<Source>[] = [
  name('digest', {
    meaning: 'Digest of the content: the same is published once',
    value: ({ digest }) => digest,
  }),
  bytes('onnx', { meaning: 'The ONNX file', value: ({ onnx }) => onnx }),
  name('onnx_digest', { meaning: 'Its SHA-256', value: ({ onnxDigest }) => onnxDigest }),
  name('feature_table', {
    meaning: 'Version and digest of the table of features its input must have been computed by',
    value: ({ featureTable }) => featureTable,
  }),
  name('settings_version', {
    meaning: 'Version of the settings its episodes and vectors were built by',
    value: ({ settingsVersion }) => settingsVersion,
  }),
  int64('seed', { unit: '', meaning: 'Seed of the training', value: ({ seed }) => BigInt(seed) }),
  ...Object.entries(JSON_PARTS).map(([part, meaning]) =>
    name<Source>(part, {
      unit: 'JSON',
      meaning,
      value: (source) => JSON.stringify(source[part as keyof Source]),
    }),
  ),
  instant('created_at', { meaning: 'When it was published', value: ({ createdAt }) => createdAt }),
  name('workflow_id', { meaning: 'Workflow that published it', value: ({ workflowId }) => workflowId }),
  name('run_id', { meaning: 'Run that published it', value: ({ runId }) => runId }),
];

const PARTITION: readonly ColumnContract[] = [
  { name: 'product', type: 'string', unit: '', meaning: 'Root of the product it is for, e.g. ES' },
  { name: 'model', type: 'string', unit: '', meaning: 'Family of candidates, e.g. logistic' },
  { name: 'version', type: 'int32', unit: '', meaning: 'Number of the version, from 1' },
];

export const modelVersions: TableContract = {
  name: 'models.versions',
  description:
    'Models that were trained: the ONNX file that is served, what it was trained on, and how it was judged out of sample. A version never changes.',
  version: 1,
  columns: [...COLUMNS, ...PARTITION],
  partitionBy: ['product', 'model', 'version'],
  key: ['product', 'model', 'version'],
};

/** Columns of everything but the ONNX file: what lists are read from. */
export const RECORD_COLUMNS: readonly string[] = modelVersions.columns
  .map((column) => column.name)
  .filter((column) => column !== 'onnx');

/** The one row of a version. */
export function versionRow(version: Source): TableBatch {
  const rows = new TableRows(modelVersions, COLUMNS);
  rows.push(version);
  return rows.take();
}

export function recordOf(row: Row): ModelRecord {
  const parts = Object.fromEntries(
    Object.keys(JSON_PARTS).map((part) => [part, JSON.parse(row[part] as string) as unknown]),
  ) as Pick<ModelRecord, keyof typeof JSON_PARTS>;
  return {
    product: row.product as string,
    model: row.model as string,
    version: row.version as number,
    digest: row.digest as string,
    onnxDigest: row.onnx_digest as string,
    featureTable: row.feature_table as string,
    settingsVersion: row.settings_version as string,
    seed: Number(row.seed),
    createdAt: row.created_at as bigint,
    workflowId: row.workflow_id as string,
    runId: row.run_id as string,
    ...parts,
  };
}
