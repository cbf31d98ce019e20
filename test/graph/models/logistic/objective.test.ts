import fc from 'fast-check';
import type { LabelledRows } from '../../../../graph/models/labelledRows';
import { logisticObjective } from '../../../../graph/models/logistic/objective';
import { Random } from '../../../../graph/random/random';
import { planted } from '../../../support/planted';

/** The loss as its definition says. */
function plainLoss(rows: LabelledRows, point: Float64Array, ridge: number): number {
  const { x, features, classes, labels, weights, offsets } = rows;
  let sum = 0;
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const scores = Array.from({ length: classes }, (_, c) => {
      let score = point[classes * features + c] + (offsets ? offsets[i * classes + c] : 0);
      for (let k = 0; k < features; k++) score += point[c * features + k] * x[i * features + k];
      return score;
    });
    const weight = weights ? weights[i] : 1;
    sum -= weight * (scores[labels[i]] - Math.log(scores.reduce((all, score) => all + Math.exp(score), 0)));
    total += weight;
  }
  const squares = point.slice(0, classes * features).reduce((all, w) => all + w * w, 0);
  return (sum + (ridge / 2) * squares) / total;
}

describe('the logistic loss', () => {
  it('is what its definition says, and its gradient that of finite differences, whatever the numbers of rows, features and classes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 11 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 2, max: 5 }),
        fc.boolean(),
        fc.boolean(),
        (seed, count, features, classes, weighted, offset) => {
          const random = new Random(seed);
          const { x, labels } = planted(seed, count, features, { classes });
          const numbers = (length: number, draw: () => number) => Float64Array.from({ length }, draw);
          const rows: LabelledRows = {
            x,
            features,
            classes,
            labels,
            weights: weighted ? numbers(count, () => 0.1 + random.unit()) : undefined,
            offsets: offset ? numbers(count * classes, () => random.normal()) : undefined,
          };
          const point = numbers(classes * (features + 1), () => random.normal());
          const objective = logisticObjective(rows, 0.7);
          const gradient = new Float64Array(point.length);
          const value = objective(point, gradient);
          expect(value).toBeCloseTo(plainLoss(rows, point, 0.7), 10);
          const h = 1e-5;
          for (let i = 0; i < point.length; i++) {
            const [up, down] = [Float64Array.from(point), Float64Array.from(point)];
            up[i] += h;
            down[i] -= h;
            const slope = (plainLoss(rows, up, 0.7) - plainLoss(rows, down, 0.7)) / (2 * h);
            expect(gradient[i]).toBeCloseTo(slope, 7);
          }
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });
});
