/** How price came to the level. */
import { curvature, dct, ln1, slope } from '../arithmetic';
import type { Family } from '../family';
import { SPAN, type TouchView } from '../touchView';

/** `x` so many minutes before now. */
const xBefore = (v: TouchView, minutes: number) => v.x(v.minutes(minutes));

const velocity = (v: TouchView, minutes: number) => slope(v.path(v.minutes(minutes))) / v.barMinutes;

const acceleration = (v: TouchView, minutes: number) =>
  curvature(v.path(v.minutes(minutes))) / (v.barMinutes * v.barMinutes);

const shape = (v: TouchView, k: number) => dct(v.path(v.minutes(SPAN)), k);

function efficiency(v: TouchView, minutes: number): number {
  const bars = v.minutes(minutes);
  let travelled = 0;
  for (let back = 0; back < bars; back++) travelled += Math.abs(v.x(back) - v.x(back + 1));
  return travelled === 0 ? 0 : (v.x(0) - v.x(bars)) / travelled;
}

function volatility(v: TouchView, minutes: number): number {
  const bars = v.minutes(minutes);
  let squares = 0;
  for (let back = 0; back < bars; back++) squares += (v.x(back) - v.x(back + 1)) ** 2;
  return ln1(Math.sqrt(squares / bars));
}

export const PATH: Family = {
  group: 'geometry',
  source: 'silver.bars mid',
  dimensions: [
    ['x_15s', 'ticks', 'x 15 s before now', (v) => xBefore(v, 0.25)],
    ['x_30s', 'ticks', 'x 30 s before now', (v) => xBefore(v, 0.5)],
    ['x_1m', 'ticks', 'x 1 min before now', (v) => xBefore(v, 1)],
    ['x_2m', 'ticks', 'x 2 min before now', (v) => xBefore(v, 2)],
    ['x_5m', 'ticks', 'x 5 min before now', (v) => xBefore(v, 5)],
    ['x_10m', 'ticks', 'x 10 min before now', (v) => xBefore(v, 10)],
    ['x_20m', 'ticks', 'x 20 min before now', (v) => xBefore(v, 20)],
    ['velocity_30s', 'ticks/min', 'least-squares slope of x over [0.5]', (v) => velocity(v, 0.5)],
    ['velocity_1m', 'ticks/min', 'least-squares slope of x over [1]', (v) => velocity(v, 1)],
    ['velocity_3m', 'ticks/min', 'least-squares slope of x over [3]', (v) => velocity(v, 3)],
    ['velocity_10m', 'ticks/min', 'least-squares slope of x over [10]', (v) => velocity(v, 10)],
    ['velocity_20m', 'ticks/min', 'least-squares slope of x over [20]', (v) => velocity(v, 20)],
    [
      'acceleration_1m',
      'ticks/min^2',
      'twice the quadratic coefficient of the least-squares parabola of x over [1]',
      (v) => acceleration(v, 1),
    ],
    [
      'acceleration_3m',
      'ticks/min^2',
      'twice the quadratic coefficient of the least-squares parabola of x over [3]',
      (v) => acceleration(v, 3),
    ],
    [
      'acceleration_10m',
      'ticks/min^2',
      'twice the quadratic coefficient of the least-squares parabola of x over [10]',
      (v) => acceleration(v, 10),
    ],
    // The first coefficient is velocity_20m but for its scale.
    [
      'shape_2',
      'ticks',
      'coefficient 2 of the orthonormal DCT-II of x over [20]: one bend',
      (v) => shape(v, 2),
    ],
    ['shape_3', 'ticks', 'coefficient 3 of the orthonormal DCT-II of x over [20]', (v) => shape(v, 3)],
    ['shape_4', 'ticks', 'coefficient 4 of the orthonormal DCT-II of x over [20]', (v) => shape(v, 4)],
    ['shape_5', 'ticks', 'coefficient 5 of the orthonormal DCT-II of x over [20]', (v) => shape(v, 5)],
    ['shape_6', 'ticks', 'coefficient 6 of the orthonormal DCT-II of x over [20]', (v) => shape(v, 6)],
    ['shape_7', 'ticks', 'coefficient 7 of the orthonormal DCT-II of x over [20]', (v) => shape(v, 7)],
    [
      'efficiency_1m',
      '1',
      'net change of x over the sum of its absolute changes from bar to bar, over [1]; 0 where it did not move',
      (v) => efficiency(v, 1),
    ],
    [
      'efficiency_5m',
      '1',
      'net change of x over the sum of its absolute changes from bar to bar, over [5]; 0 where it did not move',
      (v) => efficiency(v, 5),
    ],
    [
      'efficiency_20m',
      '1',
      'net change of x over the sum of its absolute changes from bar to bar, over [20]; 0 where it did not move',
      (v) => efficiency(v, 20),
    ],
    [
      'volatility_1m',
      'ln ticks',
      'ln1 of the root mean square change of x from bar to bar, over [1]',
      (v) => volatility(v, 1),
    ],
    [
      'volatility_5m',
      'ln ticks',
      'ln1 of the root mean square change of x from bar to bar, over [5]',
      (v) => volatility(v, 5),
    ],
    [
      'volatility_20m',
      'ln ticks',
      'ln1 of the root mean square change of x from bar to bar, over [20]',
      (v) => volatility(v, 20),
    ],
    [
      'farthest_20m',
      'ticks',
      'largest of -x over [20]: from how far away price has come',
      (v) => -Math.min(...v.path(v.minutes(SPAN))),
    ],
    [
      'beyond_20m',
      'ticks',
      'largest of x over [20], at least 0: how far beyond the level price has been',
      (v) => Math.max(0, ...v.path(v.minutes(SPAN))),
    ],
  ],
};
