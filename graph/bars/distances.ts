/** How far the bars look, in ticks. A tick is worth more on one product than on another, so a product's profile may set its own. */
import { ES_DISTANCES, type TickDistances } from '../products/profile';

/** The zones around a price level, from it outward. */
export const ZONE_NAMES = ['at', 'near', 'mid', 'far'] as const;
type ZoneName = (typeof ZONE_NAMES)[number];

export interface BarDistances {
  /** How far behind the touch a wall is looked for. */
  readonly wallReachTicks: number;
  /** How far the mid may be from a level for the level to have a row in `silver.vacuum`. */
  readonly vacuumReachTicks: number;
  /** Outer edge of each zone: it begins where the one before ends, the first as far on the near side of it. */
  readonly zones: Readonly<Record<ZoneName, number>>;
}

/** Those of a product's profile. */
export function barDistances({ wall, vacuum, zones: [at, near, mid, far] }: TickDistances): BarDistances {
  return { wallReachTicks: wall, vacuumReachTicks: vacuum, zones: { at, near, mid, far } };
}

/** Those the documentation of columns states. */
export const DEFAULT_BAR_DISTANCES = barDistances(ES_DISTANCES);

/** What the documentation of a column adds to a distance it states. */
export const BY_DEFAULT = "by default; a product's profile may set another";
