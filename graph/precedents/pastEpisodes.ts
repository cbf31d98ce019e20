/** Past episodes out of the rows of `gold.episodes`, `gold.outcomes` and `gold.vectors`. */
import type { Product } from '../products/profile';
import type { FeatureSettings } from '../settings';
import { countedClose } from '../episodes/countedHours';
import type { Direction } from '../episodes/episode';
import type { LevelKind } from '../levels/kinds';
import type { TableBatch } from '../datasets/schema';
import { FEATURE_TABLE, GROUPS } from '../vectors/features';
import { sessionOf } from '../market/calendar';
import { NS_PER_MINUTE } from '../market/time';
import { baselineFeatures } from '../models/baselineFeatures';
import { CLASSES } from '../models/scores';
import { volatilityOf, type Measured } from '../models/training/baselineRows';
import type { Masked, PastEpisode, Result, Touch } from './episodes';

/** Columns that are read. */
export const EPISODES_READ = [
  'episode_id',
  'level_id',
  'level_kind',
  'direction',
  'time_of_day',
  'touch_ts',
  'touch_distance',
  'minutes_since_open',
] as const;
export const OUTCOMES_READ = [
  'episode_id',
  'horizon_minutes',
  'is_primary',
  'outcome',
  'favorable_ticks',
  'adverse_ticks',
] as const;
export const VECTORS_READ = [
  'episode_id',
  'feature_table',
  'raw',
  ...GROUPS.map((group) => `has_${group}` as const),
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
export interface EpisodeRows {
  readonly contract: string;
  readonly tradeDate: string;
  readonly episodes: readonly TableBatch[];
  readonly outcomes: readonly TableBatch[];
  readonly vectors: readonly TableBatch[];
}

/** @returns those whose vector is of this program's table of features and who have outcomes: others cannot be compared */
export function pastEpisodes(rows: EpisodeRows, measured: Measuring): PastEpisode[] {
  const { barrierTicks } = measured;
  const results = resultsOf(rows.outcomes);
  return touchesOf(rows, measured).flatMap(({ touch, distance }) => {
    const of = results.get(touch.id);
    if (!of) return [];
    of.sort((a, b) => a.minutes - b.minutes);
    const primary = of.findIndex((result) => result.primary);
    const martingale = Math.min(Math.max((barrierTicks + distance) / (2 * barrierTicks), 0), 1);
    return [{ ...touch, results: of, primary, martingale }];
  });
}

/** Touches that have a vector of this program's table of features, with how far beyond the level they lay, ticks. */
export function touchesOf(
  { contract, tradeDate: session, episodes, vectors }: Omit<EpisodeRows, 'outcomes'>,
  measured: Measuring,
): { touch: Touch; distance: number }[] {
  const close = measured.closeOf(session);
  const vectorOf = new Map<string, { raw: Float32Array; masked: Masked }>();
  for (const { rowCount, columns } of vectors)
    for (let i = 0; i < rowCount; i++) {
      if (columns.feature_table[i] !== FEATURE_TABLE) continue;
      const masked = Object.fromEntries(
        GROUPS.map((group) => [group, columns[`has_${group}`][i] !== 1]),
      ) as unknown as Masked;
      vectorOf.set(columns.episode_id[i] as string, { raw: columns.raw[i] as Float32Array, masked });
    }
  return episodes.flatMap(({ rowCount, columns }) =>
    Array.from({ length: rowCount }, (_, i) => {
      const id = columns.episode_id[i] as string;
      const vector = vectorOf.get(id);
      if (!vector) return [];
      const distance = columns.touch_distance[i] as number;
      const known = {
        volatility: volatilityOf(vector.raw, measured.barSeconds),
        distance,
        minutesSinceOpen: columns.minutes_since_open[i] as number,
        minutesToClose: Number(close - (columns.touch_ts[i] as bigint)) / NS_PER_MINUTE,
      };
      const touch: Touch = {
        id,
        contract,
        session,
        at: columns.touch_ts[i] as bigint,
        levelId: columns.level_id[i] as string,
        levelKind: columns.level_kind[i] as LevelKind,
        direction: columns.direction[i] as Direction,
        timeOfDay: columns.time_of_day[i] as string,
        baseline: baselineFeatures(known, measured).map((value) => (Number.isFinite(value) ? value : NaN)),
        ...vector,
      };
      return [{ touch, distance }];
    }).flat(),
  );
}

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
