/** Where the other levels lie. */
import { ln1, within } from '../arithmetic';
import type { Family } from '../family';
import type { PriceRange } from '../../levels/tracker';
import { NEIGHBOURHOOD } from '../touchMemory';
import type { TouchView } from '../touchView';

const REACH = 200;

const distance = (v: TouchView, price: number | null) =>
  price === null ? NaN : within(REACH, v.past(price));

/** The extreme of a range on the side price runs to, and the other. */
const ahead = (v: TouchView, range: PriceRange | null) =>
  distance(v, range && (v.s > 0 ? range.high : range.low));
const behind = (v: TouchView, range: PriceRange | null) =>
  distance(v, range && (v.s > 0 ? range.low : range.high));

export const OTHER_LEVELS: Family = {
  group: 'geometry',
  source: 'silver.levels price, trades up to the touch',
  dimensions: [
    [
      'pm_ahead',
      'ticks',
      's (P - L), P the pre-market extreme ahead (high for UP, low for DOWN), that so far until it is over; within +-200',
      (v) => ahead(v, v.facts.premarket),
    ],
    [
      'pm_behind',
      'ticks',
      's (P - L), P the pre-market extreme behind, that so far until it is over; within +-200',
      (v) => behind(v, v.facts.premarket),
    ],
    [
      'or_ahead',
      'ticks',
      's (P - L), P the opening-range extreme ahead, that so far until it is over; within +-200',
      (v) => ahead(v, v.facts.opening),
    ],
    [
      'or_behind',
      'ticks',
      's (P - L), P the opening-range extreme behind, that so far until it is over; within +-200',
      (v) => behind(v, v.facts.opening),
    ],
    [
      'pd_ahead',
      'ticks',
      "s (P - L), P the extreme of the previous day's RTH ahead; within +-200",
      (v) => distance(v, v.s > 0 ? v.facts.pdHigh : v.facts.pdLow),
    ],
    [
      'pd_behind',
      'ticks',
      "s (P - L), P the extreme of the previous day's RTH behind; within +-200",
      (v) => distance(v, v.s > 0 ? v.facts.pdLow : v.facts.pdHigh),
    ],
    ['sma_90', 'ticks', 's (SMA_90 - L); within +-200', (v) => distance(v, v.facts.sma)],
    ['ema_20', 'ticks', 's (EMA_20 - L); within +-200', (v) => distance(v, v.facts.ema)],
    [
      'levels_ahead',
      'ln',
      `ln1 of the number of other levels at this one or up to ${NEIGHBOURHOOD} ticks beyond it`,
      ({ s, facts }) => ln1(facts.levelsAt + (s > 0 ? facts.levelsAbove : facts.levelsBelow)),
    ],
    [
      'levels_behind',
      'ln',
      `ln1 of the number of other levels up to ${NEIGHBOURHOOD} ticks before this one`,
      ({ s, facts }) => ln1(s > 0 ? facts.levelsBelow : facts.levelsAbove),
    ],
  ],
};
