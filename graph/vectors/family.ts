/** How a family of features is written down: each dimension's name, unit, formula in words, and formula in code. */
import type { TouchView } from './touchView';

export type FeatureGroup = 'geometry' | 'book' | 'options';

interface Dimension {
  readonly name: string;
  readonly unit: string;
  readonly formula: string;
  /** NaN where it is undefined. */
  readonly value: (v: TouchView) => number;
}

export interface Family {
  readonly group: FeatureGroup;
  /** Tables and columns it is computed from; `*` stands for either side. */
  readonly source: string;
  readonly dimensions: readonly Dimension[];
}
