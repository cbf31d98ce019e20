/** The Transformer's logits of one row by its definition, in double precision: a twin to compare the graph with. */
import type { TransformerShape } from '../../../../graph/models/transformer/transformer';

type Matrix = number[][];
type Weights = Readonly<Record<string, ArrayLike<number>>>;

const dense = (x: Matrix, weights: Weights, name: string): Matrix => {
  const [w, b] = [weights[`${name}_weights`], weights[`${name}_bias`]];
  return x.map((row) =>
    Array.from(b, (bias, j) => row.reduce((sum, value, k) => sum + value * w[k * b.length + j], bias)),
  );
};

const norm = (x: Matrix, weights: Weights, name: string): Matrix =>
  x.map((row) => {
    const mean = row.reduce((a, b) => a + b, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return row.map(
      (value, k) =>
        ((value - mean) / Math.sqrt(variance + 1e-5)) * weights[`${name}_gain`][k] +
        weights[`${name}_shift`][k],
    );
  });

const plus = (a: Matrix, b: Matrix): Matrix => a.map((row, t) => row.map((value, k) => value + b[t][k]));
const relu = (x: Matrix): Matrix => x.map((row) => row.map((value) => Math.max(0, value)));

function attention(x: Matrix, width: number, heads: number): Matrix {
  const n = width / heads;
  const out = x.map(() => Array<number>(width).fill(0));
  for (let head = 0; head < heads; head++)
    x.forEach((looking, t) => {
      const likeness = x.map((seen) => {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += looking[head * n + k] * seen[width + head * n + k];
        return Math.exp(sum / Math.sqrt(n));
      });
      const total = likeness.reduce((a, b) => a + b, 0);
      x.forEach((seen, s) => {
        for (let k = 0; k < n; k++)
          out[t][head * n + k] += (likeness[s] / total) * seen[2 * width + head * n + k];
      });
    });
  return out;
}

/** @param sequence steps x channels; @param vector features */
export function plainTransformer(
  { steps, channels, width, layers, heads }: TransformerShape,
  weights: Weights,
  sequence: ArrayLike<number>,
  vector: ArrayLike<number>,
): number[] {
  const rows = Array.from({ length: steps }, (_, t) =>
    Array.from({ length: channels }, (_, k) => sequence[t * channels + k]),
  );
  let x = dense(rows, weights, 'steps').map((row, t) =>
    row.map((value, k) => value + weights.positions[t * width + k]),
  );
  for (let layer = 0; layer < layers; layer++) {
    const name = `layer_${layer}`;
    const looked = dense(norm(x, weights, `${name}_attention`), weights, `${name}_looked`);
    const y = plus(x, dense(attention(looked, width, heads), weights, `${name}_joined`));
    const inner = relu(dense(norm(y, weights, `${name}_hidden`), weights, `${name}_inner`));
    x = plus(y, dense(inner, weights, `${name}_outer`));
  }
  const encoded = norm(x, weights, 'encoded');
  const approach = encoded[0].map((_, k) => encoded.reduce((sum, row) => sum + row[k], 0) / steps);
  const [state] = relu(dense([Array.from(vector)], weights, 'vector'));
  return dense([[...approach, ...state]], weights, 'head')[0];
}
