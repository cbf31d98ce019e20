/**
 * How much of the year's error a look at models may use up. Looking again and again promotes a model without any skill sooner or later, so
 * looks are declared - one a calendar month - and the probability of ever promoting one by chance within a year is kept to a total that
 * is spent bit by bit.
 *
 * The spending function is that of K. K. G. Lan and D. L. DeMets (Biometrika 70, 1983) of Pocock's type, alpha ln(1 + (e - 1) t), at the
 * share t of the year that has gone: about as much for every look, since a year has no look that matters more than the others. A look
 * may use what has been spent since the one before, as it stands: by Bonferroni's inequality that holds whatever the dependence between
 * looks, which for models that are trained anew between them nobody knows. A look that was not taken leaves its part to the next one.
 */

/** Declared looks a year, one a calendar month. */
export const LOOKS_A_YEAR = 12;
/** Probability that any model without skill is promoted within a year: that of one side of a 90 % interval. */
export const YEARLY_ALPHA = 0.05;

/** Spent by the time a share of the year has gone, 0 to 1. */
export const spentAt = (share: number, alpha = YEARLY_ALPHA): number =>
  alpha * Math.log(1 + (Math.E - 1) * share);

/**
 * What the look of a month may spend, over all its candidates together.
 * @param month `YYYY-MM`
 * @param before months of looks that were taken, in any order
 * @returns 0 where the look of this month, or of a later one of its year, was taken already
 */
export function alphaOfLook(month: string, before: readonly string[], alpha = YEARLY_ALPHA): number {
  const [year] = month.split('-');
  const numberOf = (text: string) => Number(text.split('-')[1]);
  const last = Math.max(0, ...before.filter((text) => text.startsWith(`${year}-`)).map(numberOf));
  const now = numberOf(month);
  if (last >= now) return 0;
  return spentAt(now / LOOKS_A_YEAR, alpha) - spentAt(last / LOOKS_A_YEAR, alpha);
}
