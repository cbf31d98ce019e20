/** `gold.vectors`: what approaches looked like at their touch. */
import { count, flag, floats, instant, name, type Column } from '../datasets/column';
import type { ColumnData, TableContract } from '../datasets/schema';
import type { SessionRow } from '../datasets/sessionRow';
import { PARTITION_BY, PARTITION_COLUMNS } from '../datasets/partitionColumns';
import { FEATURE_TABLE, FEATURES, type FeatureGroup } from './features';
import { CHANNELS } from './sequence';
import type { EpisodeVector } from './vectorBuilder';

type Source = Pick<SessionRow<EpisodeVector>, 'event' | 'origin'>;

const known = (group: FeatureGroup, what: string) =>
  flag<Source>(`has_${group}`, {
    meaning: `Whether there was ${what}; if not, the group is masked: all of it is NaN, and left out of distances`,
    value: ({ event }) => !event.masked[group],
  });

export const VECTOR_COLUMNS: readonly Column<Source>[] = [
  name('episode_id', { meaning: 'Episode, as in gold.episodes', value: ({ event }) => event.episode.id }),
  instant('touch_ts', {
    meaning: 'The anchor, as in gold.episodes',
    value: ({ event, origin }) => origin.absolute(event.episode.touchAt),
  }),
  name('feature_table', {
    meaning:
      'Version and digest of the table of features the values were computed by: others are not comparable',
    value: () => FEATURE_TABLE,
  }),
  floats('raw', {
    meaning: `The ${FEATURES.length} dimensions, each in its own unit; NaN where undefined`,
    value: ({ event }) => Float32Array.from(event.raw),
  }),
  known('geometry', 'a bar that ended just before the touch'),
  known('book', 'such a bar with a whole order book'),
  known('options', 'data on options'),
  count('undefined_count', {
    unit: 'count',
    meaning: 'Dimensions of groups not masked that are undefined',
    value: ({ event: { raw, masked } }) =>
      FEATURES.filter(({ index, group }) => !masked[group] && Number.isNaN(raw[index])).length,
  }),
  floats('sequence', {
    meaning: `The bars of the 20 minutes before the touch, oldest first, each as ${CHANNELS.map((channel) => channel.name).join(', ')}; oriented to the approach, NaN where undefined`,
    value: ({ event }) => event.sequence,
  }),
  count('sequence_bars', {
    meaning: 'Bars in the sequence; fewer than 20 minutes where the data begin later',
    value: ({ event }) => event.sequence.length / CHANNELS.length,
  }),
  count('sequence_channels', { meaning: 'Numbers a bar', value: () => CHANNELS.length }),
];

const floatsAt = (columns: Readonly<Record<string, ColumnData>>, column: string, i: number) =>
  columns[column][i] as Float32Array | null;

export const goldVectors: TableContract = {
  name: 'gold.vectors',
  description:
    'What each approach looked like when it touched its level: the vector of the episode, each dimension in its own unit, and the ' +
    'sequence of bars that led to it. Everything in a row was known at its touch. Vectors are normalised where they are compared, with ' +
    'the statistics of gold.normalisation. `./spymaster features` explains the dimensions.',
  version: 2,
  columns: [...PARTITION_COLUMNS, ...VECTOR_COLUMNS],
  partitionBy: PARTITION_BY,
  key: [...PARTITION_BY, 'episode_id'],
  rules: [
    {
      rule: `raw holds ${FEATURES.length} numbers`,
      holds: (columns, i) => floatsAt(columns, 'raw', i)?.length === FEATURES.length,
    },
    {
      rule: 'sequence holds sequence_bars x sequence_channels numbers',
      holds: (columns, i) =>
        floatsAt(columns, 'sequence', i)?.length ===
        (columns.sequence_bars[i] as number) * (columns.sequence_channels[i] as number),
    },
  ],
};
