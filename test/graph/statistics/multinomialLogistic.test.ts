import fc from 'fast-check';
import { fitLogistic } from '../../../graph/statistics/multinomialLogistic';
import { random } from '../../support/sessions';

/** Penalised log likelihood of weights (a row a class: intercept, slopes). */
function likelihood(rows: number[][], labels: number[], weights: number[][], ridge: number): number {
  let sum = 0;
  rows.forEach((row, i) => {
    const scores = weights.map(([intercept, ...slopes]) =>
      row.reduce((score, value, k) => score + value * slopes[k], intercept),
    );
    sum += scores[labels[i]] - Math.log(scores.reduce((total, score) => total + Math.exp(score), 0));
  });
  return sum - (ridge / 2) * weights.flatMap(([, ...slopes]) => slopes).reduce((a, w) => a + w * w, 0);
}

describe('multinomial logistic regression', () => {
  it('gives the shares of the classes where features say nothing', () => {
    const labels = [0, 0, 0, 1, 1, 2];
    const fit = fitLogistic(
      labels.map(() => [0]),
      labels,
      { classes: 3, ridge: 1 },
    );
    [3 / 6, 2 / 6, 1 / 6].forEach((share, c) => expect(fit.shares([0])[c]).toBeCloseTo(share, 3));
  });

  it('agrees with the optimum a search finds', () => {
    const next = random(3);
    const rows = Array.from({ length: 60 }, () => [2 * next() - 1]);
    const labels = rows.map(([x]) => (next() < 1 / (1 + Math.exp(-2 * x)) ? 1 : 0));
    const fit = fitLogistic(rows, labels, { classes: 2, ridge: 0.5 });
    let best = { value: -Infinity, slope: 0, intercept: 0 };
    // By symmetry the two classes have opposite weights.
    for (let slope = -3; slope <= 3; slope += 0.01)
      for (let intercept = -1; intercept <= 1; intercept += 0.01) {
        const weights = [
          [-intercept, -slope],
          [intercept, slope],
        ];
        const value = likelihood(rows, labels, weights, 0.5);
        if (value > best.value) best = { value, slope, intercept };
      }
    for (const x of [-1, 0, 1])
      expect(fit.shares([x])[1]).toBeCloseTo(1 / (1 + Math.exp(-2 * (best.intercept + best.slope * x))), 2);
  });

  it('cannot be improved by moving any weight', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 4 }), (seed, width) => {
        const next = random(seed);
        const rows = Array.from({ length: 40 }, () => Array.from({ length: width }, () => 4 * next() - 2));
        const labels = rows.map(() => Math.floor(3 * next()));
        const fit = fitLogistic(rows, labels, { classes: 3, ridge: 2 });
        // Slope of the likelihood in the weight of class c on feature k, from the shares alone: X'(y - p) - ridge w = 0.
        const zero = Array.from({ length: width }, () => 0);
        const scores = (x: number[]) => Array.from(fit.shares(x), Math.log);
        const base = scores(zero);
        for (let k = 0; k < width; k++) {
          const unit = zero.map((_, j) => (j === k ? 1 : 0));
          const raw = scores(unit).map((score, c) => score - base[c]);
          const mean = raw.reduce((a, b) => a + b, 0) / 3;
          for (let c = 0; c < 3; c++) {
            const weight = raw[c] - mean;
            const pull = rows.reduce(
              (sum, row, i) => sum + row[k] * ((labels[i] === c ? 1 : 0) - fit.shares(row)[c]),
              0,
            );
            expect(pull - 2 * weight).toBeCloseTo(0, 2);
          }
        }
      }),
      { numRuns: 20, seed: 1 },
    );
  });
});
