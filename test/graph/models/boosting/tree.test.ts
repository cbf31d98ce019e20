import fc from 'fast-check';
import { binned } from '../../../../graph/models/boosting/bins';
import { growTree, treeValue } from '../../../../graph/models/boosting/tree';
import { Random } from '../../../../graph/random/random';

const SETTINGS = { leaves: 5, splitRows: 4, sideHessian: 0.5, lambda: 0.3, learningRate: 1 };

/** The same tree by its definition: every split of every leaf tried on the values themselves. */
function plainTree(x: number[][], g: number[], h: number[]): number[] {
  const { leaves, splitRows, sideHessian, lambda } = SETTINGS;
  const score = (rows: number[]) => {
    const [G, H] = [g, h].map((values) => rows.reduce((sum, i) => sum + values[i], 0));
    return { G, H, gain: (G * G) / (H + lambda) };
  };
  let parts = [x.map((_, i) => i)];
  while (parts.length < leaves) {
    let best = { gain: 1e-6, part: -1, left: [] as number[], right: [] as number[] };
    parts.forEach((rows, part) => {
      if (rows.length < splitRows) return;
      for (let k = 0; k < x[0].length; k++)
        for (const cut of [...new Set(rows.map((i) => x[i][k]))].sort((a, b) => a - b)) {
          const left = rows.filter((i) => x[i][k] <= cut);
          const right = rows.filter((i) => !(x[i][k] <= cut));
          const [l, r] = [score(left), score(right)];
          if (l.H < sideHessian || r.H < sideHessian) continue;
          const gain = l.gain + r.gain - score(rows).gain;
          if (gain > best.gain + 1e-9) best = { gain, part, left, right };
        }
    });
    if (best.part < 0) break;
    parts = [...parts.slice(0, best.part), best.left, best.right, ...parts.slice(best.part + 1)];
  }
  const values = Array<number>(x.length);
  for (const rows of parts) {
    const { G, H } = score(rows);
    for (const i of rows) values[i] = -G / (H + lambda);
  }
  return values;
}

describe('a tree', () => {
  it('is the one that trying every split of every leaf gives', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 60 }), (seed, count) => {
        const random = new Random(seed);
        const x = Array.from({ length: count }, () => [
          random.below(5),
          random.unit(),
          random.chance(0.2) ? NaN : random.below(3),
        ]);
        const g = x.map(() => random.normal());
        const h = x.map(() => 0.1 + random.unit());
        const flat = Float32Array.from(x.flat());
        const { tree, fitted } = growTree(
          binned(flat, 3),
          Float64Array.from(g),
          Float64Array.from(h),
          SETTINGS,
        );
        plainTree(
          Array.from({ length: count }, (_, i) => Array.from(flat.subarray(3 * i, 3 * i + 3))),
          g,
          h,
        ).forEach((expected, i) => {
          expect(fitted[i]).toBeCloseTo(expected, 5);
          expect(treeValue(tree, flat, 3 * i)).toBe(fitted[i]);
        });
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});
