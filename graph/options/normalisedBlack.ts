/**
 * The Black price of an out-of-the-money option in its two essential variables:
 *
 *     b(x, s) = price / (DF sqrt(F K)),   x = -|ln(F / K)| <= 0,   s = sigma sqrt(T).
 *
 * With h = x / s, t = s / 2, and r(z) = N(z) / n(z):
 *
 *     b = n(h) exp(-t^2 / 2) [r(h + t) - r(h - t)],   e^(x/2) - b = n(h) exp(-t^2 / 2) [r(-h - t) + r(h - t)].
 *
 * The exponential carries all of the size and the bracket all of the shape, so a price of 1e-300 has as many good digits
 * as one of 1. The bracket is a difference of nearly equal numbers when t is small (0DTE); there it is summed as a series.
 */
import { normalRatio, SQRT_2PI } from './normal';

const SERIES_T = 0.25;
const SERIES_HT = 1;
/** From here on b is closer to its bound than to zero, and is better taken from what is missing to it. */
const NEAR_BOUND = 0.7;

/** -|ln(F / K)|, to full relative precision also when F and K almost agree. */
export function otmLogMoneyness(forward: number, strike: number): number {
  const gap = Math.abs(forward - strike);
  const larger = Math.max(forward, strike);
  return gap < 0.5 * larger ? Math.log1p(-gap / larger) : Math.log(Math.min(forward, strike) / larger);
}

/** r(h + t) - r(h - t) for h <= 0 < t: the bracket of b. */
export function priceBracket(h: number, t: number): number {
  const ht = h * t;
  if (t >= SERIES_T || ht <= -SERIES_HT) return normalRatio(h + t) - normalRatio(h - t);
  // Twice the odd part of the Taylor series about h. r' = 1 + h r and r^(n+1) = h r^(n) + n r^(n-1), which for the terms
  // a_n = r^(n) t^n / n! reads a_(n+1) = (h t a_n + t^2 a_(n-1)) / (n + 1).
  const tt = t * t;
  let even = normalRatio(h);
  let odd = t * (1 + h * even);
  let sum = odd;
  for (let n = 1; n < 40; n += 2) {
    even = (ht * odd + tt * even) / (n + 1);
    odd = (ht * even + tt * odd) / (n + 2);
    sum += odd;
    if (odd <= 1e-17 * sum) break;
  }
  return 2 * sum;
}

/** r(-h - t) + r(h - t) for h <= 0 < t: the bracket of what b lacks to its upper bound e^(x/2). */
export function shortfallBracket(h: number, t: number): number {
  return normalRatio(-h - t) + normalRatio(h - t);
}

/**
 * b(x, s).
 * @param x minus the distance of forward and strike in logarithms, <= 0
 * @param s standard deviation to expiry, sigma sqrt(T), >= 0
 */
export function normalisedBlack(x: number, s: number): number {
  if (!(s > 0)) return 0;
  const h = x / s;
  const t = 0.5 * s;
  const scale = Math.exp(-0.5 * (h * h + t * t)) / SQRT_2PI;
  if (h + t > NEAR_BOUND) return Math.exp(0.5 * x) - scale * shortfallBracket(h, t);
  return scale === 0 ? 0 : scale * priceBracket(h, t);
}
