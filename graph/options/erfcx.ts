/**
 * The scaled complementary error function, erfcx(x) = exp(x^2) (1 - erf(x)), to a few units in the last place on the whole line.
 *
 * Two ranges, each with a rational minimax approximation of its own (fitted in 60-digit arithmetic; relative error of the fit
 * below 1e-17, so what remains is rounding). All coefficients of a sum have one sign: nothing cancels.
 * - 0 <= x <= 4: erfcx(x) in x;
 * - x > 4: x erfcx(x) in 1/x^2;
 * - x < 0: by reflection, erfc(x) = 2 - erfc(-x).
 *
 * The textbook polynomial of Abramowitz and Stegun (7.1.26) is off by 1e-7 *absolutely*: beyond three standard deviations, where
 * the wings of every option chain lie, none of its digits are right.
 */
const LARGE = 4;
/** exp(-a^2 / 2) is 0 from 39 on. */
const UNDERFLOWS = 40;

/** exp(x^2) erfc(x) for 0 <= x <= 4. */
function middle(x: number): number {
  let p = 0.00009603081640893696;
  p = p * x + 0.0018579158211153668;
  p = p * x + 0.017009222216524005;
  p = p * x + 0.09566315408837421;
  p = p * x + 0.3608013402922642;
  p = p * x + 0.9361432532261768;
  p = p * x + 1.6432660490314868;
  p = p * x + 1.8104822334656214;
  p = p * x + 1;
  let q = 0.00017021017266207465;
  q = q * x + 0.0032930709360928603;
  q = q * x + 0.030233145024499846;
  q = q * x + 0.1712053993136641;
  q = q * x + 0.6544887685408621;
  q = q * x + 1.742437954365448;
  q = q * x + 3.217257191046034;
  q = q * x + 3.959416028405804;
  q = q * x + 2.938861400561134;
  q = q * x + 1;
  return p / q;
}

/** exp(x^2) erfc(x) for x >= 4. */
function far(x: number): number {
  const w = 1 / (x * x);
  let p = 19.37393267223687;
  p = p * w + 172.19962371036704;
  p = p * w + 215.69442029242927;
  p = p * w + 84.59659104918678;
  p = p * w + 12.237893205496077;
  p = p * w + 0.5641895835477563;
  let q = 104.96354078071633;
  q = q * w + 443.8871905275735;
  q = q * w + 447.68463217349995;
  q = q * w + 160.28910404817555;
  q = q * w + 22.191100939051925;
  q = q * w + 1;
  return p / (q * x);
}

/**
 * exp(-a^2 / d) for d = 1 or 2, exact to rounding for any a. The square of a double does not fit a double, and what is
 * lost of it is lost from the exponent; so a is split into a part whose square is exact and a small rest.
 */
export function expMinusSquare(a: number, d: 1 | 2): number {
  if (Math.abs(a) > UNDERFLOWS) return 0;
  const coarse = Math.trunc(a * 16) / 16;
  return Math.exp((-coarse * coarse) / d) * Math.exp((-(a - coarse) * (a + coarse)) / d);
}

/** exp(x^2) erfc(x): it does not underflow for large x. Infinity below about -26.6. */
export function erfcx(x: number): number {
  if (x < 0) return 2 / expMinusSquare(x, 1) - erfcx(-x);
  return x <= LARGE ? middle(x) : far(x);
}
