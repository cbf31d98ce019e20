import fc from 'fast-check';
import {
  brierScore,
  calibrationError,
  calibrationSlope,
  chopLosses,
  directionLosses,
  givenDirectionLosses,
  logLosses,
  martingaleBreak,
  walkBreak,
  type Forecasts,
} from '../../../graph/models/scores';
import { Random } from '../../../graph/random/random';

/**
 * Forecasts whose probabilities come true, then sharpened: logits times `factor`, so that 1 is calibrated and 2 claims too much.
 */
function forecasts(seed: number, n: number, factor = 1): Forecasts {
  const random = new Random(seed);
  const labels = new Uint8Array(n);
  const shares = new Float64Array(3 * n);
  const softmax = (logits: number[]) => {
    const powers = logits.map(Math.exp);
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  };
  for (let i = 0; i < n; i++) {
    const logits = Array.from({ length: 3 }, () => random.normal());
    const truth = softmax(logits);
    const u = random.unit();
    labels[i] = u < truth[0] ? 0 : u < truth[0] + truth[1] ? 1 : 2;
    shares.set(softmax(logits.map((logit) => factor * logit)), 3 * i);
  }
  return { shares, labels };
}

test('the parts about CHOP and about direction make up the log loss of every episode', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const given = forecasts(seed, 20);
      const [all, chop, direction] = [logLosses(given), chopLosses(given), directionLosses(given)];
      all.forEach((loss, i) => {
        expect(chop[i] + (Number.isNaN(direction[i]) ? 0 : direction[i])).toBeCloseTo(loss, 10);
        expect(Number.isNaN(direction[i])).toBe(given.labels[i] === 2);
      });
    }),
  );
});

test('losses are minus the logarithm of what came true, and a class held impossible costs much, not everything', () => {
  const shares = Float64Array.of(0.5, 0.3, 0.2, 0.1, 0.1, 0.8, 1, 0, 0);
  const given = { shares, labels: [0, 2, 1] };
  const losses = logLosses(given);
  expect(losses[0]).toBeCloseTo(Math.LN2, 12);
  expect(losses[1]).toBeCloseTo(-Math.log(0.8), 12);
  expect(losses[2]).toBeCloseTo(9 * Math.LN10, 10);
  expect(chopLosses(given)[1]).toBeCloseTo(-Math.log(0.8), 12);
  expect(directionLosses(given)[0]).toBeCloseTo(-Math.log(0.5 / 0.8), 12);
});

test('the martingale value is the chance of a fair walk to reach the far barrier first', () => {
  expect(martingaleBreak(0, 20)).toBe(0.5);
  expect(martingaleBreak(-2, 20)).toBe(0.45);
  expect(martingaleBreak(-25, 20)).toBe(0);
  const random = new Random(5);
  const walks = 4000;
  let through = 0;
  for (let walk = 0; walk < walks; walk++) {
    let at = -2;
    while (Math.abs(at) < 6) at += random.chance(0.5) ? 1 : -1;
    if (at > 0) through++;
  }
  expect(Math.abs(through / walks - martingaleBreak(-2, 6))).toBeLessThan(4 * Math.sqrt(0.25 / walks));
  const losses = givenDirectionLosses([0, 1, 2], [0.45, 0.45, 0.45]);
  expect(losses[0]).toBeCloseTo(-Math.log(0.45), 12);
  expect(losses[1]).toBeCloseTo(-Math.log(0.55), 12);
  expect(losses[2]).toBeNaN();
});

test("Brier's score is 0 for what was certain and came true, 2 for the opposite", () => {
  expect(brierScore({ shares: Float64Array.of(1, 0, 0, 0, 1, 0), labels: [0, 1] })).toBe(0);
  expect(brierScore({ shares: Float64Array.of(1, 0, 0), labels: [2] })).toBe(2);
  expect(brierScore({ shares: Float64Array.of(1 / 3, 1 / 3, 1 / 3), labels: [2] })).toBeCloseTo(2 / 3, 12);
});

test('calibrated forecasts have a slope of 1 and little error; sharpened ones the inverse of the factor, and more', () => {
  const n = 6000;
  const calibrated = forecasts(1, n);
  expect(Math.abs(calibrationSlope(calibrated) - 1)).toBeLessThan(0.08);
  expect(calibrationError(calibrated)).toBeLessThan(0.025);
  const sharpened = forecasts(1, n, 2);
  expect(Math.abs(calibrationSlope(sharpened) - 0.5)).toBeLessThan(0.04);
  expect(calibrationError(sharpened)).toBeGreaterThan(0.06);
  expect(Math.abs(calibrationSlope(forecasts(1, n, 0.5)) - 2)).toBeLessThan(0.16);
});

test('forecasts that are all alike have no slope', () => {
  const shares = Float64Array.from({ length: 30 }, (_, k) => [0.3, 0.5, 0.2][k % 3]);
  expect(calibrationSlope({ shares, labels: Array.from({ length: 10 }, (_, i) => i % 3) })).toBeNaN();
});

test('of walks decided in time fewer go through a level they start before, as counted', () => {
  const random = new Random(9);
  const [barrier, distance] = [12, -3];
  for (const steps of [60, 200, 1000]) {
    let [breaks, decided] = [0, 0];
    for (let walk = 0; walk < 3000; walk++) {
      let at = distance;
      for (let step = 0; step < steps && Math.abs(at) < barrier; step++) at += random.chance(0.5) ? 1 : -1;
      if (Math.abs(at) < barrier) continue;
      decided++;
      if (at > 0) breaks++;
    }
    const implied = walkBreak(distance, barrier, Math.sqrt(steps));
    expect(Math.abs(breaks / decided - implied)).toBeLessThan(4 * Math.sqrt(0.25 / decided));
  }
  expect(walkBreak(distance, barrier, Math.sqrt(60))).toBeLessThan(0.25);
  expect(walkBreak(distance, barrier, 1000)).toBeCloseTo(martingaleBreak(distance, barrier), 9);
  expect(walkBreak(distance, barrier, NaN)).toBe(martingaleBreak(distance, barrier));
});

test('a walk may go either way alike from the level itself, and its mirror image is its complement', () => {
  const spreads = fc.double({ min: 0, max: 100, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: -19, max: 19 }), spreads, (distance, spread) => {
      const through = walkBreak(distance, 20, spread);
      expect(through).toBeGreaterThanOrEqual(0);
      expect(through + walkBreak(-distance, 20, spread)).toBeCloseTo(1, 6);
      if (distance < 0) expect(through).toBeLessThanOrEqual(martingaleBreak(distance, 20) + 1e-9);
    }),
  );
});
