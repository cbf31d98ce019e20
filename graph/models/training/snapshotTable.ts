/** `gold.training_snapshot`: the examples a model was trained on, as they were then; and back from its rows. */
import { date, figure, flag, floats, instant, name, TableRows, type Column } from '../../datasets/column';
import type { TableBatch, TableContract } from '../../datasets/schema';
import { FEATURE_TABLE, type FeatureGroup } from '../../vectors/features';
import { CHANNELS } from '../../vectors/sequence';
import { STEPS } from './approachSteps';
import { CLASSES } from '../scores';
import { SEQUENCE_LENGTH, WIDTH, type Example } from './example';

const known = (group: FeatureGroup) =>
  flag<Example>(`has_${group}`, {
    meaning: 'Whether there were data for this group of dimensions, as in gold.vectors',
    value: ({ masked }) => !masked[group],
  });

const COLUMNS: readonly Column<Example>[] = [
  date('trade_date', { meaning: 'Trade date of the episode', value: ({ session }) => session }),
  name('contract', { meaning: 'Contract of the episode', value: ({ contract }) => contract }),
  name('episode_id', { meaning: 'Episode, as in gold.episodes', value: ({ episodeId }) => episodeId }),
  name('level_kind', { meaning: 'As in gold.episodes', value: ({ level }) => level }),
  name('direction', { meaning: 'As in gold.episodes', value: ({ direction }) => direction }),
  name('time_of_day', { meaning: 'As in gold.episodes', value: ({ timeOfDay }) => timeOfDay }),
  instant('touch_ts', { meaning: 'As in gold.episodes', value: ({ touchAt }) => touchAt }),
  figure('touch_distance', {
    unit: 'ticks',
    meaning: 'As in gold.episodes',
    nullable: false,
    value: ({ touchDistance }) => touchDistance,
  }),
  figure('minutes_since_open', {
    unit: 'min',
    meaning: 'As in gold.episodes',
    nullable: false,
    value: ({ minutesSinceOpen }) => minutesSinceOpen,
  }),
  figure('minutes_to_close', {
    unit: 'min',
    meaning: 'From the touch to the close of the hours that count',
    nullable: false,
    value: ({ minutesToClose }) => minutesToClose,
  }),
  name('outcome', {
    meaning: 'At the primary horizon',
    oneOf: CLASSES,
    value: ({ outcome }) => outcome,
  }),
  name('feature_table', { meaning: 'As in gold.vectors', value: () => FEATURE_TABLE }),
  floats('raw', { meaning: 'As in gold.vectors', value: ({ raw }) => Float32Array.from(raw) }),
  known('geometry'),
  known('book'),
  known('options'),
  floats('steps', {
    meaning: `The sequence of gold.vectors in ${STEPS} steps of 20 s, each channel's mean, oldest first; channels ${CHANNELS.map((channel) => channel.name).join(', ')}`,
    value: ({ sequence }) => Float32Array.from(sequence),
  }),
];

export const goldTrainingSnapshot: TableContract = {
  name: 'gold.training_snapshot',
  description:
    'The examples models are trained on, written once and never changed: every approach whose outcome was known, with what was ' +
    'known at its touch. A version is a digest of what it was taken from.',
  version: 1,
  columns: [
    { name: 'product', type: 'string', unit: '', meaning: 'Root of the product, e.g. ES' },
    { name: 'version', type: 'string', unit: '', meaning: 'Digest of the partitions it was taken from' },
    ...COLUMNS,
  ],
  partitionBy: ['product', 'version'],
  key: ['product', 'version', 'episode_id'],
  rules: [
    {
      rule: `raw holds ${WIDTH} numbers`,
      holds: ({ raw }, i) => (raw[i] as Float32Array | null)?.length === WIDTH,
    },
    {
      rule: `steps holds ${SEQUENCE_LENGTH} numbers`,
      holds: ({ steps }, i) => (steps[i] as Float32Array | null)?.length === SEQUENCE_LENGTH,
    },
  ],
};

export function snapshotRows(examples: Iterable<Example>): TableBatch {
  const rows = new TableRows(goldTrainingSnapshot, COLUMNS);
  for (const example of examples) rows.push(example);
  return rows.take();
}

/** The examples of a batch of rows. */
export function snapshotExamples({ rowCount, columns }: TableBatch): Example[] {
  const text = (column: string, i: number) => (columns[column] as string[])[i];
  const number = (column: string, i: number) => columns[column][i] as number;
  const touchAt = columns.touch_ts as BigInt64Array;
  return Array.from({ length: rowCount }, (_, i) => ({
    episodeId: text('episode_id', i),
    contract: text('contract', i),
    session: text('trade_date', i),
    level: text('level_kind', i),
    direction: text('direction', i),
    timeOfDay: text('time_of_day', i),
    touchAt: touchAt[i],
    touchDistance: number('touch_distance', i),
    minutesSinceOpen: number('minutes_since_open', i),
    minutesToClose: number('minutes_to_close', i),
    outcome: text('outcome', i) as Example['outcome'],
    raw: (columns.raw as Float32Array[])[i],
    masked: {
      geometry: number('has_geometry', i) === 0,
      book: number('has_book', i) === 0,
      options: number('has_options', i) === 0,
    },
    sequence: (columns.steps as Float32Array[])[i],
  }));
}
