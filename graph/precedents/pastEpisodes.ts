/** Past episodes out of the rows of `gold.episodes`, `gold.outcomes` and `gold.vectors`. */
import type { Product } from '../products/profile';
import type { FeatureSettings } from '../settings';
import { countedClose } from '../episodes/countedHours';
import type { TableBatch } from '../datasets/schema';
import { sessionOf } from '../market/calendar';
import { NS_PER_MINUTE } from '../market/time';
import { baselineFeatures } from '../models/baselineFeatures';
import { CLASSES, martingaleBreak, walkBreak } from '../models/scores';
import { volatilityOf, type Measured } from '../models/training/baselineRows';
import { goldTouches, type GoldTouch, type TouchRows } from '../vectors/goldTouches';
import type { PastEpisode, Result, Touch } from './episodes';

/** Columns that are read of outcomes; of touches `EPISODES_READ` and `VECTORS_READ` (`graph/vectors/goldTouches.ts`). */
export const OUTCOMES_READ = [
  'episode_id',
  'horizon_minutes',
  'is_primary',
  'outcome',
  'favorable_ticks',
  'adverse_ticks',
] as const;

/** How episodes of a product were measured. */
export interface Measuring extends Measured {
  /** When the hours that count end on a trade date, ns UTC: outcomes end with them. */
  closeOf(tradeDate: string): bigint;
}

/** @param settings as they hold for the product */
export function measuringOf(
  { bars, episodes: { barrierTicks, primaryHorizonMinutes, sessionWindow } }: FeatureSettings,
  product: Product,
): Measuring {
  return {
    barSeconds: bars.seconds,
    barrierTicks,
    horizonMinutes: primaryHorizonMinutes,
    closeOf: (tradeDate) => countedClose(sessionOf(tradeDate, product), sessionWindow),
  };
}

/** Rows of one contract-date. */
export interface EpisodeRows extends TouchRows {
  readonly outcomes: readonly TableBatch[];
}

/** @returns those whose vector is of this program's table of features and who have outcomes: others cannot be compared */
export function pastEpisodes(rows: EpisodeRows, measured: Measuring): PastEpisode[] {
  const { barrierTicks, barSeconds, horizonMinutes } = measured;
  const close = measured.closeOf(rows.tradeDate);
  const results = resultsOf(rows.outcomes);
  return touchesOf(rows, measured).flatMap(({ touch, distance }) => {
    const of = results.get(touch.id);
    if (!of) return [];
    of.sort((a, b) => a.minutes - b.minutes);
    const primary = of.findIndex((result) => result.primary);
    const minutes = Math.min(horizonMinutes, minutesUntil(close, touch.at));
    const spread = volatilityOf(touch.raw, barSeconds) * Math.sqrt(minutes);
    return [
      {
        ...touch,
        results: of,
        primary,
        martingale: martingaleBreak(distance, barrierTicks),
        walk: walkBreak(distance, barrierTicks, spread),
      },
    ];
  });
}

/** Touches that have a vector of this program's table of features, with how far beyond the level they lay, ticks. */
export function touchesOf(rows: TouchRows, measured: Measuring): { touch: Touch; distance: number }[] {
  const close = measured.closeOf(rows.tradeDate);
  return goldTouches(rows).map((told) => ({
    touch: withBaseline(told, measured, close),
    distance: told.distance,
  }));
}

/**
 * A touch as it is compared.
 * @param close of the hours that count on its trade date, ns UTC
 */
export function withBaseline(
  { touch, distance, minutesSinceOpen }: GoldTouch,
  measured: Measuring,
  close: bigint = measured.closeOf(touch.session),
): Touch {
  const known = {
    volatility: volatilityOf(touch.raw, measured.barSeconds),
    distance,
    minutesSinceOpen,
    minutesToClose: minutesUntil(close, touch.at),
  };
  const baseline = baselineFeatures(known, measured).map((value) => (Number.isFinite(value) ? value : NaN));
  return { ...touch, baseline };
}

const minutesUntil = (close: bigint, at: bigint): number => Number(close - at) / NS_PER_MINUTE;

function resultsOf(outcomes: readonly TableBatch[]): Map<string, (Result & { primary: boolean })[]> {
  const results = new Map<string, (Result & { primary: boolean })[]>();
  for (const { rowCount, columns } of outcomes)
    for (let i = 0; i < rowCount; i++) {
      const outcome = (CLASSES as readonly (string | null)[]).indexOf(columns.outcome[i] as string | null);
      const result = {
        minutes: columns.horizon_minutes[i] as number,
        primary: columns.is_primary[i] === 1,
        outcome: outcome < 0 ? null : outcome,
        favorable: columns.favorable_ticks[i] as number,
        adverse: columns.adverse_ticks[i] as number,
      };
      const id = columns.episode_id[i] as string;
      results.set(id, [...(results.get(id) ?? []), result]);
    }
  return results;
}
