/** What the system keeps about its own work. */
import { LAYERS } from './layers';
import type { ColumnContract, TableContract } from './schema';
import { PARTITION_COLUMNS } from '../records/bronzeTables';

const LAYER: ColumnContract = {
  name: 'layer',
  type: 'string',
  unit: '',
  meaning: 'Layer the row is about',
  oneOf: LAYERS,
};
/** Layers of a contract-date are written by separate builds, so each has its own partition. */
const BY_LAYER = ['layer', 'contract', 'trade_date'] as const;

export const qualityChecks: TableContract = {
  name: 'quality.checks',
  description:
    'Outcome of every quality check of the latest build, of published and of blocked partitions alike.',
  version: 1,
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
    LAYER,
    ...PARTITION_COLUMNS,
  ],
  partitionBy: BY_LAYER,
  key: ['layer', 'contract', 'trade_date', 'check_name'],
};

export const opsPartitions: TableContract = {
  name: 'ops.partitions',
  description: 'How the latest build of each layer of each contract-date ended.',
  version: 1,
  columns: [
    {
      name: 'status',
      type: 'string',
      unit: '',
      meaning: 'published; failed with an error; blocked by a quality check; no_data in the raw files',
      oneOf: ['published', 'failed', 'blocked', 'no_data'],
    },
    {
      name: 'digest',
      type: 'string',
      unit: '',
      meaning: 'Digest over inputs, code and settings of the build',
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
    LAYER,
    ...PARTITION_COLUMNS,
  ],
  partitionBy: BY_LAYER,
  key: ['layer', 'contract', 'trade_date'],
};
