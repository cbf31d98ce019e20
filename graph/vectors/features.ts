/**
 * The vector of an episode, dimension by dimension. Here a feature gets its position; its name, unit and formula are in its
 * family, beside the code that computes it. Everything is as of the touch: bars that had ended by it, levels known,
 * trades seen.
 */
import { DEPTH } from './families/depth';
import { DEALER_EXPOSURE } from './families/dealerExposure';
import { DEPTH_SHAPE } from './families/depthShape';
import { HISTORY } from './families/history';
import { IMBALANCE } from './families/imbalance';
import { LEVEL_VACUUM } from './families/levelVacuum';
import { OPTION_FLOW } from './families/optionFlow';
import { ORDER_FLOW } from './families/orderFlow';
import { OTHER_LEVELS } from './families/otherLevels';
import { PRICE_PATH } from './families/pricePath';
import { QUOTING } from './families/quoting';
import { STRIKES } from './families/strikes';
import { WALLS } from './families/walls';
import type { Family, FeatureGroup } from './family';
import { CHANNELS } from './sequence';
import type { TouchView } from './touchView';

export type { FeatureGroup } from './family';

/** Dimensions of each group; a group is weighted by 1 / sqrt of its size, and masked as a whole where it has no data. */
export const GROUP_SIZES: Readonly<Record<FeatureGroup, number>> = { geometry: 48, book: 64, options: 32 };
export const GROUPS = Object.keys(GROUP_SIZES) as FeatureGroup[];

const FAMILIES: readonly Family[] = [
  PRICE_PATH,
  HISTORY,
  OTHER_LEVELS,
  DEPTH,
  IMBALANCE,
  DEPTH_SHAPE,
  WALLS,
  ORDER_FLOW,
  QUOTING,
  LEVEL_VACUUM,
  OPTION_FLOW,
  DEALER_EXPOSURE,
  STRIKES,
];

/** The words and signs the formulas are written in. */
export const NOTATION: readonly { readonly term: string; readonly meaning: string }[] = [
  {
    term: 's',
    meaning: '+1 for UP, -1 for DOWN: all is oriented to the approach, so that UP and DOWN mirror each other',
  },
  { term: 'L', meaning: "the level's price at the touch" },
  {
    term: 'x',
    meaning:
      's (mid - L) in ticks: negative on the way to the level; the mid before while a side of the book is empty',
  },
  { term: 'dx', meaning: 'x of a bar less x of the bar before it: what price moved in the bar' },
  { term: 'ahead', meaning: 'the side price runs into: asks for UP, bids for DOWN; prices beyond the level' },
  { term: 'behind', meaning: 'the other' },
  { term: 'with', meaning: 'the right of options that gains from the approach: calls for UP, puts for DOWN' },
  { term: 'against', meaning: 'the other' },
  { term: 'now', meaning: 'the last bar that had ended by the touch' },
  {
    term: '[m]',
    meaning:
      'the bars of the m minutes up to and including now, at least one. Sums and means of columns are of those there are, and of those in which the level has a row where they are of its rows; what is computed of x or dx needs all',
  },
  {
    term: '[a]',
    meaning: 'likewise the bars since the approach began, at least one and at most 20 minutes of them',
  },
  { term: 'when the approach began', meaning: 'the bar before [a]' },
  { term: 'ln1(v)', meaning: 'ln(1 + v)' },
  { term: 'slog(v)', meaning: 'sign(v) ln(1 + |v|)' },
  { term: 'undefined', meaning: 'NaN: what needs a bar, level or row there is none of' },
];

export interface Feature {
  /** Position in the vector. */
  readonly index: number;
  readonly name: string;
  readonly group: FeatureGroup;
  readonly unit: string;
  readonly formula: string;
  /** Tables and columns it is computed from; `*` means either side. */
  readonly source: string;
}

const COMPUTED = FAMILIES.flatMap(({ group, source, dimensions }) =>
  dimensions.map(({ name, unit, formula, value }) => ({
    feature: { name, group, unit, formula, source },
    value,
  })),
);

/** All dimensions, in the order of the vector. */
export const FEATURES: readonly Feature[] = COMPUTED.map(({ feature }, index) => ({ index, ...feature }));

/** Where each group's dimensions begin and end in the vector. */
export const GROUP_RANGES = Object.fromEntries(
  GROUPS.map((group) => {
    const start = FEATURES.findIndex((feature) => feature.group === group);
    return [group, { start, end: start + GROUP_SIZES[group] }];
  }),
) as Record<FeatureGroup, { start: number; end: number }>;

/** Raised whenever a dimension or channel is computed otherwise than before. */
const VERSION = 2;

/**
 * Names the table of features and channels that values were computed by: the version, and a digest of the table, which differs
 * also where a changed formula came without a new version. Vectors of different tables must not be compared.
 */
export const FEATURE_TABLE = `${VERSION}-${digest(JSON.stringify([FEATURES, CHANNELS.map(({ name, unit, formula }) => [name, unit, formula])]))}`;

/** The raw vector of a touch, whatever is masked: NaN where a dimension is undefined. */
export function evaluate(view: TouchView): Float64Array {
  return Float64Array.from(COMPUTED, ({ value }) => {
    const figure = value(view);
    // A logarithm of 0 is undefined too. Adding 0 makes one zero of two: -0 would tell UP from DOWN.
    return Number.isFinite(figure) ? figure + 0 : NaN;
  });
}

/** FNV-1a of the UTF-16 units, 64 bits. */
export function digest(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++)
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
