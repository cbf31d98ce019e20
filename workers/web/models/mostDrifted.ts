/** Which features moved farthest from what models have been trained on. */
import type { z } from 'zod';
import type { qualityAnswer } from '../../../graph/api/operations';
import { judgeDrift } from '../../../graph/quality/drift';

export type FeatureDrift = z.infer<typeof qualityAnswer>['drift']['vectors']['features'][number];

export const verdictOf = ({ psi }: FeatureDrift) => judgeDrift(psi ?? NaN);

/** Those with the largest index first, then those whose means moved most; without an index last. */
export const mostDrifted = (features: readonly FeatureDrift[], most: number): FeatureDrift[] =>
  features
    .toSorted(
      (a, b) =>
        (b.psi ?? -1) - (a.psi ?? -1) || Math.abs(b.standardised ?? 0) - Math.abs(a.standardised ?? 0),
    )
    .slice(0, most);
