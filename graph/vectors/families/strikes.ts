/** Walls and flip of the option positions, and the volatilities they rest on. */
import { within } from '../arithmetic';
import { DEFAULT_VECTOR_DISTANCES } from '../distances';
import type { Family } from '../family';
import type { TouchView } from '../touchView';

/** As the formulas state it; a product's profile may set another. */
const { strikes: LIMIT } = DEFAULT_VECTOR_DISTANCES;

function flip(v: TouchView): number {
  const price = v.exposure.get('flip');
  if (!Number.isNaN(price)) return within(v.distances.strikes, v.past(price));
  const net = v.exposure.get('call_gex') + v.exposure.get('put_gex');
  return Number.isNaN(net) ? NaN : v.distances.strikes * Math.sign(net);
}

export const STRIKES: Family = {
  group: 'options',
  source: 'silver.option_exposure',
  dimensions: [
    {
      name: 'wall_with',
      unit: 'ticks',
      formula: `s (W - L), W the wall of the right with (call wall for UP, put wall for DOWN); within +-${LIMIT}`,
      value: (v) => within(v.distances.strikes, v.past(v.exposure.get(`${v.with}_wall`))),
    },
    {
      name: 'wall_against',
      unit: 'ticks',
      formula: `s (W - L), W the wall of the right against; within +-${LIMIT}`,
      value: (v) => within(v.distances.strikes, v.past(v.exposure.get(`${v.against}_wall`))),
    },
    // The sign of the net exposure has no direction: without a flip the value is not oriented to the approach.
    {
      name: 'flip',
      unit: 'ticks',
      formula: `s (flip - L), within +-${LIMIT}; without a flip in reach ${LIMIT} where the net exposure is positive (hedging damps moves), -${LIMIT} where negative`,
      value: flip,
    },
    {
      name: 'volatility',
      unit: 'ln',
      formula: 'ln of the at-the-money volatility of the nearest expiry',
      value: (v) => Math.log(v.exposure.get('nearest_vol')),
    },
    {
      name: 'volatility_term',
      unit: '1 / sqrt(year)',
      formula: 'that of the next expiry less that of the nearest',
      value: (v) => v.exposure.get('next_vol') - v.exposure.get('nearest_vol'),
    },
    {
      name: 'volatility_skew',
      unit: '1 / sqrt(year)',
      formula: 's skew: volatility behind less ahead',
      value: (v) => v.s * v.exposure.get('skew'),
    },
    {
      name: 'volatility_change',
      unit: 'ln',
      formula: 'ln of the nearest volatility now over 30 min before',
      value: (v) => Math.log(v.exposure.get('nearest_vol') / v.exposureBefore.get('nearest_vol')),
    },
  ],
};
