/** Walls and flip of the option positions, and the volatilities they rest on. */
import { within } from '../arithmetic';
import type { Family } from '../family';
import type { TouchView } from '../touchView';

const REACH = 400;

function flip(v: TouchView): number {
  const price = v.exposure.get('flip');
  if (!Number.isNaN(price)) return within(REACH, v.past(price));
  const net = v.exposure.get('call_gex') + v.exposure.get('put_gex');
  return Number.isNaN(net) ? NaN : REACH * Math.sign(net);
}

export const STRIKES: Family = {
  group: 'options',
  source: 'silver.option_exposure',
  dimensions: [
    [
      'wall_with',
      'ticks',
      's (W - L), W the wall of the right with (call wall for UP, put wall for DOWN); within +-400',
      (v) => within(REACH, v.past(v.exposure.get(`${v.with}_wall`))),
    ],
    [
      'wall_against',
      'ticks',
      's (W - L), W the wall of the right against; within +-400',
      (v) => within(REACH, v.past(v.exposure.get(`${v.against}_wall`))),
    ],
    // The sign of the exposure has no direction, so without a flip there is none to orient.
    [
      'flip',
      'ticks',
      's (flip - L), within +-400; without a flip in reach 400 where the net exposure is positive (hedging damps all the way), -400 where negative',
      flip,
    ],
    [
      'volatility',
      'ln',
      'ln of the at-the-money volatility of the nearest expiry',
      (v) => Math.log(v.exposure.get('nearest_vol')),
    ],
    [
      'volatility_term',
      '1 / sqrt(year)',
      'that of the next expiry less that of the nearest',
      (v) => v.exposure.get('next_vol') - v.exposure.get('nearest_vol'),
    ],
    [
      'volatility_skew',
      '1 / sqrt(year)',
      's skew: volatility behind less ahead',
      (v) => v.s * v.exposure.get('skew'),
    ],
    [
      'volatility_change',
      'ln',
      'ln of the nearest volatility now over 30 min before',
      (v) => Math.log(v.exposure.get('nearest_vol') / v.exposureBefore.get('nearest_vol')),
    ],
  ],
};
