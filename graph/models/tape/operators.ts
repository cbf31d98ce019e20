/** Operators on a tape: what each appends to the graph, and its derivative. d is the gradient of the output. */
import { ROWS, type Tape, type Value } from './tape';

/** x W + b of x [rows, in], W [in, out], b [out]. */
export function linear(tape: Tape, x: Value, weights: Value, bias: Value): Value {
  const { graph } = tape;
  const y = graph.node('Gemm', [x.name, weights.name, bias.name]);
  return tape.record(y, [ROWS, weights.shape[1]], [x, weights, bias], (d) => {
    tape.accumulate(x, () => graph.node('Gemm', [d, weights.name], { transB: { int: 1 } }));
    tape.accumulate(weights, () => graph.node('Gemm', [x.name, d], { transA: { int: 1 } }));
    tape.accumulate(bias, () => sumOver(tape, d, 0));
  });
}

/** a + b of one shape. */
export function add(tape: Tape, a: Value, b: Value): Value {
  return tape.record(tape.graph.node('Add', [a.name, b.name]), a.shape, [a, b], (d) => {
    tape.accumulate(a, () => d);
    tape.accumulate(b, () => d);
  });
}

/** a + b of a [rows, ...], b the same for all rows. */
export function addToRows(tape: Tape, a: Value, b: Value): Value {
  return tape.record(tape.graph.node('Add', [a.name, b.name]), a.shape, [a, b], (d) => {
    tape.accumulate(a, () => d);
    tape.accumulate(b, () => sumOver(tape, d, 0));
  });
}

export function reshape(tape: Tape, x: Value, shape: readonly number[]): Value {
  const { graph } = tape;
  const as = (value: string, other: readonly number[]) => graph.node('Reshape', [value, graph.ints(other)]);
  return tape.record(as(x.name, shape), shape, [x], (d) => tape.accumulate(x, () => as(d, x.shape)));
}

/** Axis k of the result is axis `order[k]` of x. */
export function transpose(tape: Tape, x: Value, order: readonly number[]): Value {
  const { graph } = tape;
  const inverse = order.map((_, axis) => order.indexOf(axis));
  const shape = order.map((axis) => x.shape[axis]);
  return tape.record(graph.node('Transpose', [x.name], { perm: { ints: order } }), shape, [x], (d) =>
    tape.accumulate(x, () => graph.node('Transpose', [d], { perm: { ints: inverse } })),
  );
}

/** x [rows, 3 n] as three values [rows, n], each of which must be used. */
export function splitInThree(tape: Tape, x: Value): Value[] {
  const { graph } = tape;
  const attributes = { axis: { int: 1 }, num_outputs: { int: 3 } };
  const parts = graph.nodeOf('Split', [x.name], attributes, 3);
  return tape.recordAll(parts, [ROWS, x.shape[1] / 3], x, (ds) =>
    tape.accumulate(x, () => graph.node('Concat', ds, { axis: { int: 1 } })),
  );
}

/** a [rows, n] and b [rows, m] as one [rows, n + m]. */
export function concat(tape: Tape, a: Value, b: Value): Value {
  const { graph } = tape;
  const [n, m] = [a.shape[1], b.shape[1]];
  const joined = graph.node('Concat', [a.name, b.name], { axis: { int: 1 } });
  return tape.record(joined, [ROWS, n + m], [a, b], (d) => {
    const parts = graph.nodeOf('Split', [d, graph.ints([n, m])], { axis: { int: 1 } }, 2);
    tape.accumulate(a, () => parts[0]);
    tape.accumulate(b, () => parts[1]);
  });
}

/** scale a b' of a, b [rows, heads, steps, n]: how much each step looks at each other. */
export function scaledProducts(tape: Tape, a: Value, b: Value, scale: number): Value {
  const { graph } = tape;
  const factor = graph.floats(scale);
  const scaled = graph.node('Mul', [a.name, factor]);
  const products = graph.node('MatMul', [scaled, turned(tape, b.name)]);
  return tape.record(products, [...a.shape.slice(0, 3), b.shape[2]], [a, b], (d) => {
    tape.accumulate(a, () => graph.node('Mul', [graph.node('MatMul', [d, b.name]), factor]));
    tape.accumulate(b, () => graph.node('MatMul', [turned(tape, d), scaled]));
  });
}

/** a b of a [rows, heads, n, m], b [rows, heads, m, k]. */
export function matmul(tape: Tape, a: Value, b: Value): Value {
  const { graph } = tape;
  const shape = [...a.shape.slice(0, 3), b.shape[3]];
  return tape.record(graph.node('MatMul', [a.name, b.name]), shape, [a, b], (d) => {
    tape.accumulate(a, () => graph.node('MatMul', [d, turned(tape, b.name)]));
    tape.accumulate(b, () => graph.node('MatMul', [turned(tape, a.name), d]));
  });
}

/** Softmax over the last axis. */
export function softmax(tape: Tape, x: Value): Value {
  const { graph } = tape;
  const p = graph.node('Softmax', [x.name], { axis: { int: -1 } });
  return tape.record(p, x.shape, [x], (d) =>
    tape.accumulate(x, () => {
      const dp = graph.node('Mul', [d, p]);
      return graph.node('Sub', [dp, graph.node('Mul', [p, sumOver(tape, dp, -1, true)])]);
    }),
  );
}

export function relu(tape: Tape, x: Value): Value {
  const { graph } = tape;
  const y = graph.node('Relu', [x.name]);
  return tape.record(y, x.shape, [x], (d) =>
    tape.accumulate(x, () => graph.node('Mul', [d, graph.node('Sign', [y])])),
  );
}

/** (x - mean) / deviation gain + bias of x [rows, n], mean and deviation of each row. */
export function layerNorm(tape: Tape, x: Value, gain: Value, bias: Value): Value {
  const { graph } = tape;
  const attributes = { axis: { int: -1 }, epsilon: { float: 1e-5 } };
  const [y, mean, inverse] = graph.nodeOf(
    'LayerNormalization',
    [x.name, gain.name, bias.name],
    attributes,
    3,
  );
  return tape.record(y, x.shape, [x, gain, bias], (d) => {
    const mul = (a: string, b: string) => graph.node('Mul', [a, b]);
    const meanOf = (value: string) =>
      graph.node('ReduceMean', [value, graph.ints([-1])], { keepdims: { int: 1 } });
    const standard = mul(graph.node('Sub', [x.name, mean]), inverse);
    tape.accumulate(x, () => {
      const ds = mul(d, gain.name);
      const centered = graph.node('Sub', [ds, meanOf(ds)]);
      const along = mul(standard, meanOf(mul(ds, standard)));
      return mul(inverse, graph.node('Sub', [centered, along]));
    });
    tape.accumulate(gain, () => sumOver(tape, mul(d, standard), 0));
    tape.accumulate(bias, () => sumOver(tape, d, 0));
  });
}

/** Mean over the steps of x [rows, steps, n]. */
export function meanOverSteps(tape: Tape, x: Value): Value {
  const { graph } = tape;
  const [, steps, n] = x.shape;
  const mean = graph.node('ReduceMean', [x.name, graph.ints([1])], { keepdims: { int: 0 } });
  return tape.record(mean, [ROWS, n], [x], (d) =>
    tape.accumulate(x, () => {
      const share = graph.node('Div', [d, graph.floats(steps)]);
      const row = graph.node('Unsqueeze', [share, graph.ints([1])]);
      return graph.node('Tile', [row, graph.ints([1, steps, 1])]);
    }),
  );
}

/**
 * Sum of weight times -ln p(class) over rows; begins the gradients of a tape. It is the mean loss where weights sum to 1; a row of
 * weight 0 fills up a batch.
 * @param logits [rows, classes]
 * @param classes one-hot, [rows, classes]
 * @param weights [rows, 1]
 */
export function crossEntropy(tape: Tape, logits: Value, classes: Value, weights: Value): string {
  const { graph } = tape;
  const logShares = graph.node('LogSoftmax', [logits.name], { axis: { int: -1 } });
  const weighted = graph.node('Mul', [classes.name, weights.name]);
  const gained = graph.node('ReduceSum', [graph.node('Mul', [logShares, weighted])], {
    keepdims: { int: 0 },
  });
  tape.accumulate(logits, () => {
    const shares = graph.node('Exp', [logShares]);
    return graph.node('Mul', [graph.node('Sub', [shares, classes.name]), weights.name]);
  });
  return graph.node('Neg', [gained]);
}

/** The last two axes exchanged. */
const turned = (tape: Tape, value: string) =>
  tape.graph.node('Transpose', [value], { perm: { ints: [0, 1, 3, 2] } });

const sumOver = (tape: Tape, value: string, axis: number, keep = false) =>
  tape.graph.node('ReduceSum', [value, tape.graph.ints([axis])], { keepdims: { int: keep ? 1 : 0 } });
