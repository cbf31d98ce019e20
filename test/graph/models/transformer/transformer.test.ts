import { OnnxSession, type FloatTensor } from '../../../../activities/models/onnxSession';
import {
  gradientName,
  initialWeights,
  LABELS,
  LOSS,
  networkNode,
  OFFSETS,
  ROW_WEIGHTS,
  trainingGraph,
} from '../../../../graph/models/tape/network';
import { PROBABILITIES, scorerOnnx } from '../../../../graph/models/onnx/scorer';
import { scaledNode } from '../../../../graph/models/onnx/layers';
import { lossOf, softmaxRows } from '../../../../graph/models/softmax';
import { fitScaling, scaled } from '../../../../graph/models/scaling';
import { transformer } from '../../../../graph/models/transformer/transformer';
import { Random } from '../../../../graph/random/random';
import { describeWithModelPeers, runModelPeer } from '../../../support/modelPeers';
import { plainTransformer } from './plainTransformer';

const SHAPE = { steps: 5, channels: 3, features: 4, classes: 3, width: 8, layers: 2, heads: 2, hidden: 12 };
const NETWORK = transformer(SHAPE);
const ROWS = 4;

function example() {
  const random = new Random(5);
  const { onnx, parameters } = trainingGraph(NETWORK);
  const weights = initialWeights(parameters, 3);
  // Away from where they begin, so that no gradient is zero by symmetry.
  for (const values of Object.values(weights))
    values.forEach((value, i) => (values[i] = value + 0.2 * random.normal()));
  const normals = (length: number) => Float32Array.from({ length }, () => random.normal());
  const inputs = {
    sequence: normals(ROWS * SHAPE.steps * SHAPE.channels),
    vector: normals(ROWS * SHAPE.features),
  };
  return { onnx, parameters, weights, inputs, labels: [0, 2, 1, 2], offsets: normals(3 * ROWS) };
}

type Example = ReturnType<typeof example>;

const inputFeeds = ({ inputs }: Example): Record<string, FloatTensor> => ({
  sequence: { values: inputs.sequence, dims: [ROWS, SHAPE.steps, SHAPE.channels] },
  vector: { values: inputs.vector, dims: [ROWS, SHAPE.features] },
});

function plainLogits(
  { inputs }: { inputs: { sequence: Float32Array; vector: Float32Array } },
  weights: Record<string, ArrayLike<number>>,
): number[] {
  const perRow = SHAPE.steps * SHAPE.channels;
  return Array.from({ length: ROWS }, (_, i) =>
    plainTransformer(
      SHAPE,
      weights,
      inputs.sequence.subarray(i * perRow, (i + 1) * perRow),
      inputs.vector.subarray(i * SHAPE.features, (i + 1) * SHAPE.features),
    ),
  ).flat();
}

function plainLoss(data: Example, weights: Record<string, ArrayLike<number>>): number {
  const logits = plainLogits(data, weights).map((logit, i) => logit + data.offsets[i]);
  return data.labels.reduce((sum, label, i) => sum + lossOf(logits, 3 * i, 3, label), 0) / ROWS;
}

describe('the Transformer', () => {
  it('has the loss of its definition, and gradients of finite differences of it, in every parameter', async () => {
    const data = example();
    const session = await OnnxSession.open(data.onnx);
    const results = await session.run({
      ...inputFeeds(data),
      [LABELS]: {
        values: Float32Array.from({ length: 3 * ROWS }, (_, i) =>
          data.labels[Math.floor(i / 3)] === i % 3 ? 1 : 0,
        ),
        dims: [ROWS, 3],
      },
      [OFFSETS]: { values: data.offsets, dims: [ROWS, 3] },
      [ROW_WEIGHTS]: { values: new Float32Array(ROWS).fill(1 / ROWS), dims: [ROWS, 1] },
      ...Object.fromEntries(
        data.parameters.map(({ name, shape }) => [name, { values: data.weights[name], dims: shape }]),
      ),
    });
    await session.close();
    expect(results[LOSS][0]).toBeCloseTo(plainLoss(data, data.weights), 5);
    const exact = Object.fromEntries(
      Object.entries(data.weights).map(([name, values]) => [name, Float64Array.from(values)]),
    );
    for (const { name } of data.parameters)
      exact[name].forEach((value, i) => {
        const h = 1e-5;
        exact[name][i] = value + h;
        const above = plainLoss(data, exact);
        exact[name][i] = value - h;
        const below = plainLoss(data, exact);
        exact[name][i] = value;
        const apart = Math.abs(results[gradientName(name)][i] - (above - below) / (2 * h));
        if (apart > 2e-5) throw new Error(`${name}[${i}] is ${apart} from its finite difference`);
      });
  });

  it('begins with the same weights for the same seed, and others for another', () => {
    const { parameters } = trainingGraph(NETWORK);
    expect(initialWeights(parameters, 1)).toEqual(initialWeights(parameters, 1));
    expect(initialWeights(parameters, 2)).not.toEqual(initialWeights(parameters, 1));
  });
});

/** Served: raw inputs, scaled inside the file, undefined ones as NaN. */
function served() {
  const data = example();
  data.inputs.sequence.fill(NaN, 0, 2 * SHAPE.channels);
  data.inputs.vector[5] = NaN;
  const [steps, vector] = [
    fitScaling(data.inputs.sequence, SHAPE.channels),
    fitScaling(data.inputs.vector, SHAPE.features),
  ];
  const bytes = scorerOnnx(
    {
      inputs: NETWORK.inputs,
      classes: 3,
      candidate: (graph, inputs) =>
        networkNode(
          graph,
          {
            sequence: scaledNode(graph, inputs.sequence, steps, 'sequence'),
            vector: scaledNode(graph, inputs.vector, vector, 'vector'),
          },
          NETWORK,
          data.weights,
        ),
    },
    { name: 'transformer', metadata: {} },
  );
  const inputs = {
    sequence: scaled(steps, data.inputs.sequence),
    vector: scaled(vector, data.inputs.vector),
  };
  const expected = softmaxRows(Float64Array.from(plainLogits({ inputs }, data.weights)), 3);
  return { data, bytes, expected };
}

describe('a served Transformer', () => {
  it('gives the probabilities of its definition, of many rows or one', async () => {
    const { data, bytes, expected } = served();
    const session = await OnnxSession.open(bytes);
    const feeds = inputFeeds(data);
    const all = (await session.run(feeds))[PROBABILITIES];
    all.forEach((share, i) => expect(Math.abs(share - expected[i])).toBeLessThan(1e-6));
    const first = Object.fromEntries(
      Object.entries(feeds).map(([name, { values, dims }]) => [
        name,
        { values: values.slice(0, values.length / ROWS), dims: [1, ...dims.slice(1)] },
      ]),
    );
    const one = (await session.run(first))[PROBABILITIES];
    one.forEach((share, i) => expect(Math.abs(share - expected[i])).toBeLessThan(1e-6));
    await session.close();
  });
});

describeWithModelPeers('beside the onnx package', () => {
  it('passes its full check, served and in training', () => {
    const { bytes } = served();
    for (const model of [bytes, example().onnx])
      expect(
        runModelPeer<boolean>(
          `
import json, sys, onnx
onnx.checker.check_model(onnx.load_from_string(sys.stdin.buffer.read()), full_check=True)
print(json.dumps(True))
`,
          model,
        ),
      ).toBe(true);
  });
});
