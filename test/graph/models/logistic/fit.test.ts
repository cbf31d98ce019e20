import { fitLogistic, logisticLogits, logisticShares } from '../../../../graph/models/logistic/fit';
import { logisticObjective } from '../../../../graph/models/logistic/objective';
import { describeWithModelPeers, runModelPeer } from '../../../support/modelPeers';
import { planted } from '../../../support/planted';

describe('multinomial logistic regression', () => {
  it('gives the shares of the classes where features say nothing', () => {
    const labels = [0, 0, 0, 1, 1, 2];
    const fit = fitLogistic({ x: new Float64Array(6), features: 1, classes: 3, labels }, 1);
    expect(fit.converged).toBe(true);
    [3 / 6, 2 / 6, 1 / 6].forEach((share, c) => expect(logisticShares(fit, [0])[c]).toBeCloseTo(share, 4));
  });

  it('counts a row of weight 3 as three rows, and one of weight 0 not at all', () => {
    const { x, labels } = planted(1, 40, 3);
    const weights = Array.from(labels, (_, i) => [1, 3, 0, 1][i % 4]);
    const repeated = Array.from(labels.keys()).flatMap((i) => Array<number>(weights[i]).fill(i));
    const once = fitLogistic({ x, features: 3, classes: 3, labels, weights }, 2);
    const copies = fitLogistic(
      {
        x: Float32Array.from(repeated.flatMap((i) => Array.from(x.subarray(3 * i, 3 * i + 3)))),
        features: 3,
        classes: 3,
        labels: repeated.map((i) => labels[i]),
      },
      2,
    );
    once.weights.forEach((weight, i) => expect(weight).toBeCloseTo(copies.weights[i], 3));
  });

  it('has nothing to add to offsets that are the optimum already', () => {
    const { x, labels } = planted(2, 300, 4);
    const rows = { x, features: 4, classes: 3, labels };
    const first = fitLogistic(rows, 0);
    const second = fitLogistic({ ...rows, offsets: logisticLogits(first, x) }, 0);
    for (const weight of [...second.weights, ...second.intercepts]) expect(weight).toBeCloseTo(0, 2);
    const offsets = logisticLogits(first, x);
    const shares = logisticShares(second, x, offsets);
    logisticShares(first, x).forEach((share, i) => expect(shares[i]).toBeCloseTo(share, 2));
  });

  it.each([
    ['as they come', () => 1],
    ['where one in eight tells nothing, and that one is of a single class', (i: number) => Number(i % 8 > 0)],
    ['where one in eight counts much too much', (i: number) => (i % 8 === 0 ? 50 : 1)],
  ])('is at the optimum of many rows, %s', (name, weightOfRow) => {
    const { x, labels } = planted(6, 12_000, 5);
    const weights = Float64Array.from(labels, (_, i) => weightOfRow(i));
    if (name !== 'as they come') labels.forEach((_, i) => i % 8 === 0 && (labels[i] = 1));
    const rows = { x, features: 5, classes: 3, labels, weights };
    const { weights: found, intercepts, converged, objective } = fitLogistic(rows, 1);
    expect(converged).toBe(true);
    const gradient = new Float64Array(18);
    expect(logisticObjective(rows, 1)(Float64Array.of(...found, ...intercepts), gradient)).toBe(objective);
    for (const slope of gradient) expect(slope).toBeCloseTo(0, 3);
  });

  it('gives every class the same shares under an infinitely strong ridge, but for the intercepts', () => {
    const { x, labels } = planted(3, 200, 5, { strength: 2 });
    const fit = fitLogistic({ x, features: 5, classes: 3, labels }, 1e9);
    const counts = [0, 1, 2].map((c) => labels.filter((label) => label === c).length / 200);
    counts.forEach((share, c) => expect(logisticShares(fit, x)[c]).toBeCloseTo(share, 4));
  });

  it('gives the same bits again', () => {
    const { x, labels } = planted(4, 500, 12);
    const fit = () => fitLogistic({ x, features: 12, classes: 3, labels }, 1);
    expect(fit()).toEqual(fit());
  });

  it.each([
    ['no rows', { x: new Float64Array(0), labels: [] }, /no rows/],
    ['too few numbers', { x: new Float64Array(3), labels: [0, 1] }, /3 numbers are not 2 rows of 2 features/],
    ['an unknown class', { x: new Float64Array(4), labels: [0, 3] }, /Row 1 is of class 3/],
    [
      'a negative weight',
      { x: new Float64Array(4), labels: [0, 1], weights: [1, -1] },
      /Row 1 has weight -1/,
    ],
    ['no weight', { x: new Float64Array(4), labels: [0, 1], weights: [0, 0] }, /All rows have weight 0/],
    ['NaN', { x: Float64Array.of(0, 1, 2, NaN), labels: [0, 1] }, /Feature 1 of row 1 is NaN/],
  ])('refuses %s', (_, rows, message) => {
    expect(() => fitLogistic({ features: 2, classes: 3, ...rows }, 1)).toThrow(message);
  });
});

describeWithModelPeers('beside scikit-learn', () => {
  it.each([
    ['weak ridge', 1, false],
    ['strong ridge', 300, false],
    ['weights', 30, true],
  ])('finds the same optimum: %s', (_, ridge, weighted) => {
    const { x, labels, features } = planted(5, 2000, 20);
    const weights = Array.from(labels, (_, i) => (weighted ? 0.5 + (i % 5) : 1));
    const fit = fitLogistic({ x, features, classes: 3, labels, weights }, ridge);
    const peer = runModelPeer<{ objective: number; shares: number[] }>(
      `
import json, sys, numpy as np
from sklearn.linear_model import LogisticRegression
d = json.load(sys.stdin)
x = np.array(d['x']).reshape(-1, d['features']); y = np.array(d['labels']); w = np.array(d['weights'])
m = LogisticRegression(C=1 / d['ridge'], tol=1e-10, max_iter=5000).fit(x, y, w)
p = m.predict_proba(x)
loss = -(w * np.log(p[np.arange(len(y)), y])).sum() + d['ridge'] / 2 * (m.coef_ ** 2).sum()
print(json.dumps({'objective': loss / w.sum(), 'shares': p.ravel().tolist()}))
`,
      JSON.stringify({ x: Array.from(x), labels: Array.from(labels), weights, features, ridge }),
    );
    expect(fit.objective).toBeCloseTo(peer.objective, 7);
    const shares = logisticShares(fit, x);
    const apart = Math.max(...shares.map((share, i) => Math.abs(share - peer.shares[i])));
    expect(apart).toBeLessThan(1e-3);
  });
});
