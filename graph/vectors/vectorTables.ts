/** `gold.vectors` and `gold.normalisation`: what approaches looked like at their touch, and how that is made comparable. */
import { FEATURES } from './features';
import { CLIP, LOOK_BACK } from './normalise';
import { CHANNELS } from './sequence';
import type { ColumnContract, ColumnData, TableContract } from '../datasets/schema';
import { PARTITION_BY, PARTITION_COLUMNS } from '../records/bronzeTables';

const featureTable: ColumnContract = {
  name: 'feature_table',
  type: 'string',
  unit: '',
  meaning:
    'Version and digest of the table of features the values were computed by: others are not comparable',
};

const known = (group: string, what: string): ColumnContract => ({
  name: `has_${group}`,
  type: 'boolean',
  unit: '',
  meaning: `Whether there was ${what}; if not, the group is masked: all of it is NaN, and left out of distances`,
});

const floatsAt = (columns: Readonly<Record<string, ColumnData>>, name: string, i: number) =>
  columns[name][i] as Float32Array | null;

export const goldVectors: TableContract = {
  name: 'gold.vectors',
  description:
    'What each approach looked like when it touched its level: the vector of the episode, raw and normalised, and the sequence of ' +
    'bars that led to it. Everything in a row was known at its touch. `spymaster features` explains the dimensions.',
  version: 1,
  columns: [
    ...PARTITION_COLUMNS,
    { name: 'episode_id', type: 'string', unit: '', meaning: 'Episode, as in gold.episodes' },
    { name: 'touch_ts', type: 'int64', unit: 'ns UTC', meaning: 'The anchor, as in gold.episodes' },
    featureTable,
    {
      name: 'raw',
      type: 'floats',
      unit: '',
      meaning: `The ${FEATURES.length} dimensions, each in its own unit; NaN where undefined`,
    },
    known('geometry', 'a bar that ended just before the touch'),
    known('book', 'such a bar with a whole order book'),
    known('options', 'data on options'),
    {
      name: 'undefined_count',
      type: 'int32',
      unit: 'count',
      meaning: 'Dimensions of groups not masked that are undefined',
    },
    {
      name: 'normalised',
      type: 'floats',
      unit: '',
      meaning: `The dimensions in standard deviations from the mean of earlier sessions, within +-${CLIP}, over the square root of the size of their group: 0 where undefined, NaN where masked. Null before there are earlier sessions`,
      nullable: true,
    },
    {
      name: 'normalisation',
      type: 'string',
      unit: '',
      meaning: 'Version of gold.normalisation they were normalised with',
      nullable: true,
    },
    {
      name: 'sequence',
      type: 'floats',
      unit: '',
      meaning: `The bars of the 20 minutes before the touch, oldest first, each as ${CHANNELS.map(([name]) => name).join(', ')}; oriented to the approach, NaN where undefined`,
    },
    {
      name: 'sequence_bars',
      type: 'int32',
      unit: 'count',
      meaning: 'Bars in the sequence; fewer than 20 minutes where the data begin later',
    },
    { name: 'sequence_channels', type: 'int32', unit: 'count', meaning: 'Numbers a bar' },
  ],
  partitionBy: PARTITION_BY,
  key: [...PARTITION_BY, 'episode_id'],
  rules: [
    {
      rule: `raw and normalised hold ${FEATURES.length} numbers`,
      holds: (columns, i) =>
        floatsAt(columns, 'raw', i)?.length === FEATURES.length &&
        (floatsAt(columns, 'normalised', i)?.length ?? FEATURES.length) === FEATURES.length,
    },
    {
      rule: 'sequence holds sequence_bars x sequence_channels numbers',
      holds: (columns, i) =>
        floatsAt(columns, 'sequence', i)?.length ===
        (columns.sequence_bars[i] as number) * (columns.sequence_channels[i] as number),
    },
  ],
};

export const goldNormalisation: TableContract = {
  name: 'gold.normalisation',
  description:
    'How the vectors of a contract-date are normalised: mean and standard deviation of each dimension over the vectors of the last ' +
    `${LOOK_BACK} sessions before it, of whatever contract.`,
  version: 1,
  columns: [
    ...PARTITION_COLUMNS,
    {
      name: 'version',
      type: 'string',
      unit: '',
      meaning: 'Digest of all statistics and the table of features',
    },
    featureTable,
    { name: 'feature_index', type: 'int32', unit: '', meaning: 'Position in the vector' },
    { name: 'feature', type: 'string', unit: '', meaning: 'Name of the dimension' },
    { name: 'center', type: 'double', unit: '', meaning: "Mean, in the dimension's unit" },
    {
      name: 'scale',
      type: 'double',
      unit: '',
      meaning:
        'Standard deviation; 0 where there were not two different values, and the dimension is left at 0',
    },
    { name: 'n', type: 'int32', unit: 'count', meaning: 'Vectors in which the dimension was defined' },
    { name: 'sessions', type: 'int32', unit: 'count', meaning: 'Sessions with vectors that were used' },
    { name: 'first_session', type: 'date', unit: '', meaning: 'First of them' },
    { name: 'last_session', type: 'date', unit: '', meaning: 'Last of them, before the trade date' },
  ],
  partitionBy: PARTITION_BY,
  key: [...PARTITION_BY, 'feature_index'],
};
