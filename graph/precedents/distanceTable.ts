/** `gold.distance`: how approaches are compared in a session, one row a dimension; and back from its rows. */
import { count, figure, flag, floats, FROM_ZERO, name, TableRows, type Column } from '../datasets/column';
import type { Row, TableBatch, TableContract } from '../datasets/schema';
import { SpymasterError } from '../errors';
import { digest, FEATURE_TABLE, FEATURES, GROUPS, type Feature } from '../vectors/features';
import { LEARN_BACK, type Gain, type LearnedDistance } from './learnDistance';

/** What is fitted for a session, and what it is of. */
export interface SessionDistance extends LearnedDistance {
  /** Digest of all of it and of the table of features. */
  readonly version: string;
  /** Sessions and episodes it was learned from, and earlier sessions left out that other settings or code had built. */
  readonly sessions: number;
  readonly episodes: number;
  readonly leftOut: number;
}

interface Source {
  readonly distance: SessionDistance;
  readonly feature: Feature;
}

const gainColumns = (
  prefix: 'gain' | 'direction_gain',
  of: (source: Source) => Gain | null,
  what: string,
) => [
  figure<Source>(prefix, {
    unit: 'nat',
    meaning: `${what}, an episode`,
    value: (row) => of(row)?.mean ?? null,
  }),
  figure<Source>(`${prefix}_low`, {
    unit: 'nat',
    meaning: 'Lower end of its 90 % interval over sessions; null where nothing tells',
    value: (row) => finite(of(row)?.interval.low),
  }),
  figure<Source>(`${prefix}_high`, {
    unit: 'nat',
    meaning: 'Upper end',
    value: (row) => finite(of(row)?.interval.high),
  }),
  count<Source>(`${prefix}_episodes`, {
    meaning: 'Episodes it was measured on',
    value: (row) => of(row)?.n ?? 0,
  }),
  count<Source>(`${prefix}_sessions`, {
    meaning: 'Sessions they are of',
    value: (row) => of(row)?.clusters ?? 0,
  }),
];

const finite = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null);

const COLUMNS: readonly Column<Source>[] = [
  name('version', {
    meaning: 'Digest of all that was fitted and the table of features',
    value: ({ distance }) => distance.version,
  }),
  name('feature_table', {
    meaning: 'Version and digest of the table of features; weights of others do not apply',
    value: () => FEATURE_TABLE,
  }),
  count('feature_index', {
    unit: '',
    meaning: 'Position in the vector',
    value: ({ feature }) => feature.index,
  }),
  name('feature', { meaning: 'Name of the dimension', value: ({ feature }) => feature.name }),
  figure('weight', {
    nullable: false,
    meaning: 'What the normalised dimension is multiplied with in a distance; 0 leaves it out',
    value: ({ distance, feature }) => distance.weights[feature.index],
  }),
  flag('is_learned', {
    meaning: 'Whether its group has earned a learned weight; where none has, all weigh the same',
    value: ({ distance, feature }) => distance.learned.includes(feature.group),
  }),
  figure('prior_strength', {
    unit: 'count',
    range: FROM_ZERO,
    meaning:
      'Episodes ending as expected that precedents are mixed with; null: they have not earned trust at the look of the month',
    value: ({ distance }) => (distance.strength === Infinity ? null : distance.strength),
  }),
  floats('expected', {
    meaning:
      'What volatility, distance and time of day make expect: centers, factors and limit of their scaling, then weights and intercepts',
    value: ({ distance }) => distance.expected,
  }),
  ...gainColumns(
    'gain',
    ({ distance }) => distance.gain,
    'Log loss by which precedents told earlier outcomes better than volatility, distance and time of day',
  ),
  ...gainColumns(
    'direction_gain',
    ({ distance }) => distance.directionGain,
    'Log loss by which they told BREAK from REJECT better than a walk without memory',
  ),
  floats('usual_distances', {
    meaning: 'Mean distances of the precedents of the earlier episodes that were judged, ascending',
    value: ({ distance }) => Float32Array.from(distance.distances),
  }),
  count('sessions', { meaning: 'Sessions it was learned from', value: ({ distance }) => distance.sessions }),
  count('episodes', { meaning: 'Episodes of those', value: ({ distance }) => distance.episodes }),
  count('sessions_left_out', {
    meaning: 'Earlier sessions that other settings or code had built than the last, and were left out',
    value: ({ distance }) => distance.leftOut,
  }),
];

export const goldDistance: TableContract = {
  name: 'gold.distance',
  description:
    "How a product's approaches are compared on a trade date, and how far precedents are trusted: learned from the last " +
    `${LEARN_BACK} sessions before it, by what would have told their outcomes. \`./spymaster precedents\` uses it.`,
  version: 2,
  columns: [
    { name: 'product', type: 'string', unit: '', meaning: 'Root of the product, e.g. ES' },
    {
      name: 'trade_date',
      type: 'date',
      unit: 'day ET',
      meaning: 'Trade date whose approaches are compared by it',
    },
    ...COLUMNS,
  ],
  partitionBy: ['product', 'trade_date'],
  key: ['product', 'trade_date', 'feature_index'],
};

/** What was learned, with its version. */
export function versioned(
  learned: LearnedDistance,
  of: Pick<SessionDistance, 'sessions' | 'episodes' | 'leftOut'>,
): SessionDistance {
  const strength = learned.strength === Infinity ? null : learned.strength;
  const version = digest(
    JSON.stringify([
      FEATURE_TABLE,
      { ...learned, strength, weights: [...learned.weights], expected: [...learned.expected] },
      of,
    ]),
  );
  return { ...learned, ...of, version };
}

/** One row a dimension. */
export function distanceRows(distance: SessionDistance): TableBatch {
  const rows = new TableRows(goldDistance, COLUMNS);
  for (const feature of FEATURES) rows.push({ distance, feature });
  return rows.take();
}

/**
 * What the rows of one trade date say, in any order; null of none.
 * @throws SpymasterError BadArgument if they belong to another table of features
 */
export function distanceOf(rows: readonly Row[]): SessionDistance | null {
  if (rows.length === 0) return null;
  const [row] = rows;
  if (row.feature_table !== FEATURE_TABLE)
    throw new SpymasterError(
      'BadArgument',
      `The distance is that of feature table ${String(row.feature_table)}`,
      {
        expected: `${FEATURE_TABLE}: rebuild gold.vectors, then gold.distance`,
      },
    );
  const inOrder = [...rows].sort((a, b) => (a.feature_index as number) - (b.feature_index as number));
  const learned = new Set(FEATURES.filter((_, k) => inOrder[k].is_learned).map(({ group }) => group));
  return {
    version: row.version as string,
    weights: Float32Array.from(inOrder, ({ weight }) => weight as number),
    learned: GROUPS.filter((group) => learned.has(group)),
    expected: row.expected as Float32Array,
    strength: (row.prior_strength as number | null) ?? Infinity,
    gain: gainOf(row, 'gain'),
    directionGain: gainOf(row, 'direction_gain'),
    distances: [...(row.usual_distances as Float32Array)],
    sessions: row.sessions as number,
    episodes: row.episodes as number,
    leftOut: row.sessions_left_out as number,
  };
}

function gainOf(row: Row, prefix: string): Gain | null {
  const n = row[`${prefix}_episodes`] as number;
  if (n === 0) return null;
  return {
    n,
    clusters: row[`${prefix}_sessions`] as number,
    mean: row[prefix] as number,
    interval: {
      low: (row[`${prefix}_low`] as number | null) ?? -Infinity,
      high: (row[`${prefix}_high`] as number | null) ?? Infinity,
    },
  };
}
