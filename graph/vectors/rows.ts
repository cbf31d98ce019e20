/** Vectors and their normalisation as rows of the Gold tables, and back. */
import type { Row } from '../datasets/schema';
import { SpymasterError } from '../errors';
import type { TimeOrigin } from '../market/time';
import { FEATURE_TABLE, FEATURES } from './features';
import { normalise, type Normalisation } from './normalise';
import { CHANNELS } from './sequence';
import type { EpisodeVector } from './vectorBuilder';

/**
 * One row of `gold.vectors`, without the partition columns.
 * @param normalisation from earlier sessions; null where there are none
 */
export function vectorRow(
  vector: EpisodeVector,
  origin: TimeOrigin,
  normalisation: Normalisation | null,
): Row {
  const { episode, masked, sequence } = vector;
  // Normalised is what is stored, so that whoever reads it back comes to the same values.
  const raw = Float32Array.from(vector.raw);
  return {
    episode_id: episode.id,
    touch_ts: origin.absolute(episode.touchAt),
    feature_table: FEATURE_TABLE,
    raw,
    has_geometry: !masked.geometry,
    has_book: !masked.book,
    has_options: !masked.options,
    undefined_count: FEATURES.filter(({ index, group }) => !masked[group] && Number.isNaN(raw[index])).length,
    normalised: normalisation && normalise(raw, masked, normalisation),
    normalisation: normalisation && normalisation.version,
    sequence,
    sequence_bars: sequence.length / CHANNELS.length,
    sequence_channels: CHANNELS.length,
  };
}

/** The rows of `gold.normalisation`, without the partition columns. */
export function normalisationRows(normalisation: Normalisation): Row[] {
  const { version, featureTable, sessions, firstSession, lastSession, statistics } = normalisation;
  return statistics.map(({ center, scale, n }, index) => ({
    version,
    feature_table: featureTable,
    feature_index: index,
    feature: FEATURES[index].name,
    center,
    scale,
    n,
    sessions,
    first_session: firstSession,
    last_session: lastSession,
  }));
}

/**
 * The normalisation stored in the rows of one contract-date, in any order.
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
