/** The standard normal distribution: density n, distribution N, and their ratio, which does not underflow in the tails. */
import { erfcx, expMinusSquare } from './erfcx';

export const SQRT_2PI = 2.5066282746310007;
const SQRT_HALF_PI = 1.2533141373155003;

/** n(z), the density. */
export function normalDensity(z: number): number {
  return expMinusSquare(z, 2) / SQRT_2PI;
}

/** N(z), the probability of a value below z; exact to rounding in both tails. */
export function normalCdf(z: number): number {
  const tail = 0.5 * erfcx(Math.abs(z) * Math.SQRT1_2) * expMinusSquare(z, 2);
  return z < 0 ? tail : 1 - tail;
}

/** N(z) / n(z). Slowly varying where both vanish: 1/|z| far to the left; Infinity from about z = 38. */
export function normalRatio(z: number): number {
  return SQRT_HALF_PI * erfcx(-z * Math.SQRT1_2);
}
