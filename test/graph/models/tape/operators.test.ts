/** Each operator's derivative against finite differences of what onnxruntime computes. */
import { OnnxSession, type FloatTensor } from '../../../../activities/models/onnxSession';
import { OnnxGraph } from '../../../../graph/models/onnx/onnxGraph';
import * as operators from '../../../../graph/models/tape/operators';
import { ROWS, Tape, type Value } from '../../../../graph/models/tape/tape';
import { Random } from '../../../../graph/random/random';

const ROW_COUNT = 3;

interface Case {
  /** Shapes of the operands, `ROWS` for the rows. */
  shapes: readonly (readonly number[])[];
  apply: (tape: Tape, operands: Value[]) => Value;
}

const CASES: Record<string, Case> = {
  linear: {
    shapes: [[ROWS, 4], [4, 2], [2]],
    apply: (tape, [x, w, b]) => operators.linear(tape, x, w, b),
  },
  add: {
    shapes: [
      [ROWS, 3],
      [ROWS, 3],
    ],
    apply: (tape, [a, b]) => operators.add(tape, a, b),
  },
  addToRows: {
    shapes: [
      [ROWS, 2, 3],
      [2, 3],
    ],
    apply: (tape, [a, b]) => operators.addToRows(tape, a, b),
  },
  reshape: { shapes: [[ROWS, 2, 3]], apply: (tape, [x]) => operators.reshape(tape, x, [ROWS, 6]) },
  transpose: {
    shapes: [[ROWS, 2, 3, 4]],
    apply: (tape, [x]) => operators.transpose(tape, x, [0, 3, 1, 2]),
  },
  splitInThree: {
    shapes: [[ROWS, 6]],
    apply: (tape, [x]) => {
      const [a, b, c] = operators.splitInThree(tape, x);
      return operators.concat(tape, operators.add(tape, a, b), operators.relu(tape, c));
    },
  },
  concat: {
    shapes: [
      [ROWS, 2],
      [ROWS, 3],
    ],
    apply: (tape, [a, b]) => operators.concat(tape, a, b),
  },
  scaledProducts: {
    shapes: [
      [ROWS, 2, 3, 4],
      [ROWS, 2, 3, 4],
    ],
    apply: (tape, [a, b]) => operators.scaledProducts(tape, a, b, 0.5),
  },
  matmul: {
    shapes: [
      [ROWS, 2, 3, 4],
      [ROWS, 2, 4, 2],
    ],
    apply: (tape, [a, b]) => operators.matmul(tape, a, b),
  },
  softmax: { shapes: [[ROWS, 5]], apply: (tape, [x]) => operators.softmax(tape, x) },
  relu: { shapes: [[ROWS, 7]], apply: (tape, [x]) => operators.relu(tape, x) },
  layerNorm: {
    shapes: [[ROWS, 6], [6], [6]],
    apply: (tape, [x, gain, bias]) => operators.layerNorm(tape, x, gain, bias),
  },
  meanOverSteps: { shapes: [[ROWS, 4, 2]], apply: (tape, [x]) => operators.meanOverSteps(tape, x) },
  'a value used twice': {
    shapes: [[ROWS, 4]],
    apply: (tape, [x]) => operators.add(tape, operators.softmax(tape, x), operators.add(tape, x, x)),
  },
};

const sizeOf = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);
const withRows = (shape: readonly number[]) => shape.map((axis) => (axis === ROWS ? ROW_COUNT : axis));
const named = (shape: readonly number[]) => shape.map((axis) => (axis === ROWS ? 'rows' : axis));

/** The operator as a graph of its operands and the gradient of its output, to its output and their gradients. */
async function open({ shapes, apply }: Case) {
  const graph = new OnnxGraph();
  const tape = new Tape(graph, ({ name, shape }) => graph.input(name, named(shape)));
  const operands = shapes.map((shape, i) => tape.parameter(`operand_${i}`, shape, 'zeros'));
  const y = apply(tape, operands);
  const seed = graph.input('seed', named(y.shape));
  tape.accumulate(y, () => seed);
  tape.backward();
  graph.output(y.name, 'y', named(y.shape));
  operands.forEach((operand, i) =>
    graph.output(tape.gradientOf(operand) as string, `gradient_${i}`, named(operand.shape)),
  );
  return {
    session: await OnnxSession.open(graph.encode({ name: 'operator', metadata: {} })),
    output: withRows(y.shape),
  };
}

describe.each(Object.entries(CASES))('%s', (_, tested) => {
  it('has the derivative of finite differences', async () => {
    const { session, output } = await open(tested);
    const random = new Random(7);
    // Away from 0, where relu has no derivative.
    const draw = () => {
      const value = random.normal();
      return value + 0.3 * Math.sign(value);
    };
    const tensor = (dims: readonly number[]): FloatTensor => ({
      values: Float32Array.from({ length: sizeOf(dims) }, draw),
      dims,
    });
    const operands = tested.shapes.map((shape) => tensor(withRows(shape)));
    const seed = tensor(output);
    const feeds = (values: FloatTensor[]) => ({
      seed,
      ...Object.fromEntries(values.map((value, i) => [`operand_${i}`, value])),
    });
    const results = await session.run(feeds(operands));
    const scalar = async (values: FloatTensor[]) => {
      const { y } = await session.run(feeds(values), ['y']);
      expect(y.length).toBe(sizeOf(output));
      return y.reduce((sum, value, i) => sum + value * seed.values[i], 0);
    };
    for (let k = 0; k < operands.length; k++)
      for (let i = 0; i < operands[k].values.length; i++) {
        const moved = async (by: number) => {
          const values = Float32Array.from(operands[k].values);
          values[i] += by;
          return scalar(operands.map((operand, j) => (j === k ? { ...operand, values } : operand)));
        };
        // Of two steps, so that the error is of fourth order.
        const slope = async (h: number) => ((await moved(h)) - (await moved(-h))) / (2 * h);
        const expected = (4 * (await slope(0.02)) - (await slope(0.04))) / 3;
        expect(Math.abs(results[`gradient_${k}`][i] - expected)).toBeLessThan(
          5e-4 * Math.max(1, Math.abs(expected)),
        );
      }
    await session.close();
  });
});

describe('cross-entropy', () => {
  it('is the weighted loss, and a row of weight 0 is as if it were not there', async () => {
    const graph = new OnnxGraph();
    const tape = new Tape(graph, ({ name }) => graph.input(name, ['rows', 3]));
    const logits = tape.parameter('logits', [ROWS, 3], 'zeros');
    const classes = tape.given(graph.input('classes', ['rows', 3]), [ROWS, 3]);
    const weights = tape.given(graph.input('weights', ['rows', 1]), [ROWS, 1]);
    const loss = operators.crossEntropy(tape, logits, classes, weights);
    tape.backward();
    graph.output(loss, 'loss', []);
    graph.output(tape.gradientOf(logits) as string, 'gradient', ['rows', 3]);
    const session = await OnnxSession.open(graph.encode({ name: 'loss', metadata: {} }));
    const z = [1, -0.5, 2, 0.3, 0.1, -1, 9, 9, 9];
    const { loss: found, gradient } = await session.run({
      logits: { values: Float32Array.from(z), dims: [3, 3] },
      classes: { values: Float32Array.of(0, 1, 0, 1, 0, 0, 0, 0, 0), dims: [3, 3] },
      weights: { values: Float32Array.of(0.25, 0.75, 0), dims: [3, 1] },
    });
    const p = (row: number, c: number) => {
      const exps = z.slice(3 * row, 3 * row + 3).map(Math.exp);
      return exps[c] / (exps[0] + exps[1] + exps[2]);
    };
    expect(found[0]).toBeCloseTo(-0.25 * Math.log(p(0, 1)) - 0.75 * Math.log(p(1, 0)), 6);
    for (let c = 0; c < 3; c++) {
      expect(gradient[c]).toBeCloseTo(0.25 * (p(0, c) - (c === 1 ? 1 : 0)), 6);
      expect(gradient[3 + c]).toBeCloseTo(0.75 * (p(1, c) - (c === 0 ? 1 : 0)), 6);
      expect(gradient[6 + c] + 0).toBe(0);
    }
    await session.close();
  });
});
