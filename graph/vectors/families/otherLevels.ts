/** Where the other levels lie. */
import { ln1, within } from '../arithmetic';
import type { Family } from '../family';
import type { PriceRange } from '../../levels/priceRange';
import { DEFAULT_VECTOR_DISTANCES } from '../distances';
import type { TouchView } from '../touchView';

/** As the formulas state them; a product's profile may set others. */
const { otherLevels: LIMIT, neighbourhood: NEIGHBOURHOOD } = DEFAULT_VECTOR_DISTANCES;

const distance = (v: TouchView, price: number | null) =>
  price === null ? NaN : within(v.distances.otherLevels, v.past(price));

/** The extreme of a range on the side price runs to, and the other. */
const ahead = (v: TouchView, range: PriceRange | null) =>
  distance(v, range && (v.s > 0 ? range.high : range.low));
const behind = (v: TouchView, range: PriceRange | null) =>
  distance(v, range && (v.s > 0 ? range.low : range.high));

export const OTHER_LEVELS: Family = {
  group: 'geometry',
  source: 'silver.levels price, trades up to the touch',
  dimensions: [
    {
      name: 'pm_ahead',
      unit: 'ticks',
      formula: `s (P - L), P the pre-market extreme ahead (high for UP, low for DOWN), that so far until it is over; within +-${LIMIT}`,
      value: (v) => ahead(v, v.facts.premarket),
    },
    {
      name: 'pm_behind',
      unit: 'ticks',
      formula: `s (P - L), P the pre-market extreme behind, that so far until it is over; within +-${LIMIT}`,
      value: (v) => behind(v, v.facts.premarket),
    },
    {
      name: 'or_ahead',
      unit: 'ticks',
      formula: `s (P - L), P the opening-range extreme ahead, that so far until it is over; within +-${LIMIT}`,
      value: (v) => ahead(v, v.facts.opening),
    },
    {
      name: 'or_behind',
      unit: 'ticks',
      formula: `s (P - L), P the opening-range extreme behind, that so far until it is over; within +-${LIMIT}`,
      value: (v) => behind(v, v.facts.opening),
    },
    {
      name: 'pd_ahead',
      unit: 'ticks',
      formula: `s (P - L), P the extreme of the previous day's RTH ahead; within +-${LIMIT}`,
      value: (v) => distance(v, v.s > 0 ? v.facts.pdHigh : v.facts.pdLow),
    },
    {
      name: 'pd_behind',
      unit: 'ticks',
      formula: `s (P - L), P the extreme of the previous day's RTH behind; within +-${LIMIT}`,
      value: (v) => distance(v, v.s > 0 ? v.facts.pdLow : v.facts.pdHigh),
    },
    {
      name: 'sma_90',
      unit: 'ticks',
      formula: `s (SMA_90 - L); within +-${LIMIT}`,
      value: (v) => distance(v, v.facts.sma),
    },
    {
      name: 'ema_20',
      unit: 'ticks',
      formula: `s (EMA_20 - L); within +-${LIMIT}`,
      value: (v) => distance(v, v.facts.ema),
    },
    {
      name: 'levels_ahead',
      unit: 'ln',
      formula: `ln1 of the number of other levels at this one or up to ${NEIGHBOURHOOD} ticks beyond it`,
      value: ({ s, facts }) => ln1(facts.levelsAt + (s > 0 ? facts.levelsAbove : facts.levelsBelow)),
    },
    {
      name: 'levels_behind',
      unit: 'ln',
      formula: `ln1 of the number of other levels up to ${NEIGHBOURHOOD} ticks before this one`,
      value: ({ s, facts }) => ln1(s > 0 ? facts.levelsBelow : facts.levelsAbove),
    },
  ],
};
