/** Examples out of the rows of `gold.episodes`, `gold.outcomes` and `gold.vectors`. */
import type { TableBatch } from '../../datasets/schema';
import { countedClose } from '../../episodes/countedHours';
import type { TradeSession } from '../../market/calendar';
import { NS_PER_MINUTE } from '../../market/time';
import type { FeatureSettings } from '../../settings';
import { EPISODES_READ, goldTouches, VECTORS_READ, type TouchRows } from '../../vectors/goldTouches';
import { CHANNELS } from '../../vectors/sequence';
import { SPAN } from '../../vectors/touchView';
import { approachSteps } from './approachSteps';
import type { Example } from './example';

/** Columns that are read. */
export const GOLD_READ = {
  episodes: EPISODES_READ,
  outcomes: ['episode_id', 'is_primary', 'outcome'],
  vectors: [...VECTORS_READ, 'sequence'],
} as const;

/** Rows of one contract-date. */
export interface GoldRows extends TouchRows {
  readonly outcomes: readonly TableBatch[];
}

/**
 * @param session hours of the trade date
 * @returns those whose vector is of this program's table of features and whose outcome is known
 */
export function goldExamples(
  rows: GoldRows,
  session: Pick<TradeSession, 'rthClose' | 'globexClose'>,
  { bars: { seconds }, episodes: { sessionWindow } }: FeatureSettings,
): Example[] {
  const bars = (SPAN * 60) / seconds;
  // Outcomes end with the hours that count.
  const close = countedClose(session, sessionWindow);
  const outcomeOf = new Map<unknown, unknown>();
  for (const { rowCount, columns } of rows.outcomes)
    for (let i = 0; i < rowCount; i++)
      if (columns.is_primary[i] === 1) outcomeOf.set(columns.episode_id[i], columns.outcome[i]);
  return goldTouches(rows).flatMap(({ touch, distance, minutesSinceOpen, sequence }): Example[] => {
    const outcome = outcomeOf.get(touch.id) as Example['outcome'] | null | undefined;
    if (outcome === null || outcome === undefined) return [];
    return [
      {
        episodeId: touch.id,
        contract: touch.contract,
        session: touch.session,
        level: touch.levelKind,
        direction: touch.direction,
        timeOfDay: touch.timeOfDay,
        touchAt: touch.at,
        touchDistance: distance,
        minutesSinceOpen,
        minutesToClose: Number(close - touch.at) / NS_PER_MINUTE,
        outcome,
        raw: touch.raw,
        masked: touch.masked,
        sequence: approachSteps(sequence!, CHANNELS.length, bars),
      },
    ];
  });
}
