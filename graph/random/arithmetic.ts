/**
 * Logarithm and exponential from IEEE basic operations alone. `Math.log` and `Math.exp` may differ in the last bit from one
 * engine to the next, and after a few thousand events one bit makes another market.
 */
const view = new DataView(new ArrayBuffer(8));

/** Natural logarithm of a positive, normal number; relative error below 1e-14. */
export function ln(x: number): number {
  view.setFloat64(0, x);
  const high = view.getUint32(0);
  let exponent = (high >>> 20) - 1022;
  view.setUint32(0, (high & 0x000f_ffff) | 0x3fe0_0000);
  let mantissa = view.getFloat64(0);
  if (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)), whose series converges fast for m in [sqrt 1/2, sqrt 2].
  const s = (mantissa - 1) / (mantissa + 1);
  const s2 = s * s;
  let sum = 0;
  for (let k = 21; k >= 1; k -= 2) sum = sum * s2 + 1 / k;
  return exponent * Math.LN2 + 2 * s * sum;
}

/** e to the power `x`, for |x| below 700; relative error below 1e-12. */
export function exp(x: number): number {
  const exponent = Math.round(x / Math.LN2);
  const rest = x - exponent * Math.LN2;
  let sum = 1;
  for (let k = 14; k >= 1; k--) sum = 1 + (sum * rest) / k;
  view.setFloat64(0, 1);
  view.setUint32(0, (1023 + exponent) << 20);
  return sum * view.getFloat64(0);
}

/** `base` to the power `exponent`, for a positive base. */
export function power(base: number, exponent: number): number {
  return exp(exponent * ln(base));
}
