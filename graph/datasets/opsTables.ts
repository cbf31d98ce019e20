/** What the system keeps about its own work. */
import { LAYERS } from './layers';
import type { ColumnContract, TableContract } from './schema';

/** Layers of a partition are written by separate builds, so each has its own partition here. */
const BY_LAYER = ['layer', 'partition'] as const;

const PARTITION: readonly ColumnContract[] = [
  { name: 'layer', type: 'string', unit: '', meaning: 'Layer the row is about', oneOf: LAYERS },
  {
    name: 'partition',
    type: 'string',
    unit: '',
    meaning: 'Partition the row is about: CONTRACT/TRADE_DATE, or PRODUCT/TRADE_DATE of layers of a product',
  },
  { name: 'product', type: 'string', unit: '', meaning: 'Root of its product, e.g. ES' },
  { name: 'contract', type: 'string', unit: '', meaning: 'Its contract, where it has one', nullable: true },
  {
    name: 'trade_date',
    type: 'date',
    unit: 'day ET',
    meaning: 'Its trade date, where it has one',
    nullable: true,
  },
];

export const qualityChecks: TableContract = {
  name: 'quality.checks',
  description:
    'Outcome of every quality check of the latest build, of published and of blocked partitions alike.',
  version: 2,
  columns: [
    { name: 'check_name', type: 'string', unit: '', meaning: 'Name of the check' },
    {
      name: 'severity',
      type: 'string',
      unit: '',
      meaning: 'A blocking check that fails keeps the partition from being published',
      oneOf: ['blocking', 'warning'],
    },
    { name: 'passed', type: 'boolean', unit: '', meaning: 'Whether the value is within the limit' },
    { name: 'value', type: 'double', unit: '1', meaning: 'What was measured', nullable: true },
    { name: 'threshold', type: 'double', unit: '1', meaning: 'What was allowed', nullable: true },
    { name: 'message', type: 'string', unit: '', meaning: 'The finding in words' },
    { name: 'digest', type: 'string', unit: '', meaning: 'Digest of the build the check is of' },
    { name: 'checked_at', type: 'int64', unit: 'ns UTC', meaning: 'When it was checked' },
    ...PARTITION,
  ],
  partitionBy: BY_LAYER,
  key: [...BY_LAYER, 'check_name'],
};

export const opsPartitions: TableContract = {
  name: 'ops.partitions',
  description: 'How the latest build of each layer of each partition ended.',
  version: 2,
  columns: [
    {
      name: 'status',
      type: 'string',
      unit: '',
      meaning: 'published; failed with an error; blocked by a quality check; no_data to build from',
      oneOf: ['published', 'failed', 'blocked', 'no_data'],
    },
    {
      name: 'digest',
      type: 'string',
      unit: '',
      meaning: 'Digest of the provenance of the build',
    },
    {
      name: 'provenance',
      type: 'string',
      unit: 'JSON',
      meaning:
        'Code versions, settings, and inputs with their digests, of the build: what makes it stale when it changes',
    },
    { name: 'code_version', type: 'string', unit: '', meaning: 'Version of the code that built it' },
    { name: 'rows', type: 'int64', unit: 'count', meaning: 'Rows written, over all tables of the layer' },
    { name: 'seconds', type: 'double', unit: 's', meaning: 'Duration of the build' },
    {
      name: 'fence',
      type: 'int64',
      unit: '',
      meaning: 'Number of the attempt; a lower one cannot overwrite it',
    },
    { name: 'workflow_id', type: 'string', unit: '', meaning: 'Workflow that asked for it' },
    { name: 'run_id', type: 'string', unit: '', meaning: 'Run that asked for it' },
    { name: 'reason', type: 'string', unit: '', meaning: 'Why it is not published', nullable: true },
    { name: 'finished_at', type: 'int64', unit: 'ns UTC', meaning: 'When the build ended' },
    ...PARTITION,
  ],
  partitionBy: BY_LAYER,
  key: BY_LAYER,
};
