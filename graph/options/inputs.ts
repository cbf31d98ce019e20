/**
 * What the operator around one future takes in: records of the options feed, the future's own price, and the ends of bars, in the
 * order in which they became known.
 */
import type { OptionDefinition } from './definition';

/** An instrument of the feed and its terms. Trades of instruments not defined yet count as of an unknown instrument. */
interface DefinitionInput {
  readonly type: 'definition';
  readonly definition: OptionDefinition;
}

/** Published open interest. Only a figure of a day before the trade date is used: today's is not known today. */
export interface OpenInterestInput {
  readonly type: 'openInterest';
  readonly instrumentId: number;
  /** Day number the figure is of; NaN if it does not say. */
  readonly day: number;
  /** NaN withdraws what was published. */
  readonly lots: number;
}

/** Published settlement price of an option; it enters the figures at the end of the open bar. */
export interface SettlementInput {
  readonly type: 'settlement';
  readonly instrumentId: number;
  /** Day number it is of; NaN if it does not say. */
  readonly day: number;
  /** Points. */
  readonly price: number;
}

/** A trade of any instrument of the feed. */
export interface OptionTradeInput {
  readonly type: 'trade';
  readonly instrumentId: number;
  /** Matching-engine time, ns since the session's origin. */
  readonly at: number;
  /** Premium, points; NaN if undefined. */
  readonly price: number;
  readonly lots: number;
  /** Aggressor: a `Side`. */
  readonly side: number;
}

/** The future's price from now on, points: its last trade or mid; NaN keeps the one before. */
interface FuturePriceInput {
  readonly type: 'future';
  readonly price: number;
}

/** A level around whose price strikes are banded. */
export interface LevelPrice {
  /** As in `silver.levels`. */
  readonly levelId: string;
  /** Points. */
  readonly price: number;
}

/**
 * The end of a bar. Bars are those of every other family, so their builder ends them here, before the first event of the
 * next bar is pushed.
 */
export interface BarEndInput {
  readonly type: 'barEnd';
  /** ns since the session's origin; the bar is `[start, end)`. */
  readonly start: number;
  readonly end: number;
  /** The levels in reach of the price, as known at `end`. */
  readonly levels: readonly LevelPrice[];
}

/** What the options feed tells. */
export type OptionRecord = DefinitionInput | OpenInterestInput | SettlementInput | OptionTradeInput;

export type OptionInput = OptionRecord | FuturePriceInput | BarEndInput;
