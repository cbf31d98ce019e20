import {
  afterRounds,
  BOOSTING_DEFAULTS,
  boostingLogits,
  fitBoosting,
  lossByRound,
} from '../../../../graph/models/boosting/fit';
import { Random } from '../../../../graph/random/random';
import { describeWithModelPeers, runModelPeer } from '../../../support/modelPeers';
import { planted } from '../../../support/planted';

const SMALL = { ...BOOSTING_DEFAULTS, rounds: 20, leaves: 8, splitRows: 20, sideHessian: 2 };

/** Classes by the product of the signs of two features: no linear model knows more than the shares. */
function crossed(seed: number, rows: number) {
  const random = new Random(seed);
  const x = Float32Array.from({ length: 2 * rows }, () => random.normal());
  const labels = Uint8Array.from({ length: rows }, (_, i) => (x[2 * i] * x[2 * i + 1] > 0 ? 0 : 1));
  return { x, labels, features: 2, classes: 2 };
}

describe('gradient boosting', () => {
  it('learns what features say only together', () => {
    const [train, test] = [crossed(1, 1000), crossed(2, 500)];
    const losses = lossByRound(fitBoosting(train, { ...SMALL, rounds: 60 }), test);
    expect(losses[0]).toBeCloseTo(Math.log(2), 2);
    expect(losses[60]).toBeLessThan(0.15);
  });

  it('has the shares of the classes before its first round, or the offsets of its rows', () => {
    const rows = planted(3, 300, 2);
    const [start] = lossByRound(fitBoosting(rows, { ...SMALL, rounds: 1 }), rows);
    const shares = [0, 1, 2].map((c) => rows.labels.filter((label) => label === c).length / 300);
    expect(start).toBeCloseTo(-shares.reduce((sum, p) => sum + p * Math.log(p), 0), 6);
    const offsets = Float64Array.from({ length: 900 }, (_, i) =>
      i % 3 === rows.labels[Math.floor(i / 3)] ? 50 : 0,
    );
    const fit = fitBoosting({ ...rows, offsets }, { ...SMALL, rounds: 1 });
    expect(lossByRound(fit, { ...rows, offsets })[0]).toBeCloseTo(0, 9);
  });

  it('never makes the loss of the rows it is fitted to larger, and after fewer rounds is what it then was', () => {
    const rows = planted(4, 600, 5);
    const model = fitBoosting(rows, SMALL);
    const losses = lossByRound(model, rows);
    losses.forEach((loss, i) => i > 0 && expect(loss).toBeLessThanOrEqual(losses[i - 1]));
    expect(afterRounds(model, 7)).toEqual(fitBoosting(rows, { ...SMALL, rounds: 7 }));
  });

  it('counts a row of weight 2 as two rows', () => {
    const { x, labels } = planted(5, 200, 3);
    const settings = { ...SMALL, splitRows: 1 };
    const twice = Float32Array.from([...x, ...x]);
    const weighted = fitBoosting(
      { x, features: 3, classes: 3, labels, weights: new Float64Array(200).fill(2) },
      settings,
    );
    const copied = fitBoosting(
      { x: twice, features: 3, classes: 3, labels: Uint8Array.from([...labels, ...labels]) },
      settings,
    );
    const logits = boostingLogits(copied, x);
    boostingLogits(weighted, x).forEach((logit, i) => expect(logit).toBeCloseTo(logits[i], 4));
  });
});

describeWithModelPeers('beside scikit-learn', () => {
  it('forecasts as well', () => {
    const all = planted(6, 6000, 12);
    const part = (from: number, to: number) => ({
      ...all,
      x: all.x.slice(from * 12, to * 12),
      labels: all.labels.slice(from, to),
    });
    const [train, test] = [part(0, 4000), part(4000, 6000)];
    const settings = { ...SMALL, rounds: 60 };
    const losses = lossByRound(fitBoosting(train, settings), test);
    const peer = runModelPeer<number>(
      `
import json, sys, numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss
d = json.load(sys.stdin)
x = np.array(d['x']).reshape(-1, 12); y = np.array(d['y'])
m = HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=8, learning_rate=.1, l2_regularization=1,
                                   min_samples_leaf=10, max_bins=64, early_stopping=False).fit(x[:4000], y[:4000])
print(json.dumps(log_loss(y[4000:], m.predict_proba(x[4000:]))))
`,
      JSON.stringify({ x: Array.from(all.x), y: Array.from(all.labels) }),
    );
    expect(losses[60] / peer).toBeGreaterThan(0.97);
    expect(losses[60] / peer).toBeLessThan(1.03);
  });
});
