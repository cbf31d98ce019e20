/**
 * Volatility from price: the inverse of Black-76, as exact as doubles allow.
 *
 * The option is first turned out of the money by parity, since an in-the-money price spends its digits on intrinsic
 * value. What is left is to solve b(x, s) = beta for s. The first guess is the answer of Bachelier's model, to which
 * Black's converges as s falls, and whose answer is a function of beta / |x| alone (two rational fits, good to 1e-5).
 * Then Householder steps of fourth order on ln b (or on the logarithm of what b lacks to its bound, above half of it),
 * kept inside a bracket. Two evaluations are the rule for listed options. An error in ln b moves ln s by h^2 times less
 * in the wings, so these are as exact as the middle.
 */
import type { Right } from './black76';
import { SQRT_2PI } from './normal';
import { otmLogMoneyness, priceBracket, shortfallBracket } from './normalisedBlack';

const MAX_STEPS = 100;
/** A step of relative size d leaves an error of the order of d^4: after one this small nothing more can be gained. */
const LAST_STEP = 1e-4;
/** No price but the bound itself needs a larger standard deviation: N(-40) underflows. */
const MAX_DEVIATION = 160;
/** Points below which digits are lost to underflow: such a time value counts as none. */
const LEAST_VALUE = 1e-290;
/** exp(-600) is far from underflow, and so are its products with a bracket. */
const MAX_EXPONENT = 600;
/** n(1) - N(-1), where the two fits of the first guess meet. */
const FITS_MEET = 0.08331547058768629;

/**
 * The volatility at which Black-76 gives this price; NaN if there is none: the price is no price, below or at intrinsic
 * value, or at or above its upper bound, or the option has expired.
 * @param price points
 * @param forward price of the future, > 0
 * @param strike > 0
 * @param years time to expiry
 * @param rate continuously compounded discount rate per year
 */
export function impliedVol(
  right: Right,
  price: number,
  forward: number,
  strike: number,
  years: number,
  rate: number,
): number {
  const value = price * Math.exp(rate * years);
  const timeValue = value - Math.max(right * (forward - strike), 0);
  const shortfall = (right > 0 ? forward : strike) - value;
  if (!(timeValue > LEAST_VALUE && shortfall > LEAST_VALUE && years > 0)) return NaN;
  const unit = Math.sqrt(forward) * Math.sqrt(strike);
  const x = otmLogMoneyness(forward, strike);
  const target = Math.min(timeValue, shortfall) / unit;
  const s =
    timeValue <= shortfall
      ? solve(x, target, bachelierDeviation(x, target), 1)
      : solve(x, target, polyaDeviation(x, target), -1);
  return s / Math.sqrt(years);
}

/**
 * The s at which b(x, s), or what b lacks to its bound, equals `target`.
 * @param direction +1: b itself, rising in s; -1: what it lacks, falling
 */
function solve(x: number, target: number, guess: number, direction: 1 | -1): number {
  let low = 0;
  let high = MAX_DEVIATION;
  let s = guess;
  for (let i = 0; i < MAX_STEPS && high - low > 2 * Number.EPSILON * high; i++) {
    const h = x / s;
    const t = 0.5 * s;
    const bracket = direction > 0 ? priceBracket(h, t) : shortfallBracket(h, t);
    const excess = direction * logRatio(bracket, 0.5 * (h * h + t * t), target);
    if (excess > 0) high = s;
    else low = s;
    const step = householderStep(excess, h, t, (direction * s) / bracket);
    const next = s + s * step;
    if (Math.abs(step) <= LAST_STEP) return next;
    if (next > low && next < high) s = next;
    else s = low > 0 ? Math.sqrt(low * high) : 0.5 * s;
  }
  return s;
}

/** ln of (bracket n(h) exp(-t^2 / 2) / target), where `exponent` is (h^2 + t^2) / 2. */
function logRatio(bracket: number, exponent: number, target: number): number {
  return exponent < MAX_EXPONENT
    ? Math.log((bracket * Math.exp(-exponent)) / (SQRT_2PI * target))
    : Math.log(bracket) - exponent - Math.log(SQRT_2PI * target);
}

/**
 * Householder's step of third order (its error is of fourth) towards ln f = ln target, f being b or what b lacks, as a
 * share of s. Up to sign both have the derivatives of b: b' = n(h) exp(-t^2 / 2), s b'' / b' = h^2 - t^2 and
 * s^2 b''' / b' = (h^2 - t^2)^2 - 3 h^2 - t^2.
 * @param excess how far ln f is beyond its target, in the direction in which f grows
 * @param slope s f' / f
 */
function householderStep(excess: number, h: number, t: number, slope: number): number {
  const second = h * h - t * t;
  const third = second * second - 3 * h * h - t * t;
  const newton = -excess / Math.abs(slope);
  const gamma = second - slope;
  const delta = third - 3 * second * slope + 2 * slope * slope;
  return (newton * (1 + 0.5 * gamma * newton)) / (1 + newton * (gamma + (delta * newton) / 6));
}

/**
 * First guess below half the bound: Bachelier's s, where b is |x| (n(u) / u - N(-u)) with u = |x| / s, and the first term,
 * in t = s / 2, by which Black's differs from it.
 */
function bachelierDeviation(x: number, beta: number): number {
  let u = 0;
  let s = SQRT_2PI * beta;
  if (x !== 0) {
    const ratio = -beta / x;
    u = ratio > FITS_MEET ? distanceOfLargeRatio(ratio) : distanceOfSmallRatio(Math.log(beta) - Math.log(-x));
    s = -x / u;
  }
  return s * (1 + (s * s) / (24 + 8 * u * u));
}

/** u with n(u) / u - N(-u) = ratio, for u below 1; relative error 4e-6. */
function distanceOfLargeRatio(ratio: number): number {
  const y = 1 / (1 + 2 * ratio);
  const p = 0.79788747781417 + y * (-0.67116380726859 + y * (-0.24539807480221 + y * 0.17679909912782));
  const q = 1 + y * (-0.84094280063529 + y * (-0.628411065512 + y * 0.49894914682739));
  return (y * p) / q;
}

/** The same for u from 1 to 39, where the ratio underflows; relative error 8e-6. */
function distanceOfSmallRatio(logRatio: number): number {
  const z = Math.sqrt(-logRatio);
  const p =
    -0.48499042136969 +
    z * (1.7344245632839 + z * (-1.3329277549388 + z * (0.43526802567688 + z * 0.12081404220819)));
  const q = 1 + z * (-0.45804462013023 + z * (0.31208559028178 + z * 0.0854007401460256));
  return p / q;
}

/** First guess above half the bound: from Polya's N(z) = 1/2 + 1/2 sqrt(1 - exp(-2 z^2 / pi)). */
function polyaDeviation(x: number, gap: number): number {
  const missing = gap * Math.exp(-0.5 * x);
  const z = Math.sqrt(-0.5 * Math.PI * Math.log(missing * (2 - missing)));
  return z + Math.sqrt(z * z - 2 * x);
}
