/**
 * What dealers' option positions amount to at a moment: gamma exposure by strike, call and put wall, zero-gamma flip, the
 * hedging that follows, and the volatilities it rests on.
 *
 * Options on the other futures of the product count with their strikes less the basis of their future: where this one stands when
 * theirs is at the strike.
 *
 * As of that moment: open interest published so far (of the day before), volatilities settled or traded so far, the
 * future's price now. Dealers' side of the open contracts is not public; `dealerSign` names the assumption.
 */
import { BANDS, type StrikeBands } from './bands';
import type { OptionChain } from './chain';
import { Kind } from './classify';
import { yearFraction } from './expiry';
import { gexFactor, GammaBook, hedgeLotsPerPoint, zeroGammaFlip } from './gammaExposure';
import type { DealerSign, OptionSettings } from './settings';
import { smileAt } from './smile';

/** Why there is no exposure. */
export const NO_EXPOSURE = [
  'no option definitions',
  'no price of the future',
  'no open interest',
  'no basis',
  'no option trades',
  'no volatility',
  // Black-76 is undefined there.
  'future at or below zero',
] as const;
export type NoExposure = (typeof NO_EXPOSURE)[number];

/** Dealers' lots per lot of open interest: calls, puts. */
const SIGNS: Record<Exclude<DealerSign, 'flow'>, readonly [number, number]> = {
  'long-calls-short-puts': [1, -1],
  'short-both': [-1, -1],
  'short-calls-long-puts': [-1, 1],
};

/** Exposure by strike band around a price, each in the order of `BANDS`. */
export interface BandedExposure {
  readonly calls: Float64Array;
  readonly puts: Float64Array;
}

/** Exposures in the settings' scale, prices in points, NaN where there is none. */
export interface ExposureFigures extends SmileFigures {
  readonly callGex: number;
  readonly putGex: number;
  /** Part of both that expires first. */
  readonly nearestGex: number;
  /** Strike with the largest call exposure; among equals the highest. Likewise put, the lowest. */
  readonly callWall: number;
  readonly putWall: number;
  readonly flip: number;
  /** Lots of the future dealers trade when it rises one point: positive drives the move on. */
  readonly hedgeLotsPerPoint: number;
  /** Lots of options not yet expired, and those of them on strikes with a volatility. */
  readonly openInterest: number;
  readonly pricedOpenInterest: number;
}

/** Volatilities per square root of a year. */
interface SmileFigures {
  /** Of the nearest expiry, at the money. */
  readonly nearestVol: number;
  /** To its expiry, s. */
  readonly nearestSeconds: number;
  /** Of the expiry after it. */
  readonly nextVol: number;
  /** Volatility one standard deviation below the money less one above, nearest expiry. */
  readonly skew: number;
}

/** Dealers' lots by pair, and the open interest they are derived from, lots. */
interface Positions {
  readonly calls: Float64Array;
  readonly puts: Float64Array;
  readonly any: boolean;
  /** Whether there are any in options whose future stands nobody knows where. */
  readonly unplaced: boolean;
  readonly openInterest: number;
  readonly pricedOpenInterest: number;
}

export class OptionExposure {
  /** Ascending strikes and, in the settings' scale, what calls and puts on them amount to. */
  private strikes = new Float64Array(0);
  private calls = new Float64Array(0);
  private puts = new Float64Array(0);
  private readonly book = new GammaBook();
  private readonly nearestBook = new GammaBook();

  constructor(
    private readonly chain: OptionChain,
    private readonly settings: OptionSettings,
    private readonly multiplier: number,
  ) {}

  /**
   * Computes everything as of `at`; `around` then gives it by strike band.
   * @param at ns since the origin
   * @param price of the future, points; NaN if unknown
   * @returns the figures, or why there are none
   */
  evaluate(at: number, price: number): ExposureFigures | NoExposure {
    const { chain, settings } = this;
    if (chain.empty) return 'no option definitions';
    if (Number.isNaN(price)) return 'no price of the future';
    if (price <= 0) return 'future at or below zero';
    const vols = new Float64Array(chain.pairStrike.length);
    chain.volatilities(at, price, vols);
    const positions = this.positions(at, vols);
    if (!positions.any && positions.unplaced) return 'no basis';
    if (!positions.any) return settings.dealerSign === 'flow' ? 'no option trades' : 'no open interest';
    this.fillBooks(at, vols, positions);
    if (this.book.size === 0) return 'no volatility';

    this.strikeProfile(price);
    const factor = gexFactor(settings.gexScale, price, this.multiplier);
    const [callGex, putGex] = [sum(this.calls), sum(this.puts)];
    return {
      callGex,
      putGex,
      nearestGex: this.nearestBook.net(price) * factor,
      callWall: this.strikeOf(largest(this.calls, 1)),
      putWall: this.strikeOf(largest(this.puts, -1)),
      flip: zeroGammaFlip(this.book, price, settings.flipRangePercent / 100),
      hedgeLotsPerPoint: hedgeLotsPerPoint(callGex + putGex, settings.gexScale, price, this.multiplier),
      ...this.smileFigures(at, price, vols),
      openInterest: positions.openInterest,
      pricedOpenInterest: positions.pricedOpenInterest,
    };
  }

  /** Exposure by strike band around a price, as of the last evaluation. */
  around(price: number, bands: StrikeBands): BandedExposure {
    const out = { calls: new Float64Array(BANDS.length), puts: new Float64Array(BANDS.length) };
    const { strikes } = this;
    let i = 0;
    while (i < strikes.length && strikes[i] < price - bands.reach) i++;
    for (; i < strikes.length && strikes[i] <= price + bands.reach; i++) {
      const band = bands.bandOf(strikes[i], price);
      if (band < 0) continue;
      out.calls[band] += this.calls[i];
      out.puts[band] += this.puts[i];
    }
    return out;
  }

  private positions(at: number, vols: Float64Array): Positions {
    const { chain, settings } = this;
    const calls = new Float64Array(vols.length);
    const puts = new Float64Array(vols.length);
    let any = false;
    let unplaced = false;
    let openInterest = 0;
    let pricedOpenInterest = 0;
    for (let slot = 0; slot < chain.kind.length; slot++) {
      const pair = chain.pair[slot];
      if (pair < 0 || chain.expiresAt[chain.pairExpiry[pair]] <= at) continue;
      const call = chain.kind[slot] === Kind.Call;
      const open = Number.isNaN(chain.openInterest[slot]) ? 0 : chain.openInterest[slot];
      openInterest += open;
      if (!Number.isNaN(vols[pair])) pricedOpenInterest += open;
      const lots =
        settings.dealerSign === 'flow'
          ? -chain.bought[slot]
          : SIGNS[settings.dealerSign][call ? 0 : 1] * open;
      if (lots === 0) continue;
      if (Number.isNaN(chain.basisOf(chain.pairExpiry[pair]))) {
        unplaced = true;
        continue;
      }
      any = true;
      (call ? calls : puts)[pair] += lots;
    }
    return { calls, puts, any, unplaced, openInterest, pricedOpenInterest };
  }

  private fillBooks(at: number, vols: Float64Array, { calls, puts }: Positions): void {
    const { chain, book, nearestBook } = this;
    book.clear();
    nearestBook.clear();
    const used: number[] = [];
    for (let pair = 0; pair < vols.length; pair++)
      if ((calls[pair] !== 0 || puts[pair] !== 0) && vols[pair] > 0) used.push(pair);
    // In prices of the future all is seen from.
    const strikeOf = (pair: number) => chain.pairStrike[pair] - chain.basisOf(chain.pairExpiry[pair]);
    this.strikes = Float64Array.from(new Set(used.map(strikeOf))).sort();
    this.calls = new Float64Array(this.strikes.length);
    this.puts = new Float64Array(this.strikes.length);
    const indexOf = new Map(Array.from(this.strikes, (strike, i) => [strike, i]));
    const nearest = Math.min(...this.expiriesFrom(at).map((expiry) => chain.expiresAt[expiry]));
    for (const pair of used) {
      const expiry = chain.pairExpiry[pair];
      const years = yearFraction(chain.expiresAt[expiry] - at);
      const position = [
        indexOf.get(strikeOf(pair)) as number,
        chain.pairStrike[pair],
        chain.basisOf(expiry),
        vols[pair] * Math.sqrt(years),
        Math.exp(-this.settings.rate * years),
        calls[pair],
        puts[pair],
      ] as const;
      book.add(...position);
      if (chain.expiresAt[expiry] === nearest) nearestBook.add(...position);
    }
  }

  private strikeOf(index: number): number {
    return index < 0 ? NaN : this.strikes[index];
  }

  private strikeProfile(price: number): void {
    this.book.byStrike(price, this.calls, this.puts);
    const factor = gexFactor(this.settings.gexScale, price, this.multiplier);
    for (let i = 0; i < this.strikes.length; i++) {
      this.calls[i] *= factor;
      this.puts[i] *= factor;
    }
  }

  /** Expiries still to come of options whose future has a price, nearest first. */
  private expiriesFrom(at: number): number[] {
    const { chain } = this;
    const { expiresAt } = chain;
    return [...expiresAt.keys()]
      .filter((expiry) => expiresAt[expiry] > at && !Number.isNaN(chain.basisOf(expiry)))
      .sort((a, b) => expiresAt[a] - expiresAt[b]);
  }

  private smileFigures(at: number, price: number, vols: Float64Array): SmileFigures {
    const { chain } = this;
    /** Volatility of an expiry at its future's price times a factor. */
    const smile = (factor: number, expiry: number) =>
      smileAt((price + chain.basisOf(expiry)) * factor, chain.strikesOf(expiry), chain.pairStrike, vols);
    const quoted = this.expiriesFrom(at).filter((expiry) => !Number.isNaN(smile(1, expiry)));
    const [nearest] = quoted;
    const next = quoted.find((expiry) => chain.expiresAt[expiry] > chain.expiresAt[nearest]);
    const remaining = chain.expiresAt[nearest] - at;
    const nearestVol = smile(1, nearest);
    const deviation = Math.exp(nearestVol * Math.sqrt(yearFraction(remaining)));
    return {
      nearestVol,
      nearestSeconds: remaining / 1e9,
      nextVol: next === undefined ? NaN : smile(1, next),
      skew: smile(1 / deviation, nearest) - smile(deviation, nearest),
    };
  }
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Index of the largest magnitude; among equals the last (`prefer` 1) or the first (-1). */
function largest(values: Float64Array, prefer: 1 | -1): number {
  let best = -1;
  let size = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]);
    if (magnitude > size || (magnitude === size && size > 0 && prefer > 0)) {
      best = i;
      size = magnitude;
    }
  }
  return best;
}
