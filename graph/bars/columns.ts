/** How the families describe their columns of `silver.bars`, each beside the code that computes it. */
import type { ColumnContract } from '../datasets/schema';

/** The two sides of the book, in the order of the book's own indices (BID = 0, ASK = 1). */
export const SIDES = ['bid', 'ask'] as const;
export type SideName = (typeof SIDES)[number];

/** Ticks to points. */
export type Points = (ticks: number) => number;

/** A price or a difference of prices in points, null where there is none. */
export const points = (name: string, meaning: string): ColumnContract => ({
  name,
  type: 'double',
  unit: 'points',
  meaning,
  nullable: true,
});

/** A dimensionless or composite figure, null where it is undefined. */
export const figure = (name: string, unit: string, meaning: string): ColumnContract => ({
  name,
  type: 'double',
  unit,
  meaning,
  nullable: true,
});

/** A number of contracts; never null: nothing happened is 0. */
export const lots = (name: string, meaning: string): ColumnContract => ({
  name,
  type: 'int32',
  unit: 'lots',
  meaning,
});

/** A number of records, orders or occurrences; never null. */
export const count = (name: string, meaning: string): ColumnContract => ({
  name,
  type: 'int32',
  unit: 'count',
  meaning,
});

/** The same columns for the bid and the ask: all of the bid's, then all of the ask's. */
export function bothSides(describe: (side: SideName) => ColumnContract[]): ColumnContract[] {
  return SIDES.flatMap(describe);
}
