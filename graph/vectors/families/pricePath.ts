/** How price came to the level. */
import { curvature, dct, ln1, slope } from '../arithmetic';
import type { Family } from '../family';
import { SPAN, type TouchView } from '../touchView';

/** `x`, `minutes` before now. */
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

export const PRICE_PATH: Family = {
  group: 'geometry',
  source: 'silver.bars mid',
  dimensions: [
    { name: 'x_15s', unit: 'ticks', formula: 'x 15 s before now', value: (v) => xBefore(v, 0.25) },
    { name: 'x_30s', unit: 'ticks', formula: 'x 30 s before now', value: (v) => xBefore(v, 0.5) },
    { name: 'x_1m', unit: 'ticks', formula: 'x 1 min before now', value: (v) => xBefore(v, 1) },
    { name: 'x_2m', unit: 'ticks', formula: 'x 2 min before now', value: (v) => xBefore(v, 2) },
    { name: 'x_5m', unit: 'ticks', formula: 'x 5 min before now', value: (v) => xBefore(v, 5) },
    { name: 'x_10m', unit: 'ticks', formula: 'x 10 min before now', value: (v) => xBefore(v, 10) },
    { name: 'x_20m', unit: 'ticks', formula: 'x 20 min before now', value: (v) => xBefore(v, 20) },
    {
      name: 'velocity_30s',
      unit: 'ticks/min',
      formula: 'least-squares slope of x over [0.5]',
      value: (v) => velocity(v, 0.5),
    },
    {
      name: 'velocity_1m',
      unit: 'ticks/min',
      formula: 'least-squares slope of x over [1]',
      value: (v) => velocity(v, 1),
    },
    {
      name: 'velocity_3m',
      unit: 'ticks/min',
      formula: 'least-squares slope of x over [3]',
      value: (v) => velocity(v, 3),
    },
    {
      name: 'velocity_10m',
      unit: 'ticks/min',
      formula: 'least-squares slope of x over [10]',
      value: (v) => velocity(v, 10),
    },
    {
      name: 'velocity_20m',
      unit: 'ticks/min',
      formula: 'least-squares slope of x over [20]',
      value: (v) => velocity(v, 20),
    },
    {
      name: 'acceleration_1m',
      unit: 'ticks/min^2',
      formula: 'twice the quadratic coefficient of the least-squares parabola of x over [1]',
      value: (v) => acceleration(v, 1),
    },
    {
      name: 'acceleration_3m',
      unit: 'ticks/min^2',
      formula: 'twice the quadratic coefficient of the least-squares parabola of x over [3]',
      value: (v) => acceleration(v, 3),
    },
    {
      name: 'acceleration_10m',
      unit: 'ticks/min^2',
      formula: 'twice the quadratic coefficient of the least-squares parabola of x over [10]',
      value: (v) => acceleration(v, 10),
    },
    // Coefficient 1 is left out: but for its scale it is velocity_20m.
    {
      name: 'shape_2',
      unit: 'ticks',
      formula: 'coefficient 2 of the orthonormal DCT-II of x over [20]: a single curvature',
      value: (v) => shape(v, 2),
    },
    {
      name: 'shape_3',
      unit: 'ticks',
      formula: 'coefficient 3 of the orthonormal DCT-II of x over [20]',
      value: (v) => shape(v, 3),
    },
    {
      name: 'shape_4',
      unit: 'ticks',
      formula: 'coefficient 4 of the orthonormal DCT-II of x over [20]',
      value: (v) => shape(v, 4),
    },
    {
      name: 'shape_5',
      unit: 'ticks',
      formula: 'coefficient 5 of the orthonormal DCT-II of x over [20]',
      value: (v) => shape(v, 5),
    },
    {
      name: 'shape_6',
      unit: 'ticks',
      formula: 'coefficient 6 of the orthonormal DCT-II of x over [20]',
      value: (v) => shape(v, 6),
    },
    {
      name: 'shape_7',
      unit: 'ticks',
      formula: 'coefficient 7 of the orthonormal DCT-II of x over [20]',
      value: (v) => shape(v, 7),
    },
    {
      name: 'efficiency_1m',
      unit: '1',
      formula: 'sum of dx / sum of |dx|, over [1]; 0 where it did not move',
      value: (v) => efficiency(v, 1),
    },
    {
      name: 'efficiency_5m',
      unit: '1',
      formula: 'sum of dx / sum of |dx|, over [5]; 0 where it did not move',
      value: (v) => efficiency(v, 5),
    },
    {
      name: 'efficiency_20m',
      unit: '1',
      formula: 'sum of dx / sum of |dx|, over [20]; 0 where it did not move',
      value: (v) => efficiency(v, 20),
    },
    {
      name: 'volatility_1m',
      unit: 'ln ticks',
      formula: 'ln1 of the root mean square of dx, over [1]',
      value: (v) => volatility(v, 1),
    },
    {
      name: 'volatility_5m',
      unit: 'ln ticks',
      formula: 'ln1 of the root mean square of dx, over [5]',
      value: (v) => volatility(v, 5),
    },
    {
      name: 'volatility_20m',
      unit: 'ln ticks',
      formula: 'ln1 of the root mean square of dx, over [20]',
      value: (v) => volatility(v, 20),
    },
    {
      name: 'farthest_20m',
      unit: 'ticks',
      formula: 'largest of -x over [20]: from how far away price has come',
      value: (v) => -Math.min(...v.path(v.minutes(SPAN))),
    },
    {
      name: 'beyond_20m',
      unit: 'ticks',
      formula: 'largest of x over [20], at least 0: how far beyond the level price has been',
      value: (v) => Math.max(0, ...v.path(v.minutes(SPAN))),
    },
  ],
};
