/** What a training may be asked for. */

/** Families of candidates, in the order in which they are trained. */
export const FAMILY_NAMES = ['logistic', 'boosting', 'transformer'] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];
