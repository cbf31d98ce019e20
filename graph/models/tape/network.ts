/** A neural network: the graph that trains it, the one that evaluates it, and its part of a served model. */
import { Random } from '../../random/random';
import { OnnxGraph } from '../onnx/onnxGraph';
import { add, crossEntropy } from './operators';
import { ROWS, Tape, type Parameter, type Value } from './tape';

export interface Network {
  readonly classes: number;
  /** Lengths of the axes of each input behind that of the rows. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Declares parameters and appends operators, always the same; returns logits, [rows, classes]. */
  forward(tape: Tape, inputs: Readonly<Record<string, Value>>): Value;
}

/** Numbers of each parameter, row-major. */
export type NetworkWeights = Readonly<Record<string, Float32Array>>;

/** Inputs and outputs of the training graph beside the network's inputs and its parameters. */
export const LABELS = 'labels';
export const ROW_WEIGHTS = 'row_weights';
export const OFFSETS = 'offsets';
export const LOSS = 'loss';
export const gradientName = (parameter: string) => `gradient_${parameter}`;
/** Output of the evaluation graph. */
export const LOGITS = 'logits';

interface NetworkGraph {
  /** An ONNX file whose parameters are inputs, so that one session serves every fold, trial and step. */
  readonly onnx: Uint8Array;
  readonly parameters: readonly Parameter[];
}

/**
 * Inputs, one-hot labels [rows, classes], weights [rows, 1], offsets added to the logits [rows, classes] and parameters to the loss and a
 * gradient a parameter.
 */
export function trainingGraph(network: Network): NetworkGraph {
  const graph = new OnnxGraph();
  const { tape, logits, learned } = openForward(graph, network);
  const given = (name: string, width: number) =>
    tape.given(graph.input(name, ['rows', width]), [ROWS, width]);
  const labels = given(LABELS, network.classes);
  const weights = given(ROW_WEIGHTS, 1);
  const sum = add(tape, logits, given(OFFSETS, network.classes));
  const loss = crossEntropy(tape, sum, labels, weights);
  tape.backward();
  graph.output(loss, LOSS, []);
  for (const { name, shape } of tape.parameters)
    graph.output(tape.gradientOf(learned[name]) as string, gradientName(name), shape);
  return { onnx: graph.encode({ name: 'training', metadata: {} }), parameters: tape.parameters };
}

/** Inputs and parameters to logits. */
export function evaluationGraph(network: Network): NetworkGraph {
  const graph = new OnnxGraph();
  const { tape, logits } = openForward(graph, network);
  graph.output(logits.name, LOGITS, ['rows', network.classes]);
  return { onnx: graph.encode({ name: 'evaluation', metadata: {} }), parameters: tape.parameters };
}

/** Appends a trained network to the graph of a served model. */
export function networkNode(
  graph: OnnxGraph,
  inputs: Readonly<Record<string, string>>,
  network: Network,
  weights: NetworkWeights,
): string {
  const tape = new Tape(graph, ({ name, shape }) => graph.weights(`network_${name}`, weights[name], shape));
  return network.forward(tape, valuesOf(tape, network, inputs)).name;
}

function openForward(graph: OnnxGraph, network: Network) {
  const learned: Record<string, Value> = {};
  const tape = new Tape(graph, ({ name, shape }) => {
    learned[name] = { name, shape, learns: true };
    return graph.input(name, shape);
  });
  const names = Object.entries(network.inputs).map(([name, axes]) => [
    name,
    graph.input(name, ['rows', ...axes]),
  ]);
  const logits = network.forward(tape, valuesOf(tape, network, Object.fromEntries(names)));
  return { tape, logits, learned };
}

const valuesOf = (tape: Tape, { inputs }: Network, names: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, axes]) => [name, tape.given(names[name], [ROWS, ...axes])]),
  );

/** How parameters begin: a seed gives the same numbers everywhere, and each parameter's do not depend on the others. */
export function initialWeights(parameters: readonly Parameter[], seed: number): NetworkWeights {
  const random = new Random(seed);
  return Object.fromEntries(
    parameters.map(({ name, shape, start }) => {
      const own = random.fork(name);
      const [from, to] = shape;
      const limit = Math.sqrt(6 / (from + to));
      const draw = {
        glorot: () => limit * (2 * own.unit() - 1),
        small: () => 0.02 * own.normal(),
        zeros: () => 0,
        ones: () => 1,
      }[start];
      return [name, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, draw)];
    }),
  );
}
