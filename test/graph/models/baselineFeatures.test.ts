import { BASELINE_FEATURES, baselineFeatures } from '../../../graph/models/baselineFeatures';

const SCALE = { barrierTicks: 20, horizonMinutes: 8 };
const INPUT = { volatility: 5, distance: -2, minutesSinceOpen: 45, minutesToClose: 345 };
const named = (input: Partial<typeof INPUT> = {}) =>
  Object.fromEntries(
    BASELINE_FEATURES.map((name, k) => [name, baselineFeatures({ ...INPUT, ...input }, SCALE)[k]]),
  );

test('reach is how far price goes within the horizon, in barriers', () => {
  expect(named().reach).toBeCloseTo(Math.log((5 * Math.sqrt(8)) / 20), 12);
  expect(named()['reach squared']).toBeCloseTo(named().reach ** 2, 12);
  // Twice as far where volatility is twice as large, or four times the time is left.
  expect(named({ volatility: 10 }).reach - named().reach).toBeCloseTo(Math.LN2, 12);
  expect(named({ minutesToClose: 8 }).reach - named({ minutesToClose: 2 }).reach).toBeCloseTo(Math.LN2, 12);
  expect(named({ volatility: NaN }).reach).toBeNaN();
});

test('distance is in barriers, and each part of the day is told by the edges it lies before', () => {
  expect(named().distance).toBe(-0.1);
  const parts = (minutesSinceOpen: number) =>
    [...baselineFeatures({ ...INPUT, minutesSinceOpen }, SCALE)].slice(3);
  expect(parts(0)).toEqual([1, 1, 1, 1]);
  expect(parts(15)).toEqual([0, 1, 1, 1]);
  expect(parts(59)).toEqual([0, 0, 1, 1]);
  expect(parts(120)).toEqual([0, 0, 0, 0]);
  expect(BASELINE_FEATURES.length).toBe(baselineFeatures(INPUT, SCALE).length);
});
