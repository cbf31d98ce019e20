/** Examples out of the rows of `gold.episodes`, `gold.outcomes` and `gold.vectors`. */
import type { TableBatch } from '../../datasets/schema';
import { countedClose } from '../../episodes/countedHours';
import type { TradeSession } from '../../market/calendar';
import { NS_PER_MINUTE } from '../../market/time';
import type { FeatureSettings } from '../../settings';
import { FEATURE_TABLE } from '../../vectors/features';
import { CHANNELS } from '../../vectors/sequence';
import { SPAN } from '../../vectors/touchView';
import { approachSteps } from './approachSteps';
import type { Example } from './example';

/** Columns that are read. */
export const GOLD_READ = {
  episodes: [
    'episode_id',
    'level_kind',
    'direction',
    'time_of_day',
    'touch_ts',
    'touch_distance',
    'minutes_since_open',
  ],
  outcomes: ['episode_id', 'is_primary', 'outcome'],
  vectors: ['episode_id', 'feature_table', 'raw', 'has_geometry', 'has_book', 'has_options', 'sequence'],
} as const;

/** Rows of one contract-date. */
export interface GoldRows {
  readonly contract: string;
  readonly tradeDate: string;
  readonly episodes: readonly TableBatch[];
  readonly outcomes: readonly TableBatch[];
  readonly vectors: readonly TableBatch[];
}

/**
 * @param session hours of the trade date
 * @returns those whose vector is of this program's table of features and whose outcome is known
 */
export function goldExamples(
  { contract, tradeDate, ...rows }: GoldRows,
  session: Pick<TradeSession, 'rthClose' | 'globexClose'>,
  { bars: { seconds }, episodes: { sessionWindow } }: FeatureSettings,
): Example[] {
  const bars = (SPAN * 60) / seconds;
  // Outcomes end with the hours that count.
  const close = countedClose(session, sessionWindow);
  const outcomeOf = new Map(
    rowsOf(rows.outcomes)
      .filter((row) => row.is_primary === 1)
      .map((row) => [row.episode_id, row.outcome]),
  );
  const vectorOf = new Map(
    rowsOf(rows.vectors)
      .filter((row) => row.feature_table === FEATURE_TABLE)
      .map((row) => [row.episode_id, row]),
  );
  return rowsOf(rows.episodes).flatMap((episode): Example[] => {
    const vector = vectorOf.get(episode.episode_id);
    const outcome = outcomeOf.get(episode.episode_id);
    if (!vector || outcome === null || outcome === undefined) return [];
    return [
      {
        episodeId: episode.episode_id as string,
        contract,
        session: tradeDate,
        level: episode.level_kind as string,
        direction: episode.direction as string,
        timeOfDay: episode.time_of_day as string,
        touchAt: episode.touch_ts as bigint,
        touchDistance: episode.touch_distance as number,
        minutesSinceOpen: episode.minutes_since_open as number,
        minutesToClose: Number(close - (episode.touch_ts as bigint)) / NS_PER_MINUTE,
        outcome: outcome as Example['outcome'],
        raw: vector.raw as Float32Array,
        masked: {
          geometry: vector.has_geometry === 0,
          book: vector.has_book === 0,
          options: vector.has_options === 0,
        },
        sequence: approachSteps(vector.sequence as Float32Array, CHANNELS.length, bars),
      },
    ];
  });
}

/** Rows as objects over their columns' own values. */
function rowsOf(batches: readonly TableBatch[]): Record<string, unknown>[] {
  return batches.flatMap(({ rowCount, columns }) => {
    const named = Object.entries(columns);
    return Array.from({ length: rowCount }, (_, i) =>
      Object.fromEntries(named.map(([column, values]) => [column, values[i]])),
    );
  });
}
