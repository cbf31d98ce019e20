/** `quality.checks`: the outcome of every check of a build; and back from its rows. */
import { BY_LAYER, LAYER_COLUMNS, SUBJECT_COLUMNS, type BuiltPartition } from '../datasets/builtPartition';
import { figure, flag, instant, name, TableRows, type Column } from '../datasets/column';
import type { Row, TableContract } from '../datasets/schema';
import type { CheckResult } from './checks';

interface Source extends BuiltPartition {
  readonly result: CheckResult;
  /** Digest of the build. */
  readonly digest: string;
  /** ns UTC. */
  readonly checkedAt: bigint;
}

const COLUMNS: readonly Column<Source>[] = [
  name('check_name', { meaning: 'Name of the check', value: ({ result }) => result.check }),
  name('severity', {
    meaning: 'A blocking check that fails keeps the partition from being published',
    oneOf: ['blocking', 'warning'],
    value: ({ result }) => result.severity,
  }),
  flag('passed', { meaning: 'Whether the value is within the limit', value: ({ result }) => result.passed }),
  figure('value', { meaning: 'What was measured', value: ({ result }) => result.value }),
  figure('threshold', { meaning: 'What was allowed', value: ({ result }) => result.limit }),
  name('message', { meaning: 'The finding in words', value: ({ result }) => result.message }),
  name('digest', { meaning: 'Digest of the build the check is of', value: ({ digest }) => digest }),
  instant('checked_at', { meaning: 'When it was checked', value: ({ checkedAt }) => checkedAt }),
];

export const qualityChecks: TableContract = {
  name: 'quality.checks',
  description:
    'Outcome of every quality check of the latest build, of published and of blocked partitions alike.',
  version: 2,
  columns: [...COLUMNS, ...LAYER_COLUMNS, ...SUBJECT_COLUMNS],
  partitionBy: BY_LAYER,
  key: [...BY_LAYER, 'check_name'],
};

export const checkRows = () => new TableRows(qualityChecks, [...COLUMNS, ...SUBJECT_COLUMNS]);

export const checkOf = (row: Row): CheckResult => ({
  check: row.check_name as string,
  severity: row.severity as CheckResult['severity'],
  passed: row.passed as boolean,
  value: row.value as number,
  limit: row.threshold as number,
  message: row.message as string,
});
