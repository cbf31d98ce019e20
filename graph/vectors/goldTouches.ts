/** Touches with their vectors, out of the rows of `gold.episodes` and `gold.vectors`: what every reader of Gold begins with. */
import type { TableBatch } from '../datasets/schema';
import type { Direction } from '../episodes/episode';
import type { LevelKind } from '../levels/kinds';
import type { IsoDate } from '../market/days';
import { FEATURE_TABLE, GROUPS, type FeatureGroup } from './features';

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
export const VECTORS_READ = [
  'episode_id',
  'feature_table',
  'raw',
  ...GROUPS.map((group) => `has_${group}` as const),
] as const;

/** Rows of one contract-date. */
export interface TouchRows {
  readonly contract: string;
  readonly tradeDate: IsoDate;
  readonly episodes: readonly TableBatch[];
  readonly vectors: readonly TableBatch[];
}

/** A touch with its vector. */
interface VectoredTouch {
  /** Of the episode. */
  readonly id: string;
  readonly contract: string;
  /** Trade date. */
  readonly session: IsoDate;
  /** ns UTC. */
  readonly at: bigint;
  readonly levelId: string;
  readonly levelKind: LevelKind;
  readonly direction: Direction;
  readonly timeOfDay: string;
  /** As in `gold.vectors`: NaN where undefined or masked. */
  readonly raw: Float32Array;
  /** Groups without data. */
  readonly masked: Readonly<Record<FeatureGroup, boolean>>;
}

export interface GoldTouch {
  readonly touch: VectoredTouch;
  /** How far it lies beyond the level along the approach, ticks; negative: short of it. */
  readonly distance: number;
  readonly minutesSinceOpen: number;
  /** Where the column was read besides. */
  readonly sequence?: Float32Array;
}

/** @returns those whose vector is of this program's table of features: others cannot be compared; in the order of the episodes' rows */
export function goldTouches({ contract, tradeDate, episodes, vectors }: TouchRows): GoldTouch[] {
  const vectorOf = new Map<string, Pick<VectoredTouch, 'raw' | 'masked'>>();
  const sequenceOf = new Map<string, Float32Array>();
  for (const { rowCount, columns } of vectors)
    for (let i = 0; i < rowCount; i++) {
      if (columns.feature_table[i] !== FEATURE_TABLE) continue;
      const masked = Object.fromEntries(
        GROUPS.map((group) => [group, columns[`has_${group}`][i] !== 1]),
      ) as VectoredTouch['masked'];
      const id = columns.episode_id[i] as string;
      vectorOf.set(id, { raw: columns.raw[i] as Float32Array, masked });
      if (columns.sequence) sequenceOf.set(id, columns.sequence[i] as Float32Array);
    }
  return episodes.flatMap(({ rowCount, columns }) =>
    Array.from({ length: rowCount }, (_, i): GoldTouch[] => {
      const id = columns.episode_id[i] as string;
      const vector = vectorOf.get(id);
      if (!vector) return [];
      const touch = {
        id,
        contract,
        session: tradeDate,
        at: columns.touch_ts[i] as bigint,
        levelId: columns.level_id[i] as string,
        levelKind: columns.level_kind[i] as LevelKind,
        direction: columns.direction[i] as Direction,
        timeOfDay: columns.time_of_day[i] as string,
        ...vector,
      };
      const distance = columns.touch_distance[i] as number;
      const minutesSinceOpen = columns.minutes_since_open[i] as number;
      return [{ touch, distance, minutesSinceOpen, sequence: sequenceOf.get(id) }];
    }).flat(),
  );
}
