/**
 * Gamma exposure: how many lots of the future the options' holders must trade as the future moves.
 *
 * Everything is summed in lots of the future per point (gamma x lots: an option and its future have the same multiplier)
 * and turned into the named scale at the edge. Sums are kept per strike, over all expiries, for calls and puts apart.
 */
import { SQRT_2PI } from './normal';
import type { GexScale } from './settings';

const FACTORS: Record<GexScale, (price: number, multiplier: number) => number> = {
  'usd-per-1pct': (price, multiplier) => 0.01 * multiplier * price * price,
  'usd-per-point': (price, multiplier) => multiplier * price,
  'half-gamma-s2': (price, multiplier) => 0.5 * multiplier * price * price,
  'lots-per-point': () => 1,
};

/**
 * What one lot per point amounts to in a scale.
 * @param price of the future (or index), points
 * @param multiplier USD per point
 */
export function gexFactor(scale: GexScale, price: number, multiplier: number): number {
  return FACTORS[scale](price, multiplier);
}

/**
 * Lots of the future dealers trade to stay hedged when it rises one point: against a positive gamma (they sell), with a
 * negative one (they buy, and sell into falls).
 * @param exposure net gamma exposure of dealers in the scale
 */
export function hedgeLotsPerPoint(
  exposure: number,
  scale: GexScale,
  price: number,
  multiplier: number,
): number {
  return -exposure / gexFactor(scale, price, multiplier);
}

/** Beyond this many standard deviations an option has no gamma worth an exponential: below 1e-17 of its peak. */
const NO_GAMMA = 9;

/** Positions at (strike, expiry) with all that does not depend on the future's price worked out. */
export class GammaBook {
  private count = 0;
  private logStrike = new Float64Array(256);
  private inverse = new Float64Array(256);
  private half = new Float64Array(256);
  private callWeight = new Float64Array(256);
  private putWeight = new Float64Array(256);
  private basis = new Float64Array(256);
  private strikeIndex = new Int32Array(256);

  get size(): number {
    return this.count;
  }

  clear(): void {
    this.count = 0;
  }

  /**
   * Adds the calls and puts of one strike and expiry.
   * @param strikeIndex where their exposure is summed
   * @param basis points their own future lies above the one whose price is given to the sums
   * @param deviation sigma sqrt(T), > 0
   * @param discount exp(-r T)
   * @param callLots signed lots; likewise `putLots`
   */
  add(
    strikeIndex: number,
    strike: number,
    basis: number,
    deviation: number,
    discount: number,
    callLots: number,
    putLots: number,
  ): void {
    if (this.count === this.logStrike.length) this.grow();
    const i = this.count++;
    const scale = discount / (deviation * SQRT_2PI);
    this.logStrike[i] = Math.log(strike);
    this.inverse[i] = 1 / deviation;
    this.half[i] = 0.5 * deviation;
    this.callWeight[i] = scale * callLots;
    this.putWeight[i] = scale * putLots;
    this.basis[i] = basis;
    this.strikeIndex[i] = strikeIndex;
  }

  /** Net lots per point with the future at `price`, every strike keeping its volatility. */
  net(price: number): number {
    const { logStrike, inverse, half, callWeight, putWeight, basis } = this;
    let total = 0;
    let sum = 0;
    let own = price;
    let log = Math.log(own);
    for (let i = 0; i < this.count; i++) {
      if (price + basis[i] !== own) {
        total += sum / own;
        sum = 0;
        own = price + basis[i];
        log = Math.log(own);
      }
      const d1 = (log - logStrike[i]) * inverse[i] + half[i];
      if (d1 < NO_GAMMA && d1 > -NO_GAMMA) sum += (callWeight[i] + putWeight[i]) * Math.exp(-0.5 * d1 * d1);
    }
    return total + sum / own;
  }

  /** Lots per point at `price` by strike index, calls and puts apart; adds to what the arrays hold. */
  byStrike(price: number, calls: Float64Array, puts: Float64Array): void {
    for (let i = 0; i < this.count; i++) {
      const own = price + this.basis[i];
      const d1 = (Math.log(own) - this.logStrike[i]) * this.inverse[i] + this.half[i];
      const gamma = Math.exp(-0.5 * d1 * d1) / own;
      calls[this.strikeIndex[i]] += this.callWeight[i] * gamma;
      puts[this.strikeIndex[i]] += this.putWeight[i] * gamma;
    }
  }

  private grow(): void {
    const wider = (values: Float64Array) => {
      const grown = new Float64Array(2 * values.length);
      grown.set(values);
      return grown;
    };
    this.logStrike = wider(this.logStrike);
    this.inverse = wider(this.inverse);
    this.half = wider(this.half);
    this.callWeight = wider(this.callWeight);
    this.putWeight = wider(this.putWeight);
    this.basis = wider(this.basis);
    const indices = new Int32Array(2 * this.strikeIndex.length);
    indices.set(this.strikeIndex);
    this.strikeIndex = indices;
  }
}

const FLIP_STEPS = 32;
const FLIP_PRECISION = 0.005;

/**
 * The price nearest to the present one at which net gamma changes sign: below it (usually) dealers' hedging drives moves
 * on, above it they damp them. Looked for on a grid over `range` on either side, then closed in on to half a cent.
 * @param range share of the price, e.g. 0.08
 * @returns points, or NaN if the sign is the same all over the range
 */
export function zeroGammaFlip(book: GammaBook, price: number, range: number): number {
  if (book.size === 0) return NaN;
  const step = (range * price) / FLIP_STEPS;
  const here = book.net(price);
  if (here === 0) return NaN;
  let above = here;
  let below = here;
  for (let i = 1; i <= FLIP_STEPS; i++) {
    const nextAbove = book.net(price + i * step);
    const nextBelow = book.net(price - i * step);
    const up = changesSign(above, nextAbove) ? root(book, price + (i - 1) * step, price + i * step) : NaN;
    const down = changesSign(below, nextBelow) ? root(book, price - i * step, price - (i - 1) * step) : NaN;
    if (!Number.isNaN(up) || !Number.isNaN(down)) return nearer(price, up, down);
    above = nextAbove;
    below = nextBelow;
  }
  return NaN;
}

/** A net gamma of exactly 0 far out is the absence of any, not a crossing. */
const changesSign = (a: number, b: number) => a * b < 0;

function nearer(price: number, up: number, down: number): number {
  if (Number.isNaN(up)) return down;
  return Number.isNaN(down) || up - price <= price - down ? up : down;
}

/** Bisection: a few dozen sums, and it converges whatever the profile's shape. */
function root(book: GammaBook, from: number, to: number): number {
  let [low, high] = [from, to];
  const rises = book.net(low) < 0;
  while (high - low > FLIP_PRECISION) {
    const middle = 0.5 * (low + high);
    if (book.net(middle) < 0 === rises) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}
