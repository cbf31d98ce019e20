/** `gold.normalisation`: how the vectors of a product are made comparable in a session, one row a dimension; and back from its rows. */
import { count, date, figure, name, TableRows, type Column } from '../datasets/column';
import type { Row, TableBatch, TableContract } from '../datasets/schema';
import { SpymasterError } from '../errors';
import { FEATURE_TABLE, FEATURES, type Feature } from './features';
import { LOOK_BACK, type FeatureStatistics, type Normalisation } from './normalise';

interface Source {
  readonly normalisation: Normalisation;
  readonly feature: Feature;
  readonly statistics: FeatureStatistics;
}

const COLUMNS: readonly Column<Source>[] = [
  name('version', {
    meaning: 'Digest of all statistics and the table of features',
    value: ({ normalisation }) => normalisation.version,
  }),
  name('feature_table', {
    meaning:
      'Version and digest of the table of features the values were computed by: others are not comparable',
    value: ({ normalisation }) => normalisation.featureTable,
  }),
  count('feature_index', {
    unit: '',
    meaning: 'Position in the vector',
    value: ({ feature }) => feature.index,
  }),
  name('feature', { meaning: 'Name of the dimension', value: ({ feature }) => feature.name }),
  figure('center', {
    unit: '',
    meaning: "Mean, in the dimension's unit",
    nullable: false,
    value: ({ statistics }) => statistics.center,
  }),
  figure('scale', {
    unit: '',
    meaning:
      'Standard deviation; 0 where there were not two different values, and the dimension is left at 0',
    nullable: false,
    value: ({ statistics }) => statistics.scale,
  }),
  count('n', {
    meaning: 'Vectors in which the dimension was defined',
    value: ({ statistics }) => statistics.n,
  }),
  count('sessions', {
    meaning: 'Sessions with vectors that were used',
    value: ({ normalisation }) => normalisation.sessions,
  }),
  date('first_session', {
    meaning: 'First of them',
    value: ({ normalisation }) => normalisation.firstSession,
  }),
  date('last_session', {
    meaning: 'Last of them, before the trade date',
    value: ({ normalisation }) => normalisation.lastSession,
  }),
];

export const goldNormalisation: TableContract = {
  name: 'gold.normalisation',
  description:
    "How a product's vectors are made comparable on a trade date: mean and standard deviation of each dimension over the raw " +
    `vectors of the last ${LOOK_BACK} sessions before it, of whatever contract.`,
  version: 2,
  columns: [
    { name: 'product', type: 'string', unit: '', meaning: 'Root of the product, e.g. ES' },
    {
      name: 'trade_date',
      type: 'date',
      unit: 'day ET',
      meaning: 'Trade date for which the vectors of earlier ones are used',
    },
    ...COLUMNS,
  ],
  partitionBy: ['product', 'trade_date'],
  key: ['product', 'trade_date', 'feature_index'],
};

/** The rows of a product's trade date: one a dimension, none where there are no earlier vectors. */
export function normalisationRows(normalisation: Normalisation | null): TableBatch {
  const rows = new TableRows(goldNormalisation, COLUMNS);
  normalisation?.statistics.forEach((statistics, index) =>
    rows.push({ normalisation, statistics, feature: FEATURES[index] }),
  );
  return rows.take();
}

/**
 * The normalisation stored in the rows of one trade date, in any order; null of none.
 * @throws SpymasterError BadArgument if they belong to another table of features
 */
export function normalisationOf(rows: readonly Row[]): Normalisation | null {
  if (rows.length === 0) return null;
  const [{ version, feature_table, sessions, first_session, last_session }] = rows;
  if (feature_table !== FEATURE_TABLE)
    throw new SpymasterError(
      'BadArgument',
      `The normalisation is that of feature table ${String(feature_table)}`,
      {
        expected: `${FEATURE_TABLE}: rebuild gold.vectors, then gold.normalisation`,
      },
    );
  const inOrder = [...rows].sort((a, b) => (a.feature_index as number) - (b.feature_index as number));
  return {
    version: version as string,
    featureTable: FEATURE_TABLE,
    sessions: sessions as number,
    firstSession: first_session as string,
    lastSession: last_session as string,
    statistics: inOrder.map(({ center, scale, n }) => ({
      center: center as number,
      scale: scale as number,
      n: n as number,
    })),
  };
}
