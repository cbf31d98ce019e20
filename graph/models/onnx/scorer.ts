/** A model as it is served: one ONNX file from raw features to probabilities. */
import type { Shrinkage } from '../shrinkage';
import { OnnxGraph, type ModelDescription } from './onnxGraph';

/** Appends a model to a graph, given the names of the inputs, and returns the name of its logits, rows x classes. */
export type LogitsNode = (graph: OnnxGraph, inputs: Readonly<Record<string, string>>) => string;

export interface ScorerParts {
  /** Lengths of the axes of each input behind that of the rows, such as `{ vector: [144] }`. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly classes: number;
  readonly candidate: LogitsNode;
  /** What the candidate is drawn toward; without it the candidate stands alone. */
  readonly baseline?: { readonly logits: LogitsNode; readonly shrinkage: Shrinkage };
}

/** The output: probabilities of the classes, rows x classes. */
export const PROBABILITIES = 'probabilities';

/** @returns an ONNX file; features that are undefined or masked are fed to it as NaN */
export function scorerOnnx(parts: ScorerParts, description: ModelDescription): Uint8Array {
  const graph = new OnnxGraph();
  const inputs = Object.fromEntries(
    Object.entries(parts.inputs).map(([name, axes]) => [name, graph.input(name, ['rows', ...axes])]),
  );
  const logits = logitsOf(graph, inputs, parts);
  graph.output(graph.node('Softmax', [logits], { axis: { int: -1 } }), PROBABILITIES, [
    'rows',
    parts.classes,
  ]);
  return graph.encode(description);
}

function logitsOf(
  graph: OnnxGraph,
  inputs: Readonly<Record<string, string>>,
  { candidate, baseline }: ScorerParts,
): string {
  const own = candidate(graph, inputs);
  if (!baseline) return own;
  const { share, temperature } = baseline.shrinkage;
  const base = baseline.logits(graph, inputs);
  const part = graph.node('Mul', [graph.node('Sub', [own, base]), graph.floats(share)]);
  return graph.node('Div', [graph.node('Add', [base, part]), graph.floats(temperature)]);
}
