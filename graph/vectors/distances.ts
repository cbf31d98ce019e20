/** How far the vector looks, in ticks. A tick is worth more on one product than on another, so a product's profile may set its own. */
import { ES_DISTANCES, type TickDistances } from '../products/profile';

export interface VectorDistances {
  /** Distances from the level to the other levels are limited to it. */
  readonly otherLevels: number;
  /** How far around the level others are counted as its neighbours. */
  readonly neighbourhood: number;
  /** Distances from the level to the walls and the flip of the option positions are limited to it. */
  readonly strikes: number;
  /** Outer edge of the zone `at` of `silver.vacuum`: the zones of a level begin so far on the near side of it. */
  readonly atZone: number;
}

/** Those of a product's profile. */
export const vectorDistances = ({
  otherLevels,
  neighbourhood,
  strikes,
  zones,
}: TickDistances): VectorDistances => ({
  otherLevels,
  neighbourhood,
  strikes,
  atZone: zones[0],
});

/** Those of ES; the formulas of the features state them. */
export const DEFAULT_VECTOR_DISTANCES = vectorDistances(ES_DISTANCES);
