/**
 * What a user may choose about options. Every vendor of option analytics has its own signs and scales and few say which,
 * so here they have names, and the names are stored beside the numbers.
 */
import { z } from 'zod';

/**
 * Which side of the open contracts dealers are supposed to hold:
 * - `long-calls-short-puts`: customers sell calls against stock and buy puts for protection (the usual, "naive" sign);
 * - `short-both`: customers are long options;
 * - `short-calls-long-puts`: the reverse of the usual;
 * - `flow`: the opposite of what aggressors have bought since the session began, instead of open interest.
 */
export const DEALER_SIGNS = ['long-calls-short-puts', 'short-both', 'short-calls-long-puts', 'flow'] as const;
export type DealerSign = (typeof DEALER_SIGNS)[number];

/**
 * What a gamma exposure counts, for gamma G, lots L, multiplier M and price S:
 * - `usd-per-1pct`: G L M S^2 / 100, the change of dollar delta for a move of one percent;
 * - `usd-per-point`: G L M S, the same for a move of one point;
 * - `half-gamma-s2`: G L M S^2 / 2;
 * - `lots-per-point`: G L, the change of delta in lots of the future for one point.
 */
export const GEX_SCALES = ['usd-per-1pct', 'usd-per-point', 'half-gamma-s2', 'lots-per-point'] as const;
export type GexScale = (typeof GEX_SCALES)[number];

/** Whose flow is positive: that of buying aggressors (`customer`), or of those who sold to them (`dealer`). */
export const FLOW_SIGNS = ['customer', 'dealer'] as const;

const ascending = (ticks: number[]) => ticks.every((t, i) => i === 0 || t > ticks[i - 1]);

export const optionSettings = z.strictObject({
  /**
   * Outer edges of the strike bands around a price: at it, and first to third away from it on either side. The defaults
   * (2.5, 7.5, 12.5 and 25 points of ES) hold one strike each of a 5-point grid near it.
   */
  bandTicks: z
    .array(z.int().positive())
    .length(4)
    .refine(ascending, 'must be in ascending order, without repetition')
    .default([10, 30, 50, 100]),
  flowSign: z.enum(FLOW_SIGNS).default('customer'),
  /** Over how many bars the normalised tide is taken. */
  tideBars: z.int().min(1).max(10_000).default(60),
  dealerSign: z.enum(DEALER_SIGNS).default('long-calls-short-puts'),
  gexScale: z.enum(GEX_SCALES).default('usd-per-1pct'),
  /** How many bars apart exposures are computed. */
  exposureBars: z.int().min(1).max(10_000).default(12),
  /** How far from the price, in percent, the zero-gamma flip is looked for. */
  flipRangePercent: z.number().positive().max(50).default(8),
  /** Continuously compounded discount rate per year. Below 60 days to expiry one percent of it is 0.2 % of a price. */
  rate: z.number().min(-0.1).max(0.5).default(0.04),
});

export type OptionSettings = z.infer<typeof optionSettings>;
