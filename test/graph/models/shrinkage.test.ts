import fc from 'fast-check';
import { BASELINE_ALONE, fitShrinkage, shrinkForward, shrunk } from '../../../graph/models/shrinkage';
import { lossOf, softmaxRows } from '../../../graph/models/softmax';
import { Random } from '../../../graph/random/random';

/**
 * Labels drawn from true logits; the baseline knows nothing, and the candidate the truth times a factor, with noise.
 * @param factor of an overconfident candidate above 1
 */
function forecasts(seed: number, rows: number, { truth = 1, factor = 1, noise = 0 } = {}) {
  const random = new Random(seed);
  const logits = Float64Array.from({ length: 3 * rows }, () => truth * random.normal());
  const shares = softmaxRows(Float64Array.from(logits), 3);
  const labels = Array.from({ length: rows }, (_, i) => {
    const u = random.unit();
    return u < shares[3 * i] ? 0 : u < shares[3 * i] + shares[3 * i + 1] ? 1 : 2;
  });
  const candidate = logits.map((logit) => factor * logit + noise * random.normal());
  return { classes: 3, labels, baseline: new Float64Array(3 * rows), candidate };
}

const meanLoss = (logits: ArrayLike<number>, labels: readonly number[]) =>
  labels.reduce((sum, label, i) => sum + lossOf(logits, 3 * i, 3, label), 0) / labels.length;

describe('shrinkage', () => {
  it('believes nothing of a candidate that knows nothing', () => {
    const shares = Array.from(
      { length: 20 },
      (_, seed) => fitShrinkage(forecasts(seed + 1, 1000, { truth: 0, noise: 1 })).share,
    );
    // Of noise the best share is above 0 half of the time, and then tiny.
    expect(shares.filter((share) => share === 0).length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...shares)).toBeLessThan(0.1);
  });

  it('believes all of one that knows the truth', () => {
    const { share, temperature } = fitShrinkage(forecasts(1, 6000));
    expect(share).toBeGreaterThan(0.95);
    expect(temperature).toBeGreaterThan(0.93);
    expect(temperature).toBeLessThan(1.07);
  });

  it('halves one that is twice too sure, and doubles one that is half too timid by its temperature', () => {
    expect(fitShrinkage(forecasts(2, 6000, { factor: 2 })).share).toBeCloseTo(0.5, 1);
    const timid = fitShrinkage(forecasts(3, 6000, { factor: 0.5 }));
    expect(timid.share).toBe(1);
    expect(timid.temperature).toBeCloseTo(0.5, 1);
  });

  it('has the least loss of all shares and temperatures tried one after the other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (seed, noise) => {
          const rows = forecasts(seed, 80, { factor: 1.5, noise });
          const { share, temperature } = fitShrinkage(rows);
          const loss = (parameters: { share: number; temperature: number }) =>
            meanLoss(shrunk(parameters, rows.baseline, rows.candidate), rows.labels);
          const grid = Array.from({ length: 101 }, (_, k) => k / 100);
          const ofShares = grid.map((other) => loss({ share: other, temperature: 1 }));
          expect(loss({ share, temperature: 1 })).toBeLessThanOrEqual(Math.min(...ofShares) + 1e-9);
          const ofTemperatures = grid.map((other) => loss({ share, temperature: 1 / (0.2 + 4.8 * other) }));
          expect(loss({ share, temperature })).toBeLessThanOrEqual(Math.min(...ofTemperatures) + 1e-9);
        },
      ),
      { numRuns: 10, seed: 1 },
    );
  });

  it('judges each fold by what was learned before it: the first by the baseline, and none by its own outcomes', () => {
    const folds = [1, 2, 3].map((seed) => forecasts(seed, 500));
    const { logits, next } = shrinkForward(folds);
    expect(logits[0]).toEqual(folds[0].baseline);
    const other = { ...folds[2], labels: folds[2].labels.map((label) => (label + 1) % 3) };
    const changed = shrinkForward([folds[0], folds[1], other]);
    expect(changed.logits).toEqual(logits);
    expect(changed.next).not.toEqual(next);
  });

  it('is the baseline alone where there is nothing to learn from, and refuses parts that do not fit', () => {
    expect(shrinkForward([]).next).toEqual(BASELINE_ALONE);
    const rows = forecasts(1, 10);
    expect(() => fitShrinkage({ ...rows, candidate: rows.candidate.slice(1) })).toThrow(/30 and 29 logits/);
  });
});
