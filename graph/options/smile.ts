/** Volatility across strikes and expiries, where only some of them have traded. */

/**
 * Fills `out` for the given pairs, by ascending strike: what was observed, the straight line between the nearest observed
 * strikes on either side, the outermost observed one beyond them. NaN for all if none was observed.
 */
export function fillSmile(
  pairs: readonly number[],
  strikes: readonly number[],
  observed: readonly number[],
  out: Float64Array,
): void {
  let last = -1;
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i];
    out[pair] = observed[pair];
    if (Number.isNaN(observed[pair])) continue;
    for (let gap = last + 1; gap < i; gap++)
      out[pairs[gap]] =
        last < 0
          ? observed[pair]
          : between(
              strikes[pairs[gap]],
              strikes[pairs[last]],
              strikes[pair],
              observed[pairs[last]],
              observed[pair],
            );
    last = i;
  }
  if (last >= 0) for (const pair of pairs.slice(last + 1)) out[pair] = observed[pairs[last]];
}

function between(x: number, x0: number, x1: number, y0: number, y1: number): number {
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/**
 * Volatility at any price of one expiry, by the same rule; NaN if there is none.
 * @param vols by pair, as filled
 */
export function smileAt(
  price: number,
  pairs: readonly number[],
  strikes: readonly number[],
  vols: Float64Array,
): number {
  let i = 0;
  while (i < pairs.length && strikes[pairs[i]] < price) i++;
  if (pairs.length === 0) return NaN;
  if (i === 0) return vols[pairs[0]];
  if (i === pairs.length) return vols[pairs[i - 1]];
  const [left, right] = [pairs[i - 1], pairs[i]];
  return between(price, strikes[left], strikes[right], vols[left], vols[right]);
}

/** The pairs of an expiry, and the price F of the future they are on, points. */
interface PricedPairs {
  readonly pairs: readonly number[];
  readonly price: number;
}

/**
 * Fills the pairs of an expiry of which nothing is known from another: volatilities are equal at equal distances from the
 * money in standard deviations, ln(K / F) / sqrt(T).
 * @param stretch sqrt(T of the lender / T of the borrower)
 * @param lender the other expiry, filled
 */
export function borrowSmile(
  borrower: PricedPairs,
  lender: PricedPairs,
  strikes: readonly number[],
  stretch: number,
  vols: Float64Array,
): void {
  for (const pair of borrower.pairs) {
    const alike = lender.price * Math.exp(stretch * Math.log(strikes[pair] / borrower.price));
    vols[pair] = smileAt(alike, lender.pairs, strikes, vols);
  }
}
