/**
 * Black's model for a European option on a future (F. Black, "The pricing of commodity contracts", 1976).
 *
 * With F the future, K the strike, T years to expiry, DF = exp(-r T), s = sigma sqrt(T), d1 = ln(F/K)/s + s/2,
 * d2 = d1 - s: call = DF (F N(d1) - K N(d2)), put = DF (K N(-d2) - F N(-d1)).
 *
 * ES quarterlies are American. The right to exercise early is worth about r T of the price for short tenors, so up to
 * some 60 days Black-76 serves them too.
 */
import { normalCdf, normalDensity } from './normal';
import { normalisedBlack, otmLogMoneyness } from './normalisedBlack';

/** +1 for a call, -1 for a put: the sign of (F - K) that pays. */
export const Right = { Call: 1, Put: -1 } as const;
export type Right = (typeof Right)[keyof typeof Right];

/** Below this standard deviation the price is intrinsic to the last bit, and d1 would overflow. */
const NO_DEVIATION = 1e-150;

/** Value and sensitivities of one option, per unit of the underlying (an ES option has 50 units). */
export interface Greeks {
  /** Points. */
  price: number;
  /** d price / d F: lots of the future per lot of the option. */
  delta: number;
  /** d delta / d F, per point. */
  gamma: number;
  /** d price / d sigma, points per 1.00 of volatility. */
  vega: number;
  /** d price / d t as calendar time passes, points per year. */
  theta: number;
  /** d price / d r, points per 1.00 of the rate. */
  rho: number;
  /** d delta / d sigma, per 1.00 of volatility. */
  vanna: number;
  /** d delta / d t as calendar time passes, per year. */
  charm: number;
  /** d vega / d sigma. */
  volga: number;
}

export const emptyGreeks = (): Greeks => ({
  price: 0,
  delta: 0,
  gamma: 0,
  vega: 0,
  theta: 0,
  rho: 0,
  vanna: 0,
  charm: 0,
  volga: 0,
});

/**
 * Price in points. At expiry or without volatility: the discounted intrinsic value.
 * An in-the-money option is priced as intrinsic value plus the out-of-the-money option of the same strike, so put-call parity is exact.
 * @param forward price of the future, > 0
 * @param strike > 0
 * @param years time to expiry by the project's convention, >= 0
 * @param sigma volatility per square root of a year, >= 0
 * @param rate continuously compounded discount rate per year
 */
export function black76Price(
  right: Right,
  forward: number,
  strike: number,
  years: number,
  sigma: number,
  rate: number,
): number {
  const intrinsic = Math.max(right * (forward - strike), 0);
  const timeValue =
    Math.sqrt(forward) *
    Math.sqrt(strike) *
    normalisedBlack(otmLogMoneyness(forward, strike), sigma * Math.sqrt(years));
  return Math.exp(-rate * years) * (intrinsic + timeValue);
}

/** Delta alone: lots of the future per lot of the option, in [-1, 1]. At the money with T or sigma 0: half of DF. */
export function black76Delta(
  right: Right,
  forward: number,
  strike: number,
  years: number,
  sigma: number,
  rate: number,
): number {
  const discount = Math.exp(-rate * years);
  const s = sigma * Math.sqrt(years);
  return right * discount * normalCdf(right * d1(forward, strike, s));
}

function d1(forward: number, strike: number, s: number): number {
  const x = otmLogMoneyness(forward, strike);
  if (x === 0) return 0.5 * s;
  const signed = forward > strike ? -x : x;
  return s > NO_DEVIATION ? signed / s + 0.5 * s : signed * Infinity;
}

/**
 * Price and all greeks into `out`. With T or sigma 0 they are those of the discounted
 * intrinsic value; its gamma at F = K is a point mass, reported as 0.
 */
export function black76(
  right: Right,
  forward: number,
  strike: number,
  years: number,
  sigma: number,
  rate: number,
  out: Greeks,
): Greeks {
  const root = Math.sqrt(years);
  const s = sigma * root;
  const discount = Math.exp(-rate * years);
  const up = d1(forward, strike, s);
  out.price = black76Price(right, forward, strike, years, sigma, rate);
  out.delta = right * discount * normalCdf(right * up);
  out.rho = -years * out.price;
  out.theta = rate * out.price;
  out.charm = rate * out.delta;
  out.gamma = out.vega = out.vanna = out.volga = 0;
  if (!(s > NO_DEVIATION)) return out;

  const down = up - s;
  const density = discount * normalDensity(up);
  if (density === 0) return out;
  out.gamma = density / (forward * s);
  out.vega = density * forward * root;
  out.theta -= (density * forward * sigma) / (2 * root);
  out.vanna = (-density * down) / sigma;
  out.charm += (density * down) / (2 * years);
  out.volga = (out.vega * up * down) / sigma;
  return out;
}
