/** `ops.partitions`: how the last build of every layer of every partition ended; and back from its rows. */
import { BY_LAYER, LAYER_COLUMNS, SUBJECT_COLUMNS, type BuiltPartition } from '../datasets/builtPartition';
import { duration, FROM_ZERO, instant, int64, name, TableRows, type Column } from '../datasets/column';
import { UNIT_OF, type Layer } from '../datasets/layers';
import type { Row, TableBatch, TableContract } from '../datasets/schema';
import { parseKey } from '../datasets/units';
import { canonical, type Provenance } from './provenance';

export const BUILD_STATUSES = ['published', 'building', 'failed', 'blocked', 'no_data'] as const;

/**
 * How a build ended; `building`: it has begun to replace tables and has not ended, for it is under way or was cut short. What the tables
 * hold then is of no one build.
 */
export type BuildStatus = (typeof BUILD_STATUSES)[number];

export interface LastBuild extends BuiltPartition {
  readonly status: BuildStatus;
  /** Digest over inputs, code and settings it was built from. */
  readonly digest: string;
  readonly provenance: Provenance;
  readonly codeVersion: string;
  /** Written, over all tables of the layer. */
  readonly rows: number;
  readonly seconds: number;
  /** Number of the attempt: the fencing token of its commits. */
  readonly fence: number;
  /** Workflow and run that asked for it. */
  readonly workflowId: string;
  readonly runId: string;
  /** Why it is not published. */
  readonly reason: string | null;
  /** When this was recorded, ns UTC. */
  readonly finishedAt: bigint;
}

const COLUMNS: readonly Column<LastBuild>[] = [
  name('status', {
    meaning:
      'published; building: under way, or cut short; failed with an error; blocked by a quality check; no_data to build from',
    oneOf: BUILD_STATUSES,
    value: ({ status }) => status,
  }),
  name('digest', { meaning: 'Digest of the provenance of the build', value: ({ digest }) => digest }),
  name('provenance', {
    unit: 'JSON',
    meaning:
      'Code versions, settings, and inputs with their digests, of the build: what makes it stale when it changes',
    value: ({ provenance }) => canonical(provenance),
  }),
  name('code_version', {
    meaning: 'Version of the code that built it',
    value: ({ codeVersion }) => codeVersion,
  }),
  int64('rows', {
    range: FROM_ZERO,
    unit: 'count',
    meaning: 'Rows written, over all tables of the layer',
    value: ({ rows }) => BigInt(rows),
  }),
  duration('seconds', {
    meaning: 'Duration of the build',
    nullable: false,
    value: ({ seconds }) => seconds,
  }),
  int64('fence', {
    meaning: 'Number of the attempt; a lower one cannot overwrite it',
    value: ({ fence }) => BigInt(fence),
  }),
  name('workflow_id', { meaning: 'Workflow that asked for it', value: ({ workflowId }) => workflowId }),
  name('run_id', { meaning: 'Run that asked for it', value: ({ runId }) => runId }),
  name('reason', { meaning: 'Why it is not published', nullable: true, value: ({ reason }) => reason }),
  instant('finished_at', {
    meaning: 'When the build ended, or began to replace tables',
    value: ({ finishedAt }) => finishedAt,
  }),
];

export const opsPartitions: TableContract = {
  name: 'ops.partitions',
  description: 'How the latest build of each layer of each partition ended.',
  version: 3,
  columns: [...COLUMNS, ...LAYER_COLUMNS, ...SUBJECT_COLUMNS],
  partitionBy: BY_LAYER,
  key: BY_LAYER,
};

/** The one row of a build. */
export function buildRow(build: LastBuild): TableBatch {
  const rows = new TableRows(opsPartitions, [...COLUMNS, ...SUBJECT_COLUMNS]);
  rows.push(build);
  return rows.take();
}

export function buildOf(row: Row): LastBuild {
  const layer = row.layer as Layer;
  return {
    layer,
    partition: parseKey(UNIT_OF[layer], row.partition as string),
    product: row.product as string,
    status: row.status as BuildStatus,
    digest: row.digest as string,
    provenance: JSON.parse(row.provenance as string) as Provenance,
    codeVersion: row.code_version as string,
    rows: Number(row.rows),
    seconds: row.seconds as number,
    fence: Number(row.fence),
    workflowId: row.workflow_id as string,
    runId: row.run_id as string,
    reason: row.reason as string | null,
    finishedAt: row.finished_at as bigint,
  };
}
