/** The zones around a price level, from it outward. */
export const ZONE_NAMES = ['at', 'near', 'mid', 'far'] as const;
export type ZoneName = (typeof ZONE_NAMES)[number];

/** How far the bars look, in ticks. A tick is worth more on one product than on another, so a product's profile may set its own. */
export interface BarDistances {
  /** How far behind the touch a wall is looked for. */
  readonly wallReachTicks: number;
  /** How far the mid may be from a level for the level to have a row in `silver.vacuum`. */
  readonly vacuumReachTicks: number;
  /** Outer edge of each zone: it begins where the one before ends, the first as far on the near side of the level. */
  readonly zones: Readonly<Record<ZoneName, number>>;
}

export const DEFAULT_BAR_DISTANCES: BarDistances = {
  wallReachTicks: 20,
  vacuumReachTicks: 120,
  zones: { at: 2, near: 5, mid: 14, far: 20 },
};

/** What the documentation of a column adds to a distance it states. */
export const BY_DEFAULT = "by default; a product's profile may set another";
