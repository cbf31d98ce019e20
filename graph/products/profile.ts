/** What Spymaster knows of a product: plain data, built in (`builtIn.ts`) or written by a user (`entry.ts`). */
import type { TradingCalendar } from '../market/hours';
import type { DayRule } from './dayRule';

export interface Product extends TradingCalendar {
  /** Symbol without month and year, e.g. `ES`. */
  readonly root: string;
  readonly name: string;
  /** Venue as written in instrument definitions (MIC). */
  readonly exchange: string;
  /** Databento dataset that carries it. */
  readonly dataset: string;
  /** Minimum price increment of an outright, 1e-9 of a point. A point is the unit in which the exchange quotes the price. */
  readonly tickNanos: number;
  /** Currency units per point and lot. */
  readonly multiplier: number;
  readonly currency: string;
  /** Listed contract months, as month codes. */
  readonly months: string;
  /** Those that trading concentrates in: where the front contract is looked for by the calendar alone. */
  readonly frontMonths: string;
  /** Last trade date of a contract. */
  readonly expiry: DayRule;
  /** When trading ends on it, seconds of the New York day. */
  readonly expiryTime: number;
  /** When the next contract becomes the front one, as long as no volumes say so. */
  readonly roll: DayRule;
  /** Roots of the options on it, as in `E1AQ3 C4250`. */
  readonly optionRoots: readonly string[];
  readonly distances: TickDistances;
  /** Figures that stand in place of those the settings give for all products, in ticks. */
  readonly levels: Partial<LevelTicks>;
  readonly episodes: Partial<EpisodeTicks>;
}

/** How far operators look, in ticks. */
export interface TickDistances {
  /** Behind the best price for the largest level and the largest order. */
  readonly wall: number;
  /** From the price to levels whose surroundings are measured (`silver.vacuum`). */
  readonly vacuum: number;
  /** Outer edges of the zones around a level: at, near, mid, far. */
  readonly zones: readonly [at: number, near: number, mid: number, far: number];
  /** From the price to levels that option figures are written for. */
  readonly options: number;
  /** From an approached level to the other levels. */
  readonly otherLevels: number;
  /** Around an approached level, within which other levels and earlier touches count as near. */
  readonly neighbourhood: number;
  /** From an approached level to strikes with much gamma. */
  readonly strikes: number;
}

/** Those of ES: the default of every product. */
export const ES_DISTANCES: TickDistances = {
  wall: 20,
  vacuum: 120,
  zones: [2, 5, 14, 20],
  options: 120,
  otherLevels: 200,
  neighbourhood: 40,
  strikes: 400,
};

interface LevelTicks {
  readonly roundStepTicks: number;
}

interface EpisodeTicks {
  readonly approachTicks: number;
  readonly touchTicks: number;
  readonly rearmTicks: number;
  readonly barrierTicks: number;
}
